"""Contacts of one mailbox in two files that are merged: the merged file's stays behind, what hangs on it goes to its twin."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.enums import KeptData
from customers.models import (
    Acquaintance,
    Contact,
    ContactDate,
    Customer,
    DataBasis,
    Employment,
    FollowUp,
    Interaction,
    Merge,
    Observation,
    PlannedVisit,
)
from customers.models.merge import TWINS
from customers.services.merge_rules import MergeRule, clash, merge_rules
from portcrm.accounts.models import User
from portcrm.addresses import record_url

FILLED = ("name_en", "position", "position_en", "department_name", "roles", "phone", "mobile", "wechat", "note")


@dataclass(frozen=True)
class Side:
    """A rule with the two its rows stand with: the files, or two contacts of one mailbox. `among`: which MergedRows are meant."""

    rule: MergeRule
    kept: Model
    other: Model
    among: dict = field(default_factory=dict)


def works_there(kept: Contact, other: Contact) -> Q:
    """Present employments where the kept contact works already, as the main company or beside it."""
    there = Employment.objects.current().filter(contact=kept.pk).values("customer")
    return Q(until=None) & (Q(customer__in=there) | Q(customer=kept.customer_id))


TWIN_RULES = (
    MergeRule(Observation, _("Profiles of persons"), field="contact", tab="contacts"),
    MergeRule(
        ContactDate, _("Days to remember"), field="contact", tab="contacts",
        stays=clash(ContactDate, "kind", field="contact", kind="birthday"),
    ),
    MergeRule(DataBasis, _("Legal bases"), field="contact", tab="contacts"),
    MergeRule(Acquaintance, _("Acquaintances"), field="contact", tab="contacts", stays=clash(Acquaintance, "user", field="contact")),
    MergeRule(Employment, _("Employments"), field="contact", tab="contacts", stays=works_there),
    MergeRule(
        Contact, _("Predecessors"), field="successor", with_file="customer", quiet=True, watched=False,
        stays=lambda kept, other: Q(pk__in=(kept.pk, other.pk)),
    ),
    *(
        MergeRule(
            through, _("Participants"), field="contact", with_file=f"{of}__customer", quiet=True, watched=False,
            stays=clash(through, of, field="contact"),
        )
        for through, of in ((Interaction.contacts.through, "interaction"), (PlannedVisit.contacts.through, "plannedvisit"))
    ),
)  # fmt: skip


def twins_in(kept: Customer, other: Customer) -> list[tuple[Contact, Contact]]:
    """Present contacts of both files with one mailbox, the kept file's first. A mailbox occurs once among them in each file."""
    files = [key for key in (kept.merged_into_id, kept.pk) if key]  # where the kept file was merged on, its contacts have gone along
    there = Contact._base_manager.filter(customer__in=files, left_on=None).exclude(email="").annotate(address=Lower("email"))
    by_address = {contact.address: contact for contact in sorted(there, key=lambda one: files.index(one.customer_id))}
    mine = Contact._base_manager.filter(customer=other.pk, left_on=None).annotate(address=Lower("email"))
    return [(by_address[contact.address], contact) for contact in mine.filter(address__in=by_address).order_by("pk")]


def sides_of(merge: Merge) -> Iterator[Side]:
    """Every rule this merge knew, with both sides; twins that have been deleted since are left out."""
    for rule in merge_rules.rules:
        if rule.moves and rule.key in merge.marks:
            yield Side(rule, merge.kept, merge.other)
    for kept, other in noted_twins(merge):
        for rule in merge_rules.of_twins:
            if rule.key in merge.marks:
                yield Side(rule, kept, other, {"before": {"of": other.pk}})


def note_twins(*, merge: Merge, by: User) -> None:
    """Keep in the merge which contacts are one person's, and fill what the kept file's has nothing in.

    Only the names of the fields are kept: what they say stands with both contacts, and nowhere else when one is erased.
    """
    pairs = twins_in(merge.kept, merge.other)
    filled = {str(kept.pk): names for kept, other in pairs if (names := _fill(kept, other))}
    merge.marks[TWINS] = {"pairs": [[kept.pk, other.pk] for kept, other in pairs], "filled": filled}
    merge.save(update_fields=["marks"])


def noted_twins(merge: Merge) -> list[tuple[Contact, Contact]]:
    pairs = merge.marks.get(TWINS, {}).get("pairs", [])
    people = Contact._base_manager.in_bulk([pk for pair in pairs for pk in pair])
    return [(people[kept], people[other]) for kept, other in pairs if kept in people and other in people]


def _fill(kept: Contact, other: Contact) -> list[str]:
    names = [name for name in FILLED if not getattr(kept, name) and getattr(other, name)]
    return _set(kept, {name: getattr(other, name) for name in names})


def empty_again(*, merge: Merge, by: User) -> None:
    """Take out of the kept contacts what the merge filled in and nobody has changed since."""
    filled = merge.marks.get(TWINS, {}).get("filled", {})
    for kept, other in noted_twins(merge):
        names = [name for name in filled.get(str(kept.pk), ()) if getattr(kept, name) == getattr(other, name)]
        _set(kept, {name: [] if name == "roles" else "" for name in names})


def _set(contact: Contact, values: dict[str, object]) -> list[str]:
    if values:
        for name, value in values.items():
            setattr(contact, name, value)
        contact.version += 1
        contact.save(update_fields=[*values, "version"])
    return list(values)


def lead_reminders(*, of: Contact, to: Contact, customer: Customer, by: User) -> None:
    """Reminders in this file open the profile where it is now."""
    pages = [record_url("customers:profile", contact.pk) for contact in (of, to)]
    FollowUp.objects.filter(customer=customer, reason_url=pages[0]).update(reason_url=pages[1])


def keep_grounds(*, merge: Merge, by: User) -> None:
    """After the undoing both may have a profile, and the ground one was kept on went with the other: the person gave it, so it
    holds for both."""
    for pair in noted_twins(merge):
        for contact, twin in (pair, pair[::-1]):
            grounds = DataBasis.objects.in_force().filter(covers=KeptData.PROFILE)
            noted = any(model.objects.filter(contact=contact).exists() for model in (Observation, ContactDate))
            if noted and not grounds.filter(contact=contact).exists():
                for ground in grounds.filter(contact=twin):
                    ground.pk, ground.contact = None, contact
                    ground.save(force_insert=True)
