"""./run bench [--scale 1.0] [--companies N] [--rounds 50] [--keep | --again]: measure, one figure per line, in a database of its own."""

import os
import platform
import warnings

from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from bench.measuring import Wrong, timed
from bench.plan import Bench, database_size
from bench.seeding import Sizes, kept_manager, seed
from portcrm.own_database import own_database

DATABASE = "portcrm_bench"


class Command(BaseCommand):
    help = "Measure pages, searches, imports and a ranking on 100,000 companies in a database of its own, which is dropped afterwards."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=float, default=1.0, help="1.0 = 100,000 companies and 1,000,000 ledger rows")
        parser.add_argument("--companies", type=int, help="so many companies, with two contacts each, whatever the scale of the ledger")
        parser.add_argument("--rounds", type=int, default=50, help="requests per figure after the warm-up")
        parser.add_argument("--keep", action="store_true", help="leave the database portcrm_bench for a closer look")

        parser.add_argument("--again", action="store_true", help="measure pages once more in the kept database; no imports")

    def handle(self, *, scale, companies, rounds, keep, again, **options):
        if not 0 < scale <= 20:
            raise CommandError("--scale must lie between 0 and 20")
        if companies is not None and not 1_000 <= companies <= 5_000_000:
            raise CommandError("--companies must lie between 1,000 and 5,000,000")
        sizes = Sizes.of(scale, companies)
        self.line(f"sizes\tcompanies {sizes.companies}\tcontacts {sizes.contacts}\tledger_rows {sizes.ledger_rows}")
        self.line(f"conditions\tscale {scale}\tcpus {os.cpu_count()}\tpython {platform.python_version()}\tload {os.getloadavg()[0]:.1f}")
        settings = override_settings(ROOT_URLCONF="bench.urls", ALLOWED_HOSTS=["testserver"], DEBUG=False)
        with own_database(DATABASE, keep=keep, again=again), settings:
            seconds, manager = timed(lambda: kept_manager() if again else seed(sizes))
            self.line(f"seeding\tseconds {seconds:.1f}")
            self.line(database_size())
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    Bench(manager, scale, rounds, self.line).run(pages_only=again)
                except Wrong as wrong:
                    raise CommandError(str(wrong)) from wrong

    def line(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
