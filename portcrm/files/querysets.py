from django.db import models

from portcrm.files.owners import owner_of


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is as visible as the record that carries it. Ask for one record, or for one file, at a time."""
        seen = self.none()
        for record in self.order_by().values_list("record", flat=True).distinct():
            owner = owner_of(record)
            if owner is not None:
                keys = owner.visible(user).annotate(key_text=models.functions.Cast("pk", models.CharField())).values("key_text")
                seen = seen | self.filter(record=record, object_pk__in=keys)
        return seen

    def of(self, record: str, object_pk):
        return self.filter(record=record, object_pk=str(object_pk))

    def for_list(self):
        return self.select_related("stored", "created_by")
