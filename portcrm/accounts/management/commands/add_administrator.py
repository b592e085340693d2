"""The first administrator of a new installation: `manage.py add_administrator harbour.master@port.example.invalid "王 主任"`."""

from django.core.management.base import BaseCommand, CommandError

from portcrm.accounts.links import password_link
from portcrm.accounts.roles import Role
from portcrm.accounts.services import create_user, system_user
from portcrm.errors import RuleBroken


class Command(BaseCommand):
    help = "Add an administrator and print the link by which they choose their password (works once, for three days)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", help="also the log-in")
        parser.add_argument("name")
        parser.add_argument("--name-en", default="", help="the name for readers of English")
        parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans")

    def handle(self, *args, email: str, name: str, name_en: str, language: str, **options) -> None:
        try:
            person = create_user(email=email, name=name, name_en=name_en, language=language, roles=[Role.ADMIN], by=system_user())
        except RuleBroken as broken:
            raise CommandError(str(broken.message)) from None
        self.stdout.write(password_link(person))
