"""What one was told: the bell, the page, and when it comes by mail. All of it is one's own."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portcrm.errors import RuleBroken
from portcrm.notices.forms import DigestForm
from portcrm.notices.models import Digest, Notice
from portcrm.notices.queries import MOST_COUNTED, notice_page, unread_count
from portcrm.notices.services import change_digest, read_all, read_notice
from portcrm.pages.render import page


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
@never_cache
def notice_list(request):
    """What I was told, newest first; all of it or what is new."""
    only_unread, before = request.GET.get("show") == "new", _number(request.GET.get("before", ""))
    found = notice_page(request.user, only_unread=only_unread, before=before)
    digest = Digest.objects.filter(user=request.user).first() or Digest(user=request.user)
    newest = Notice.objects.visible_to(request.user).unread().values_list("pk", flat=True).first()
    context = {"found": found, "only_unread": only_unread, "digest": digest, "newest_unread": newest, "is_older": before is not None}
    return page(request, "notices/notices.html", context)


@require_safe
@never_cache
def bell(request):
    """The bell with the number of new ones; asked for by the page that shows it, never counted inside another page."""
    count = unread_count(request.user)
    return page(request, "notices/_notice-bell.html", {"count": count, "is_more": count > MOST_COUNTED, "most": MOST_COUNTED})


@require_POST
def notice_open(request, pk):
    """Go where a notice leads; it is read by that."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    read_notice(notice=notice, by=request.user)
    return redirect(notice.url or "notices:notice_list")


@require_POST
def notices_read(request):
    """Everything on the page is read."""
    read_all(up_to=_number(request.POST.get("up_to", "")) or 0, by=request.user)
    return redirect("notices:notice_list")


def digest(request):
    """When notifications come by mail."""
    row = Digest.objects.filter(user=request.user).first() or Digest(user=request.user)
    form = DigestForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_digest(**form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("notices:notice_list")
    return page(request, "notices/digest.html", {"form": form}, status=422 if form.errors else 200)
