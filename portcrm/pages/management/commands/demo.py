"""Fill a new embedded database with plainly made-up companies, cargo, opinions and rankings."""

import random
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portcrm.accounts.models import User
from portcrm.audit.channel import channel
from portcrm.pages.demo import DEMO_PASSWORD, make_demo_people, write_logins
from portcrm.pages.registry import registry


class Command(BaseCommand):
    help = "Load the demo data (embedded database only). Does nothing where it is already there."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=20261123, help="the same seed makes the same demo data")

    def handle(self, *args, seed: int, **options):
        if not settings.PORTCRM_DEMO:
            raise CommandError("Demo data is made only in the embedded database, or where PORTCRM_DEMO=1 is set.")
        if User.objects.filter(roles__len__gt=0).exists():
            self.stdout.write("Demo data: this database already has people, nothing to do.")
            return
        with channel("command"), transaction.atomic():  # all of it or nothing, even after a SIGKILL
            users = make_demo_people(password=DEMO_PASSWORD)
            self._run_seeds(random.Random(seed), users)  # noqa: S311  reproducible data, no secret
        write_logins(users)

    def _run_seeds(self, rng: random.Random, users: dict[str, User]) -> None:
        for seed in sorted(registry.seeds, key=lambda seed: seed.order):
            started = time.monotonic()
            seed.run(rng, users, self.stdout.write)
            self.stdout.write(f"Demo data: {seed.key} in {time.monotonic() - started:.1f} s")
