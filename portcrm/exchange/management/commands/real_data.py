"""Take public sample files the whole way: companies, ledger, a wave that is answered, rankings. Leaves it to be browsed."""

import time
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.audit.channel import channel
from portcrm.outbox.catcher import mail_catcher
from portcrm.pages.demo import DEMO_PASSWORD, make_demo_people, write_logins
from portcrm.pages.registry import registry

DATABASE = "portcrm_real"  # the launcher makes it anew for this command


class Command(BaseCommand):
    help = "Load the public sample files of FOLDER into a database of their own, survey and rank them."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder of sample files (clv/, companies/ …)")

    def handle(self, *args, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"没有这个文件夹 · There is no such folder: {folder}")
        if connection.settings_dict["NAME"] != DATABASE:
            raise CommandError(
                f"样例数据只进入数据库 {DATABASE} · Sample data go into the database {DATABASE} only: ./run real_data FOLDER"
            )
        if User.objects.filter(roles__len__gt=0).exists():
            raise CommandError(f"数据库 {DATABASE} 已有数据 · The database {DATABASE} has data already.")
        with channel("command"), nullcontext() if settings.EMAIL_URL else mail_catcher() as caught:
            people = make_demo_people(password=DEMO_PASSWORD)
            for step in sorted(registry.samples, key=lambda step: step.order):
                started = time.monotonic()
                step.run(folder, people[Role.MANAGER], self.stdout.write)
                self.stdout.write(f"-- {step.key}: {time.monotonic() - started:.1f} s")
        if caught is not None:
            self.stdout.write(f"本机邮件服务器收到 · A mail server on this machine took {len(caught.messages):,} mails")
        write_logins(people)
        self.stdout.write(f"浏览 · To browse it: ./run --database {DATABASE}")
