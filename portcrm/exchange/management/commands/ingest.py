"""./run ingest shipments ledger.csv --map customer=company --map quantity=qty_kbbl --set unit=kbbl; ./run ingest document FILE…"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RunState
from portcrm.exchange.file_names import readable_name
from portcrm.exchange.importing import importers
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.intake import Intake, intakes
from portcrm.exchange.models import ImportRun
from portcrm.exchange.readers import TableOptions

PROBLEMS_SHOWN = 10
MARKS = {True: "✓ ", False: "✗ ", None: ""}


class Command(BaseCommand):
    help = "Import a CSV or XLSX file with the same code as the import pages."

    def add_arguments(self, parser):
        parser.add_argument("importer", help="what to import: " + ", ".join(sorted({**importers(), **intakes()})))
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="one file of rows, or any number of whole documents")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="column name, or number from 1")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=TEXT", help="the same value in every row")
        parser.add_argument("--correct", action="store_true", help="let a corrected file correct what it says otherwise of known records")
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument("--as", dest="email", default="", help="e-mail address of the person in whose name it happens")
        parser.add_argument("--encoding", default="")
        parser.add_argument("--delimiter", default="")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--no-header", action="store_true", help="the first line is a row; name columns by number")

    def handle(self, *, importer, files, email, **options):
        if intake := intakes().get(importer):
            self.take_in(intake, files, _person(email))
        elif len(files) > 1:
            raise CommandError(_("Rows are imported from one file at a time."))
        else:
            self.import_rows(importer, files[0], _person(email), **options)

    def take_in(self, intake: Intake, files: list[Path], by: User) -> None:
        """One after another; what became of one says nothing of the others."""
        refused = 0
        for path in files:
            try:
                lines = list(intake.take_in(path, by))
            except (RuleBroken, OSError) as problem:
                refused += 1
                reason = problem.message if isinstance(problem, RuleBroken) else problem.strerror
                self.stderr.write(self.style.ERROR(f"{readable_name(path)}: {reason}"))
                continue
            self.stdout.write(readable_name(path))
            self.stdout.write("".join(f"  {line}\n" for line in lines), ending="")
        if refused:
            raise CommandError(_("{n} of {all} files were refused.").format(n=refused, all=len(files)))

    def import_rows(
        self, importer: str, file: Path, by: User, *, correct, dry_run, encoding, delimiter, sheet, no_header, **options
    ) -> None:
        try:
            run = ingest(
                importer,
                file,
                _pairs(options["map"]),
                by=by,
                constants=_pairs(options["set"]) | (_correcting(importer) if correct else {}),
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


def _correcting(importer: str) -> dict[str, str]:
    """The constants by which this import corrects."""
    found = importers().get(importer)
    if found is None or not found.correcting:
        raise CommandError(_("This kind of import books no corrections."))
    return dict(found.correcting)


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
