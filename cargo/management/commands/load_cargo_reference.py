from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from cargo import reference


class Command(BaseCommand):
    help = "Load the shipped cargo classes, sub-classes, goods rules, units and ports; running it again changes nothing."

    def handle(self, *args, **options):
        with transaction.atomic():
            left = reference.load(apps.get_model)
        self.stdout.write("Cargo classes, goods rules, units and ports are up to date.")
        for entry in left:
            self.stdout.write(f"Left as this port changed it: {entry}")
