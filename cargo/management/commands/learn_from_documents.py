from django.core.management.base import BaseCommand

from cargo.models import CargoDocument
from cargo.services.keeping import note_keys
from cargo.services.learning import learn_from_document
from portcrm.accounts.services import system_user


class Command(BaseCommand):
    help = "Learn companies from documents taken in before there was a candidates' desk; running it again changes nothing."

    def handle(self, *args, **options):
        by, learned = system_user(), 0
        for document in CargoDocument.objects.read().order_by("pk").iterator():
            note_keys(document=document, messages=document.messages.all(), by=by)
            learned += learn_from_document(document=document, by=by)
        self.stdout.write(f"{learned} sightings are new.")
