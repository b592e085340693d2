"""Take public sample files the whole way: companies, ledger, a wave that is answered, rankings. Leaves it to be browsed."""

import time
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portcrm.accounts.roles import Role
from portcrm.audit.channel import channel
from portcrm.outbox.catcher import mail_catcher
from portcrm.own_database import own_database
from portcrm.pages.demo import DEMO_PASSWORD, make_demo_people
from portcrm.pages.registry import SampleStep, registry

DATABASE = "portcrm_real"


class Command(BaseCommand):
    help = "Load the public sample files of FOLDER into a database of their own, survey and rank them."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder of sample files (clv/, companies/ …)")

    def handle(self, *args, folder: Path, **options):
        steps = sorted(registry.samples, key=lambda step: step.order)
        refuse_unfit_folder(folder, steps)  # before the trial of last time is dropped
        with own_database(DATABASE, keep=True), channel("command"):
            self._take(folder, steps)
        wish = "" if settings.PORTCRM_DEMO else " --demo"  # on a server of one's own the log-ins are shown on request only
        self.stdout.write(f"浏览 · To browse it: ./run --database {DATABASE}{wish}")

    def _take(self, folder: Path, steps: list[SampleStep]) -> None:
        with nullcontext() if settings.EMAIL_URL else mail_catcher() as caught:
            people = make_demo_people(password=DEMO_PASSWORD)
            for step in steps:
                started = time.monotonic()
                step.run(folder, people[Role.MANAGER], self.stdout.write)
                self.stdout.write(f"-- {step.key}: {time.monotonic() - started:.1f} s")
        if caught is not None:
            self.stdout.write(f"本机邮件服务器收到 · A mail server on this machine took {len(caught.messages):,} mails")


def refuse_unfit_folder(folder: Path, steps: list[SampleStep]) -> None:
    if not folder.is_dir():
        raise CommandError(f"没有这个文件夹 · There is no such folder: {folder}")
    absent = sorted({name for step in steps for name in step.files if not (folder / name).is_file()})
    if absent:
        raise CommandError(f"{folder} 缺少文件 · This folder lacks: {', '.join(absent)}")
