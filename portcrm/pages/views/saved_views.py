from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portcrm.pages.models import SavedView
from portcrm.pages.services.saved_views import delete_view, save_view


def _list_path(request) -> str:
    path = request.POST.get("path", "/")
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


@require_POST
def view_save(request):
    """Keep the list as it stands under a name."""
    view = save_view(
        record=request.POST.get("record", "")[:100],
        name=request.POST.get("name", ""),
        query=request.POST.get("query", "")[:4000],
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
