"""Reference data shipped with the product, in files of its own.

Cargo classes follow the 17 main classes of JT/T 19-2001. Of its sub-classes a few are published (011 coke, 012 raw coal, 015,
017, 026, 029, 031 iron ore to 033, 035, 036, 038); the other sub-classes are the port's own. Port codes are UN/LOCODE. Goods
rules say to which class an HS prefix or a word points. `load` adds what is missing, brings up to date what is as it shipped,
removes nothing and leaves alone what the port has changed. Migrations keep copies of their own, so a change here reaches a
database by the command load_cargo_reference, which adds to the lists of the customer files (customers/reference) too.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


@lru_cache(maxsize=4096)
def normal_port_text(text: str) -> str:
    """The form in which port codes and names are compared: upper case, without blanks, underscores and dots."""
    return "".join(sign for sign in text.upper() if sign not in " _.　\t")


def rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _bring_up_to_date(model, key: str, wanted: Mapping[str, dict[str, object]]) -> list[str]:
    """Write the wanted entries; returns those the port has changed and that would read otherwise, as "Model key"."""
    found = model.objects.in_bulk(field_name=key)
    model.objects.bulk_create(model(**{key: code}, **fields) for code, fields in wanted.items() if code not in found)
    outdated, left = [], []
    for code, fields in wanted.items():
        row = found.get(code)
        if row is None or all(getattr(row, name) == value for name, value in fields.items()):
            continue
        if row.is_own:
            left.append(f"{model.__name__} {code}")
            continue
        for name, value in fields.items():
            setattr(row, name, value)
        outdated.append(row)
    if outdated:
        model.objects.bulk_update(outdated, list(next(iter(wanted.values()))))
    return left


def _classes(model) -> list[str]:
    return _bring_up_to_date(model, "code", {row.pop("code"): row | {"forms": row["forms"].split("|")} for row in rows("cargo_classes")})


def _subclasses(model) -> list[str]:
    wanted = {
        row["code"]: {"cargo_class_id": row["code"][:2], "name_zh": row["name_zh"], "name_en": row["name_en"]}
        for row in rows("cargo_subclasses")
    }
    return _bring_up_to_date(model, "code", wanted)


def goods_rules() -> dict[str, dict[str, object]]:
    """The shipped rules by their pattern."""
    return {
        pattern: {
            "cargo_class_id": row["target"][:2],
            "subclass_id": row["target"] if len(row["target"]) > 2 else None,
            "is_general": row["general"] == "1",
        }
        for row in rows("goods_rules")
        for pattern in row["patterns"].split("|")
    }


def _units(model) -> list[str]:
    wanted = {}
    for position, row in enumerate(rows("units")):
        code = row.pop("code")
        factors = {name: Decimal(row[name]) if row[name] else None for name in ("tonnes_per_unit", "teu_per_unit")}
        aliases = [text for text in row["aliases"].split("|") if text]
        wanted[code] = row | factors | {"aliases": aliases, "position": position}
    return _bring_up_to_date(model, "code", wanted)


def _kinds(model, name: str) -> list[str]:
    wanted = {}
    for position, row in enumerate(rows(name)):
        code = row.pop("code")
        wanted[code] = row | {"aliases": row["aliases"].split("|"), "position": position}
        if "takes_teu" in row:
            wanted[code]["takes_teu"] = row["takes_teu"] == "1"
    return _bring_up_to_date(model, "code", wanted)


def _ports(port_model, alias_model) -> list[str]:
    """An alias that stands already stays with its port; the aliases of a port the port has changed are left alone too."""
    shipped = list(rows("ports"))
    names = ("name_zh", "name_en", "country")
    left = _bring_up_to_date(port_model, "unlocode", {row["unlocode"]: {name: row[name] for name in names} for row in shipped})
    known = port_model.objects.in_bulk(field_name="unlocode")
    standing = set(alias_model.objects.values_list("alias", flat=True))
    missing = {}
    for row in shipped:
        port = known[row["unlocode"]]
        for text in (row["unlocode"], row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if text and normal_port_text(text) not in standing and not port.is_own:
                missing.setdefault(normal_port_text(text), port.pk)
    alias_model.objects.bulk_create(alias_model(alias=alias, port_id=port) for alias, port in missing.items())
    return left


def load(get_model: Callable) -> list[str]:
    """Write the shipped forms, trade kinds, movements, classes, sub-classes, goods rules, units, ports and aliases; again changes nothing.

    Returns the entries the port has changed, which stay as they are.
    """
    return [
        *_kinds(get_model("cargo", "CargoForm"), "cargo_forms"),
        *_kinds(get_model("cargo", "TradeKind"), "trade_kinds"),
        *_kinds(get_model("cargo", "Movement"), "movements"),
        *_classes(get_model("cargo", "CargoClass")),
        *_subclasses(get_model("cargo", "CargoSubclass")),
        *_bring_up_to_date(get_model("cargo", "GoodsRule"), "pattern", goods_rules()),
        *_units(get_model("cargo", "Unit")),
        *_ports(get_model("cargo", "Port"), get_model("cargo", "PortAlias")),
    ]
