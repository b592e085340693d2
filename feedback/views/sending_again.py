"""“Send again” for a wave: first how many, then all of them."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from feedback.models import Wave
from feedback.services.sending_again import send_wave_again, to_send_again
from portcrm.outbox.enums import SENDABLE_AGAIN, MailState
from portcrm.outbox.permissions import SEND_AGAIN
from portcrm.pages.render import page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEND_AGAIN, raise_exception=True)
def wave_send_again(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    """How many mails in this state would go again and which would not; a POST sends them."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user), pk=pk)
    if state not in SENDABLE_AGAIN:
        raise Http404
    if request.method == "POST":
        number = len(send_wave_again(wave=wave, state=state, by=request.user).invitations)
        messages.success(
            request,
            ngettext("%(number)s mail is in the queue again.", "%(number)s mails are in the queue again.", number) % {"number": number},
        )
        return redirect("feedback:wave", pk=pk)
    again = to_send_again(wave=wave, state=state)
    context = {"wave": wave, "state": MailState(state), "number": len(again.invitations), "left_out": again.left_out.most_common()}
    return page(request, "feedback/wave_send_again.html", context)
