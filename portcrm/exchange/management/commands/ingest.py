"""./run ingest shipments ledger.csv --map customer=company --map quantity=qty_kbbl --set unit=kbbl"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import importers
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.readers import TableOptions

PROBLEMS_SHOWN = 10
MARKS = {True: "✓ ", False: "✗ ", None: ""}


class Command(BaseCommand):
    help = "Import a CSV or XLSX file with the same code as the import pages."

    def add_arguments(self, parser):
        parser.add_argument("importer", help="what to import: " + ", ".join(sorted(importers())))
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="column name, or number from 1")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=TEXT", help="the same value in every row")
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument("--as", dest="email", default="", help="e-mail address of the person in whose name it happens")
        parser.add_argument("--encoding", default="")
        parser.add_argument("--delimiter", default="")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--no-header", action="store_true", help="the first line is a row; name columns by number")

    def handle(self, *, importer, file, email, dry_run, encoding, delimiter, sheet, no_header, **options):
        try:
            run = ingest(
                importer,
                file,
                _pairs(options["map"]),
                by=_person(email),
                constants=_pairs(options["set"]),
                options=TableOptions(encoding, delimiter, sheet, not no_header),
                dry_run=dry_run,
                say=self.progress,
                warn=self.warn,
            )
        except RuleBroken as problem:
            raise CommandError(str(problem.message)) from problem
        except OSError as problem:
            raise CommandError(str(problem)) from problem
        self.summary(run)

    def progress(self, run: ImportRun) -> None:
        self.stdout.write(f"{run.done:,} / {run.total:,}", ending="\r" if self.stdout.isatty() else "\n")
        self.stdout.flush()

    def warn(self, sentence: object) -> None:
        self.stderr.write(self.style.WARNING(str(sentence)))

    def summary(self, run: ImportRun) -> None:
        for problem in run.problems.order_by("row_number")[:PROBLEMS_SHOWN]:
            self.stdout.write(_("Line {number}: {messages}").format(number=problem.row_number, messages="; ".join(problem.messages)))
        counts = _("{created} added, {updated} updated, {skipped} left as they were, {rejected} with problems, of {total} rows")
        self.stdout.write(
            counts.format(created=run.created, updated=run.updated, skipped=run.skipped, rejected=run.rejected, total=run.total)
        )
        if run.state != RunState.DONE:
            raise CommandError(run.problem or run.state_label)
        for line in [] if run.dry_run else run.by_importer.summary(run):
            self.stdout.write(f"{MARKS[line.ok]}{line.label}: {line.value}")
        self.stdout.write(_("Dry run: nothing was stored.") if run.dry_run else _("Done."))


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(_("“{text}” should be FIELD=VALUE.").format(text=text))
        pairs[name.strip()] = value.strip()
    return pairs


def _person(email: str) -> User:
    if not email:
        return system_user()
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        raise CommandError(_("Nobody here has the e-mail address {email}.").format(email=email))
    return person
