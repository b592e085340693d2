"""Tags: short words on customer files, made by using them."""

import unicodedata
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, CustomerTag, Tag
from customers.services.locking import locked_customer
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

LONGEST = Tag._meta.get_field("name").max_length
MOST_TAGS = 20  # of one file; more say nothing any more


def tidy_name(name: str) -> str:
    """A tag as it is kept: one form of full and half width, single blanks, no # in front."""
    tidy = " ".join(unicodedata.normalize("NFKC", name).lstrip("#").split())
    if len(tidy) > LONGEST:
        raise RuleBroken(_("A tag has at most %(limit)s characters.") % {"limit": LONGEST}, field="new")
    return tidy


def _tags_named(names: Iterable[str]) -> list[Tag]:
    """The tags of these names; what does not exist yet is made. Capitals make no difference."""
    wanted = {tidy.lower(): tidy for name in names if (tidy := tidy_name(name))}
    known = set(Tag.objects.annotate(key=Lower("name")).filter(key__in=wanted).values_list("key", flat=True))
    Tag.objects.bulk_create([Tag(name=name) for key, name in wanted.items() if key not in known], ignore_conflicts=True)
    return list(Tag.objects.annotate(key=Lower("name")).filter(key__in=wanted))


@action("customer.tag", _("Tags"))
def tag_customer(*, customer: Customer, names: list[str], by: User) -> int:
    """Put these words on a file; returns how many were not there yet."""
    locked_customer(customer)
    tags = _tags_named(names)
    if not tags:
        raise RuleBroken(_("Choose or type at least one tag."), field="tags")
    present = set(CustomerTag.objects.filter(customer=customer).values_list("tag_id", flat=True))
    missing = [tag for tag in tags if tag.pk not in present]
    if len(present) + len(missing) > MOST_TAGS:
        raise RuleBroken(_("A file has at most %(limit)s tags.") % {"limit": MOST_TAGS}, field="tags")
    today = port_today()
    CustomerTag.objects.bulk_create([CustomerTag(customer=customer, tag=tag, added_by=by, added_on=today) for tag in missing])
    return len(missing)


@action("customer.tag", _("Tags"))
def untag_customer(*, customer: Customer, tags: Iterable[Tag], by: User) -> int:
    """Take these words off a file; returns how many stood there."""
    locked_customer(customer)
    removed, _by_model = CustomerTag.objects.filter(customer=customer, tag__in=list(tags)).delete()
    return removed


@action("customer.tag", _("Tags"))
def set_tags(*, customer: Customer, names: list[str], by: User) -> None:
    """Leave exactly these words on a file."""
    wanted = _tags_named(names)
    untag_customer(customer=customer, tags=Tag.objects.filter(links__customer=customer).exclude(pk__in=[tag.pk for tag in wanted]), by=by)
    if wanted:
        tag_customer(customer=customer, names=[tag.name for tag in wanted], by=by)


@action("tag.rename")
def rename_tag(*, tag: Tag, name: str, by: User) -> Tag:
    """Give a tag another name on every file at once."""
    row = Tag.objects.select_for_update().get(pk=tag.pk)
    row.name = tidy_name(name)
    if not row.name:
        raise RuleBroken(_("Give the tag a name."), field="name")
    try:
        with transaction.atomic():
            row.save(update_fields=["name"])
    except IntegrityError as error:
        raise RuleBroken(_("There is a tag of this name already."), field="name") from error
    return row


@action("tag.delete")
def delete_tag(*, tag: Tag, by: User) -> None:
    """Take a tag off every file and out of the list; the files' histories keep that it was there."""
    row = Tag.objects.select_for_update().get(pk=tag.pk)
    CustomerTag.objects.filter(tag=row).delete()
    row.delete()
