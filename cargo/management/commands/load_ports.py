import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cargo.services.reference import add_ports
from portcrm.accounts.services import system_user


class Command(BaseCommand):
    help = (
        "Add the sea ports of a UN/LOCODE list: a CSV file with the columns unlocode and name, and sea_port (1 or 0) where it holds "
        "other places too. Ports that stand keep their names; running it again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"This file cannot be read: {error}") from error
        if not rows or not {"unlocode", "name"} <= rows[0].keys():
            raise CommandError("The file needs the columns unlocode and name.")
        self.stdout.write(f"Ports added: {add_ports(rows=rows, by=system_user())}.")
