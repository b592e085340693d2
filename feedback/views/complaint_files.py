"""A customer adds files to a case from its page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.services.evidence import add_all
from feedback.services.links import find_complaint
from feedback.views.door import address_of, asked_language, notice, public_form, public_page
from portcrm.accounts.services import system_user
from portcrm.files.kinds import ENDINGS
from portcrm.limits import within_limit


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_files(request: HttpRequest, token: str) -> HttpResponse:
    """The form; files sent well lead back to the page of the case, else each one that was not kept is named with its reason."""
    found = find_complaint(token)
    if found is None:
        known = within_limit("unknown-link", address_of(request), settings.UNKNOWN_LINKS_AN_HOUR)
        return notice(request, "invalid", status=404 if known else 429)
    with translation.override(asked_language(request) or found.language):
        refused = []
        if request.method == "POST":
            uploads = request.FILES.getlist("files")
            refused = add_all(complaint=found, uploads=uploads, by=system_user()) if uploads else [_("Please choose a file.")]
            if not refused:
                return redirect("opinion:complaint_status", token=token)
        context = {"complaint": found, "token": token, "refused": refused, "endings": ",".join(ENDINGS)}
        context["megabytes"] = settings.MAX_UPLOAD_BYTES // 2**20
        return public_page("complaint_files", context, status=422 if refused else 200)
