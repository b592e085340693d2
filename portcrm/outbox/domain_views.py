"""The self-check of the domain mails come from. Opening the page asks nobody; the button does."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portcrm.clock import now
from portcrm.outbox.models import DomainCheck
from portcrm.outbox.permissions import CHECK_DOMAIN
from portcrm.outbox.sender.zone import this_machines_zone
from portcrm.outbox.services.domain import check_sending_domain
from portcrm.pages.render import page


@require_safe
@permission_required(CHECK_DOMAIN, raise_exception=True)
def sending_domain(request: HttpRequest) -> HttpResponse:
    last = DomainCheck.objects.visible_to(request.user).select_related("checked_by").first()
    return page(request, "outbox/sending_domain.html", {"check": last})


@require_POST
@permission_required(CHECK_DOMAIN, raise_exception=True)
def sending_domain_check(request: HttpRequest) -> HttpResponse:
    found = check_sending_domain(ask=this_machines_zone(), at=now(), by=request.user)
    messages.success(request, _("Checked %(domain)s.") % {"domain": found.domain})
    return redirect("outbox:sending_domain")
