"""The first step of `./run real_data FOLDER`: the companies. Nothing is invented but role mailboxes of a reserved domain."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

from customers.models import Channel, Contact, Customer
from customers.services.contacts import add_contacts
from customers.services.customers import create_customers
from customers.services.importing import take_in_customers
from portcrm.accounts.models import User
from portcrm.exchange.ingesting import ingest

PORT_COMPANIES = "companies/cn_port_related_companies.txt"
LISTED_COMPANIES = "companies/cn_listed_companies_first300_gbk.csv"
IMPORTERS = "clv/us_ports_oil_importers_monthly.csv"
SAMPLE_FILES = (PORT_COMPANIES, LISTED_COMPANIES, IMPORTERS)


def sample_customers(folder: Path, by: User, say: Callable[[str], None]) -> None:
    """Take in the 51 port companies, the 300 listed ones and the 631 importers, each of these with one role mailbox."""
    association = Channel.objects.get(key="association")
    names = (folder / PORT_COMPANIES).read_text(encoding="utf-8").split("\n")
    rows = [{"name_zh": name.strip(), "channel": association} for name in names if name.strip()]
    port = take_in_customers(rows=rows, evidence=PORT_COMPANIES, by=by)
    say(f"{PORT_COMPANIES}: {len(port.created)} companies from {len(rows)} lines")
    listed = ingest(
        "customers", folder / LISTED_COMPANIES, {"name": "股票名称", "business_scope": "行业"}, constants={"channel": "internet"}, by=by
    )
    say(f"{LISTED_COMPANIES}: {listed.created} companies, {listed.updated} completed, {listed.rejected} rows with problems")
    importers = _importers(folder, by)
    say(f"{IMPORTERS}: {importers} importers, each with one role mailbox")


def _importers(folder: Path, by: User) -> int:
    """Open each importer once under exactly the name the ledger uses; names that differ are different files here."""
    with (folder / IMPORTERS).open(encoding="utf-8", newline="") as file:
        names = sorted({row["company"] for row in csv.DictReader(file)})
    there = set(Customer.objects.filter(name_en__in=names, name_zh="").values_list("name_en", flat=True))
    new = [name for name in names if name not in there]
    manifest = Channel.objects.get(key="manifest")
    rows = [{"name_en": name, "types": ["cargo_owner"], "channel": manifest, "source_reference": IMPORTERS} for name in new]
    keys = create_customers(rows=rows, by=by) if rows else []
    mailboxes = _mailboxes(new)
    add_contacts(
        rows=[
            {"customer": key, "name": "Opinion mailbox", "name_en": "Opinion mailbox", "email": mailboxes[name], "language": "en",
             "is_primary": True, "channel_id": manifest.pk, "source_reference": IMPORTERS}
            for key, name in zip(keys, new, strict=True)
        ],
        by=by,
    )  # fmt: skip
    return len(names)


def _mailboxes(names: list[str]) -> dict[str, str]:
    """survey@<name as a host name>.invalid, made distinct where two names give the same."""
    taken: set[str] = set(Contact.objects.filter(email__startswith="survey@").values_list("email", flat=True))
    boxes = {}
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:55].strip("-") or "importer"
        box, number = f"survey@{slug}.invalid", 2
        while box in taken:
            box, number = f"survey@{slug}-{number}.invalid", number + 1
        taken.add(box)
        boxes[name] = box
    return boxes
