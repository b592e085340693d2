"""The indexes by which a line of text is searched, for lists of work (WorkQuerySet.search)."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Index
from django.db.models.functions import Upper

from customers.querysets import Grams


def said_in(field: str, name: str) -> list[Index]:
    """Three signs and more by trigrams, one or two Chinese characters by grams; capitals make no difference."""
    return [
        GinIndex(OpClass(Upper(field), name="gin_trgm_ops"), name=f"{name}_trgm"),
        GinIndex(Grams(Upper(field)), name=f"{name}_grams"),
    ]
