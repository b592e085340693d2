from django.apps import apps
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portcrm.pages.registry import registry
from portcrm.pages.render import page
from portcrm.pages.services.shortcuts import pin, unpin


def _record(request, record: str, pk: str):
    known = {tab.record for tab in registry.tabs} | {source.record for source in registry.timelines}
    if record not in known:
        raise Http404
    return get_object_or_404(apps.get_model(record).objects.visible_to(request.user), pk=pk)


@require_POST
def toggle_pin(request, record, pk):
    """Pin a record to the sidebar or take it off."""
    obj = _record(request, record, pk)
    pinned = not unpin(obj=obj, by=request.user)
    if pinned:
        pin(obj=obj, by=request.user)
    if not request.htmx:
        return redirect(obj.get_absolute_url())
    return page(request, "pages/pinned.html", {"record": record, "pk": obj.pk, "pinned": pinned})
