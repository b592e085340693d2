"""Fill a new embedded database with plainly made-up companies, cargo, opinions and rankings."""

import random
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from portcrm.accounts.models import User
from portcrm.audit.channel import channel
from portcrm.pages.demo import DEMO_PASSWORD, make_demo_people, write_logins
from portcrm.pages.registry import registry


class Command(BaseCommand):
    help = "Load the demo data (embedded database only), unless somebody is in the database already; note the demo log-ins it has."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=20261123, help="the same seed makes the same demo data")
        parser.add_argument("--log-ins-only", action="store_true", help="load nothing, only note the log-ins for the launcher")

    def handle(self, *args, seed: int, log_ins_only: bool, **options):
        if not settings.PORTCRM_DEMO:
            raise CommandError("Demo data is made only in the embedded database, or where PORTCRM_DEMO=1 is set.")
        empty = not User.objects.filter(roles__len__gt=0).exists()
        if empty and not log_ins_only:
            self._load(seed)
        found = write_logins()
        if not found and not log_ins_only:
            self.stdout.write("此数据库已有用户，未写入演示数据。 · This database has people of its own: no demo data were loaded.")

    def _load(self, seed: int) -> None:
        self.stdout.write("首次启动：正在写入演示数据 … · First start: loading the demo data …")
        self.stdout.flush()
        with channel("command"), transaction.atomic():  # all of it or nothing: an interrupted start is simply begun again
            users = make_demo_people(password=DEMO_PASSWORD)
            self._run_seeds(random.Random(seed), users)  # noqa: S311  reproducible data, no secret
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # without it the first pages are planned as if all tables were empty

    def _run_seeds(self, rng: random.Random, users: dict[str, User]) -> None:
        for seed in sorted(registry.seeds, key=lambda seed: seed.order):
            started = time.monotonic()
            seed.run(rng, users, self.stdout.write)
            self.stdout.write(f"Demo data: {seed.key} in {time.monotonic() - started:.1f} s")
