"""The port's code lists: entries are added, changed and taken out of use, never deleted, and never renamed while rows name them."""

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.enums import UnitKind
from cargo.models import CargoClass, CargoForm, CargoSubclass, GoodsRule, Movement, Port, PortAlias, Unit
from cargo.models.kinds import KindEntry
from cargo.models.reference import KeptEntry
from cargo.queries.references import is_named_by_rows, normal_unit_text
from cargo.reference import normal_port_text
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.editing import plain, set_changes
from portcrm.errors import RuleBroken

UNLOCODE = re.compile(r"^[A-Z]{2}[A-Z2-9]{3}$")
NAMES = ("name_zh", "name_en", "short_zh", "short_en")
SAVE, LABEL = "cargo_reference.save", _("Reference data changed")


@action(SAVE, LABEL)
def add_entry(*, entry: KeptEntry, written_as: Iterable[str] = (), by: User) -> KeptEntry:
    """Add an entry, a port with what else it is written as; a code, word or alias that stands already is refused."""
    entry.is_own = True
    _complete(entry)
    _refuse_contradiction(entry)
    _refuse_double_meaning(entry, known=())
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        raise RuleBroken(_("Another entry of this list has this code. One that is out of use can be brought back.")) from error
    if isinstance(entry, Port):
        _write_aliases(entry, add=(entry.unlocode, *filter(None, (entry.name_zh, entry.name_en)), *written_as), remove=())
    record(by=by, action="cargo.keep_reference", target=entry, change="added")
    return entry


@action(SAVE, LABEL)
def edit_entry(*, entry: KeptEntry, changes: Mapping[str, object], seen: Mapping[str, object], by: User) -> KeptEntry:
    """Change an entry; its code never, its names only while no row shows them. A new factor of a unit counts for new rows only.

    Of a port `written_as` is added to and taken from as the editor did. A field somebody else changed since it was `seen`
    raises EditConflict and saves nothing.
    """
    entry = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    wanted = {name: value for name, value in changes.items() if name != "written_as"}
    before = {name: _told(getattr(entry, name)) for name in wanted}
    names = {name: getattr(entry, name) for name in NAMES if name in wanted}
    known = words_of(entry)
    changed = set_changes(entry, changes=wanted, seen=seen)
    _refuse_renaming(entry, [name for name in names if name in changed and names[name]])
    told = {name: [before[name], _told(getattr(entry, name))] for name in changed}
    if isinstance(entry, Port) and "written_as" in changes:
        told |= _rewrite_aliases(entry, seen.get("written_as") or (), changes["written_as"])
    if not told:
        return entry
    _refuse_contradiction(entry)
    _refuse_double_meaning(entry, known=known)
    entry.is_own = True
    entry.save(update_fields=[*changed, "is_own"])
    record(by=by, action="cargo.keep_reference", target=entry, change="changed", fields=told)
    return entry


@action(SAVE, LABEL)
def add_ports(*, rows: Iterable[Mapping[str, str]], by: User) -> int:
    """Add the ports of a list of UN/LOCODEs (columns unlocode, name, and sea_port where it marks them) that are not there yet.

    Ports that stand keep their names; a name that another port is found by already is no alias of the new one, and neither
    is one that two new ports share: the code finds each.
    """
    named = {normal_port_text(row["unlocode"]): row["name"].strip() for row in rows if row["name"] and row.get("sea_port", "1") == "1"}
    known = set(Port.objects.values_list("unlocode", flat=True)) | set(
        PortAlias.objects.filter(alias__in=named).values_list("alias", flat=True)
    )
    new = [
        Port(unlocode=code, name_en=name[:200], country=code[:2])
        for code, name in named.items()
        if UNLOCODE.match(code) and code not in known
    ]
    Port.objects.bulk_create(new)
    names = [normal_port_text(port.name_en) for port in new]
    aliases = {port.unlocode: port.pk for port in new}
    aliases |= {name: port.pk for name, port in zip(names, new, strict=True) if len(name) <= 60 and names.count(name) == 1}
    PortAlias.objects.bulk_create([PortAlias(alias=alias, port_id=pk) for alias, pk in aliases.items()], ignore_conflicts=True)
    record(by=by, action="cargo.load_ports", ports=len(new))
    return len(new)


def _complete(entry: KeptEntry) -> None:
    """What follows from the code: the class of a sub-class, the country of a port."""
    if isinstance(entry, CargoSubclass):
        entry.cargo_class_id = entry.code[:2]
    if isinstance(entry, Port):
        entry.country = entry.unlocode[:2]
    if isinstance(entry, GoodsRule) and entry.subclass_id and not entry.cargo_class_id:
        entry.cargo_class_id = entry.subclass_id[:2]


def _refuse_contradiction(entry: KeptEntry) -> None:
    if isinstance(entry, CargoSubclass) and not CargoClass.objects.filter(pk=entry.cargo_class_id).exists():
        raise RuleBroken(_("The first two digits are the code of a cargo class. There is none with these."), field="code")
    if isinstance(entry, GoodsRule) and entry.subclass_id and entry.subclass_id[:2] != entry.cargo_class_id:
        raise RuleBroken(_("This sub-class belongs to another cargo class."), field="subclass")
    if isinstance(entry, Movement) and (entry._state.adding or not entry.is_active):
        raise RuleBroken(_("The program counts by import, export and transshipment: none is added or taken out of use."))
    if isinstance(entry, CargoClass):
        _refuse_unknown_forms(entry)
    if isinstance(entry, Unit):
        _refuse_odd_factor(entry)


def _refuse_unknown_forms(entry: CargoClass) -> None:
    """The forms of a class stand as a list of codes, which no foreign key guards."""
    if not entry.forms or CargoForm.objects.filter(pk__in=entry.forms).count() != len(set(entry.forms)):
        raise RuleBroken(_("Choose forms from the list of cargo forms, one at least."), field="forms")


def _refuse_odd_factor(unit: Unit) -> None:
    """A unit of boxes has a factor to TEU, every other one to tonnes."""
    own, other = ("teu_per_unit", "tonnes_per_unit") if unit.kind == UnitKind.BOXES else ("tonnes_per_unit", "teu_per_unit")
    if not (getattr(unit, own) or 0) > 0 or getattr(unit, other) is not None:
        raise RuleBroken(_("A unit of containers has a factor to TEU only, any other unit one to tonnes only."), field=own)


def _refuse_double_meaning(entry: KeptEntry, *, known: Collection[str]) -> None:
    """A word that files write means one entry of a list; what the entry was called before the change it may keep."""
    own = words_of(entry).keys() - known
    if not own:
        return
    for another in type(entry)._default_manager.exclude(pk=entry.pk):
        for word, (text, _field) in words_of(another).items():
            if word in own:
                said = format_lazy(_("“{text}” is another entry of this list: {other}."), text=text, other=str(another))
                raise RuleBroken(said, field=words_of(entry)[word][1])


def words_of(entry: KeptEntry) -> dict[str, tuple[str, str]]:
    """(as it is written, the field it stands in) by each word that means a unit, a form or a kind of trade; none for other lists."""
    if not isinstance(entry, (Unit, KindEntry)):
        return {}
    told = [(entry.code, "code"), (entry.name_zh, "name_zh"), (entry.name_en, "name_en"), *((text, "aliases") for text in entry.aliases)]
    words: dict[str, tuple[str, str]] = {}
    for text, field in told:
        if text:
            words.setdefault(normal_unit_text(text), (text, field))
    return words


def _refuse_renaming(entry: KeptEntry, names: list[str]) -> None:
    """Old rows would read otherwise than they were written. A name that was empty may be filled in."""
    if names and (isinstance(entry, Movement) or is_named_by_rows(entry)):
        raise RuleBroken(
            _("Rows that exist show this name, so it stays. Add a new entry with the new name and take this one out of use."),
            field=names[0],
        )


def _rewrite_aliases(port: Port, seen: Iterable[str], wanted: Iterable[str]) -> dict[str, list[str]]:
    """What the editor added is added and what the editor took away goes; the port's own code always finds it."""
    before, after = ({normal_port_text(text) for text in texts} for texts in (seen, wanted))
    removed = sorted(before - after - {port.unlocode})
    _write_aliases(port, add=sorted(after - before), remove=removed)
    return {"written_as": [", ".join(removed), ", ".join(sorted(after - before))]} if before != after else {}


def _write_aliases(port: Port, *, add: Iterable[str], remove: Iterable[str]) -> None:
    PortAlias.objects.filter(port=port, alias__in=list(remove)).delete()
    wanted = dict.fromkeys(normal_port_text(text) for text in add)
    standing = PortAlias.objects.filter(alias__in=wanted).exclude(port=port).select_related("port").first()
    if standing is not None:
        raise RuleBroken(
            format_lazy(
                _("“{text}” is another port: {other}."), text=standing.alias, other=f"{standing.port.unlocode} {standing.port.label}"
            ),
            field="written_as",
        )
    PortAlias.objects.bulk_create([PortAlias(alias=alias, port=port) for alias in wanted], ignore_conflicts=True)


def _told(value: object) -> object:
    """A value as an audit event keeps it."""
    value = plain(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value) if isinstance(value, Decimal) else value
