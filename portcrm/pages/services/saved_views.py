"""Named list views: save, rename by saving again, delete."""

from django.db import transaction
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.pages.models import DefaultView, SavedView
from portcrm.pages.permissions import SHARE_VIEW


@transaction.atomic
def save_view(*, record: str, name: str, query: str, by: User, shared: bool = False) -> SavedView:
    """Keep the state of a list under a name; the person's view of that name is replaced."""
    name = name.strip()[: SavedView._meta.get_field("name").max_length]
    if not name:
        raise RuleBroken(_("Give the view a name."), field="name")
    if shared and not by.has_perm(SHARE_VIEW):
        raise RuleBroken(_("Your role may not share views. Save it for yourself instead."), field="shared")
    view, _created = SavedView.objects.update_or_create(record=record, owner=by, name=name, defaults={"query": query, "shared": shared})
    return view


@transaction.atomic
def change_view(*, view: SavedView, name: str, shared: bool, by: User) -> SavedView:
    """Rename one's own view, share it or take it back."""
    row = SavedView.objects.select_for_update().get(pk=view.pk)
    if row.owner_id != by.pk:
        raise RuleBroken(_("Only the owner of this view can change it."))
    if shared and not row.shared and not by.has_perm(SHARE_VIEW):
        raise RuleBroken(_("Your role may not share views. Save it for yourself instead."), field="shared")
    row.name, row.shared = name.strip()[: SavedView._meta.get_field("name").max_length], shared
    if not row.name:
        raise RuleBroken(_("Give the view a name."), field="name")
    if SavedView.objects.filter(record=row.record, owner=by, name=row.name).exclude(pk=row.pk).exists():
        raise RuleBroken(_("You have a view of this name already."), field="name")
    row.save(update_fields=["name", "shared"])
    return row


@transaction.atomic
def open_with(*, record: str, key: str, by: User) -> None:
    """Let a person's list open with this view from now on; without a key with all rows again."""
    if key:
        DefaultView.objects.update_or_create(owner=by, record=record, defaults={"key": key[:60]})
    else:
        DefaultView.objects.filter(owner=by, record=record).delete()


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Delete one's own view, or as one who may share, a shared one."""
    if view.owner_id != by.pk and not (view.shared and by.has_perm(SHARE_VIEW)):
        raise RuleBroken(_("Only the owner of this view can delete it."))
    DefaultView.objects.filter(record=view.record, key=str(view.pk)).delete()
    view.delete()
