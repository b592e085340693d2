from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portcrm.errors import RuleBroken
from portcrm.pages.lists.unread import refuse_unsealed
from portcrm.pages.models import DefaultView, SavedView
from portcrm.pages.permissions import SHARE_VIEW
from portcrm.pages.render import page
from portcrm.pages.services.saved_views import change_view, delete_view, open_with, save_view


def _list_path(request) -> str:
    path = request.POST.get("path") or request.GET.get("path") or "/"
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


@require_POST
def view_save(request):
    """Keep the list as it stands under a name."""
    record, query = request.POST.get("record", "")[:100], request.POST.get("query", "")
    refuse_unsealed(record=record, state=query, seal=request.POST.get("seal", ""))
    view = save_view(
        record=record,
        name=request.POST.get("name", ""),
        query=query[:4000],
        shared=request.POST.get("shared") == "on",
        by=request.user,
    )
    messages.success(request, _("View “%(name)s” is saved.") % {"name": view.name})
    return redirect(f"{_list_path(request)}?{view.query}{'&' if view.query else ''}view={view.pk}")


@require_POST
def view_delete(request, pk):
    """Delete a saved view; the list stays as it is."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    delete_view(view=view, by=request.user)
    messages.success(request, _("View “%(name)s” is deleted.") % {"name": view.name})
    return redirect(_list_path(request))


@require_safe
def views(request):
    """The views of one list that this person sees: rename, share, delete one's own, choose the one the list opens with."""
    record = request.GET.get("record", "")[:100]
    default = DefaultView.objects.visible_to(request.user).filter(record=record).first()
    context = {
        "record": record,
        "path": _list_path(request),
        "views": SavedView.objects.visible_to(request.user).of_list(record).select_related("owner"),
        "default": default.key if default else "",
        "default_comes_with": default is not None and not default.key.isdecimal(),
        "may_share": request.user.has_perm(SHARE_VIEW),
    }
    return page(request, "pages/views.html", context)


@require_POST
def view_change(request, pk):
    """Rename or share one's own view."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    try:
        change_view(view=view, name=request.POST.get("name", ""), shared=request.POST.get("shared") == "on", by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("View “%(name)s” is saved.") % {"name": request.POST["name"].strip()})
    return _to_views(request)


@require_POST
def view_open_with(request):
    """Choose the view a list opens with."""
    open_with(record=request.POST.get("record", "")[:100], key=request.POST.get("key", ""), by=request.user)
    messages.success(request, _("The list opens with this view from now on."))
    return _to_views(request)


def _to_views(request):
    query = urlencode({"record": request.POST.get("record", "")[:100], "path": _list_path(request)})
    return redirect(f"{reverse('pages:views')}?{query}")
