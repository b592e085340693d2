from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from cargo import reference
from customers.services.shipped_lists import load_shipped_lists
from portcrm.accounts.services import system_user


class Command(BaseCommand):
    help = (
        "Load the shipped code lists: cargo forms, trade kinds, cargo classes, sub-classes, goods rules, units, ports, information "
        "channels, regions, registration types of companies and credit scales. Running it again changes nothing."
    )

    def handle(self, *args, **options):
        with transaction.atomic():
            left = [*reference.load(apps.get_model), *load_shipped_lists(by=system_user())]
        self.stdout.write("The shipped code lists of cargo and of customer files are up to date.")
        for entry in left:
            self.stdout.write(f"Left as this port changed it: {entry}")
