"""Fill a new embedded database with plainly made-up companies, cargo, opinions and rankings."""

import json
import random
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.audit.channel import channel
from portcrm.pages.demo import make_demo_people
from portcrm.pages.registry import registry

DEMO_PASSWORD = "harbour-demo-2026"  # noqa: S105  printed for everyone who starts the demo; never made outside it


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
        self._write_logins(users)

    def _run_seeds(self, rng: random.Random, users: dict[str, User]) -> None:
        for seed in sorted(registry.seeds, key=lambda seed: seed.order):
            started = time.monotonic()
            seed.run(rng, users, self.stdout.write)
            self.stdout.write(f"Demo data: {seed.key} in {time.monotonic() - started:.1f} s")

    def _write_logins(self, users: dict[str, User]) -> None:
        logins = [
            {"role": str(role.value), "role_zh": users[role].name, "email": users[role].email, "password": DEMO_PASSWORD} for role in Role
        ]
        settings.PORTCRM_STATE.mkdir(parents=True, exist_ok=True)
        path = settings.PORTCRM_STATE / "demo-logins.json"
        path.write_text(json.dumps(logins, ensure_ascii=False, indent=1), encoding="utf-8")
