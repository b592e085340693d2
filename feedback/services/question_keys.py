"""Keys: what answers, exports and trends know a question by, across versions and forms."""

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from feedback.enums import OVERALL, RECOMMEND, ItemKind, ServiceItem
from feedback.models import Item, Section

COMMENT = "comment"
# What our figures know by name, by the kind it is asked with.
KNOWN_KEYS = {
    ItemKind.RATING: {OVERALL: _("Overall satisfaction")} | dict(ServiceItem.choices),
    ItemKind.RECOMMEND: {RECOMMEND: _("Would recommend")},
    ItemKind.COMMENT: {COMMENT: _("Comment")},
}
RESERVED = {key for keys in KNOWN_KEYS.values() for key in keys} | {"na"}
LONGEST = 40  # the other scale of a pair adds a word to it


def new_item_key(text: str) -> str:
    """A key no question of any form has: two questions of one key would be one in all figures."""
    return free_key(text, "question", Item.objects.all())


def new_section_key(text: str) -> str:
    """A key no section of any form has."""
    return free_key(text, "section", Section.objects.all())


def free_key(text: str, otherwise: str, rows) -> str:
    """The English words as a key, numbered where one of `rows` has it already; without such words `otherwise`, numbered."""
    base = slugify(text)[:LONGEST].strip("-_") or otherwise
    taken = set(rows.filter(key__startswith=base).values_list("key", flat=True)) | RESERVED
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
