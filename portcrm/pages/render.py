"""One way to answer: the whole page, or the fragment htmx asked for.

    return page(request, "feedback/wave.html", {"wave": wave, "form": form},
                fragments=("invitations",), status=200 if form.is_valid() else 422)

A fragment is a file named after the element it fills and *contains that element*: `feedback/_invitations.html` holds
`<section id="invitations">…</section>`; the page includes it, and `hx-target="#invitations"` with `hx-swap="outerHTML"`
(our default swap) replaces it. Where the app has no such file, the frame's own is used (`pages/_rows.html` of a list).
Statuses 422 (form with errors) and 409 (a rule forbids it) are swapped like 200.
"""

import json

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string, select_template
from django.utils.cache import patch_vary_headers

from portcrm.pages.refused import typed_texts


def page(
    request: HttpRequest, template: str, context: dict | None = None, *, fragments: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    """Render `template`, or its fragment `_<id>.html` from the same folder when htmx targets one of `fragments`."""
    target = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    names = [template]
    if target in fragments:
        folder, _slash, _name = template.rpartition("/")
        names = [f"{folder}/_{target}.html", f"pages/_{target}.html"]
    response = HttpResponse(select_template(names).render(context or {}, request), status=status)
    if fragments:
        patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def without_frame(request: HttpRequest, status: int) -> HttpResponse:
    """An error page that needs neither the database nor the cache; it gives back what somebody had typed."""
    context = {"LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", ""), "typed": typed_texts(request)}
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def toast(response: HttpResponse, message: str, level: str = "success") -> HttpResponse:
    """Show a short message after an htmx swap; level is success, info, warning or danger.

    A view that redirects uses django.contrib.messages instead; the next page shows those as toasts too.
    """
    events = json.loads(response.get("HX-Trigger", "{}"))
    events["toast"] = {"message": str(message), "level": level}
    response["HX-Trigger"] = json.dumps(events)
    return response


def redirect_whole(response: HttpResponse, url: str) -> HttpResponse:
    """Make htmx leave the page for `url`, for actions whose result is another page."""
    response["HX-Redirect"] = url
    return response
