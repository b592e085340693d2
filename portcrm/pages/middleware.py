from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from portcrm.errors import RuleBroken
from portcrm.pages.formats import reader_zone
from portcrm.pages.render import toast


class ReaderMiddleware:
    """Clock times follow the person's zone; until a language was chosen in this browser, the person's own is spoken."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if "django_language" not in request.COOKIES and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(reader_zone(user)):
            return self.get_response(request)


class RuleBrokenMiddleware:
    """Turn a broken rule into a message: a toast for htmx, which leaves the page as it stands; a page otherwise. 409 both."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, RuleBroken):
            return None
        if request.htmx:
            response = HttpResponse(status=409, headers={"HX-Reswap": "none"})
            return toast(response, exception.message, "danger")
        return render(request, "409.html", {"message": exception.message, "typed": _typed(request)}, status=409)


SECRET = ("csrf", "password", "token", "secret", "code")


def _typed(request) -> list[str]:
    """The longer texts somebody sent, so that none is lost with the refused form; never a password."""
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if len(text) >= 20 and not any(word in name.lower() for word in SECRET)
    ]
