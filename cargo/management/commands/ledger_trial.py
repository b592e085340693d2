"""./run ledger_trial importers|lots FOLDER: one real file into an empty ledger, in a database of its own."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cargo.samples.trials import TRIALS, say_result
from portcrm.accounts.services import system_user
from portcrm.audit.channel import channel
from portcrm.errors import RuleBroken
from portcrm.own_database import own_database


class Command(BaseCommand):
    help = "Import one of the real files of oil imports into a database of its own and compare the ledger with it."

    def add_arguments(self, parser):
        parser.add_argument("trial", choices=sorted(TRIALS), help="importers: months of each importer; lots: single lots of one port")
        parser.add_argument("folder", type=Path, help="the folder of sample files (clv/ …)")
        parser.add_argument("--keep", action="store_true", help="leave the database portcrm_trial_… for a closer look")

    def handle(self, *, trial, folder, keep, **options):
        chosen = TRIALS[trial]
        if not (folder / chosen.file).is_file():
            raise CommandError(f"没有这个文件 · There is no such file: {folder / chosen.file}")
        with own_database(f"portcrm_trial_{trial}", keep=keep), channel("command"):
            try:
                run = chosen.take_in(folder, unknown_customers="open", by=system_user())
            except RuleBroken as problem:
                raise CommandError(str(problem.message)) from problem
            say_result(chosen.file, run, self.stdout.write)
