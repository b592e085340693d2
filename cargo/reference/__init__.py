"""Reference data shipped with the product, in files of its own.

Cargo classes follow the 17 main classes of JT/T 19-2001; port codes are UN/LOCODE. `load` updates what is there, adds what
is missing and removes nothing. Migrations keep copies of their own, so a change here reaches a database by the command
load_cargo_reference.
"""

import csv
from collections.abc import Callable, Iterator
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


def _classes(model) -> None:
    for row in rows("cargo_classes"):
        model.objects.update_or_create(code=row.pop("code"), defaults=row | {"forms": row["forms"].split("|")})


def _units(model) -> None:
    for position, row in enumerate(rows("units")):
        factors = {name: Decimal(row[name]) if row[name] else None for name in ("tonnes_per_unit", "teu_per_unit")}
        defaults = row | factors | {"aliases": row["aliases"].split("|"), "position": position}
        model.objects.update_or_create(code=defaults.pop("code"), defaults=defaults)


def _ports(port_model, alias_model) -> None:
    wanted = list(rows("ports"))
    port_model.objects.bulk_create(
        [port_model(**{name: row[name] for name in ("unlocode", "name_zh", "name_en", "country")}) for row in wanted],
        update_conflicts=True,
        unique_fields=["unlocode"],
        update_fields=["name_zh", "name_en", "country"],
    )
    ids = dict(port_model.objects.values_list("unlocode", "pk"))
    aliases = {}
    for row in wanted:
        for text in (row["unlocode"], row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if text:
                aliases.setdefault(normal_port_text(text), ids[row["unlocode"]])
    alias_model.objects.bulk_create([alias_model(alias=alias, port_id=port) for alias, port in aliases.items()], ignore_conflicts=True)


def load(get_model: Callable) -> None:
    """Write the shipped classes, units, ports and aliases; running it again changes nothing."""
    _classes(get_model("cargo", "CargoClass"))
    _units(get_model("cargo", "Unit"))
    _ports(get_model("cargo", "Port"), get_model("cargo", "PortAlias"))
