from collections import defaultdict

from django.db import models
from django.db.models import Q

from portcrm.files.owners import owner_of


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is as visible as the record that carries it. Ask for one record, or for one file, at a time.

        The records are looked up by their keys: a comparison with the keys of all as texts would read the whole table.
        """
        carriers = defaultdict(set)
        for record, key in self.order_by().values_list("record", "object_pk").distinct():
            carriers[record].add(key)
        seen = Q(pk__in=())
        for record, keys in carriers.items():
            if owner := owner_of(record):
                visible = owner.visible(user).filter(pk__in=keys).values_list("pk", flat=True)
                seen |= Q(record=record, object_pk__in=[str(key) for key in visible])
        return self.filter(seen)

    def of(self, record: str, object_pk):
        return self.filter(record=record, object_pk=str(object_pk))

    def for_list(self):
        return self.select_related("stored", "created_by")
