from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.log import log_response

from portcrm.errors import RuleBroken
from portcrm.pages.formats import reader_zone
from portcrm.pages.refused import NOT_STORED, is_refused_write, typed_texts
from portcrm.pages.render import toast, without_frame


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
    """Turn a broken rule into a message: a toast for htmx, which leaves the page as it stands; a page otherwise. 409 both.

    An address that only takes what a form sends, opened by hand, is answered with a page too: a browser has none for a bare 405.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or response.content or request.method != "GET":
            return response
        told = render(request, "405.html", status=405)
        told["Allow"] = response["Allow"]
        return told

    def process_exception(self, request, exception):
        if not isinstance(exception, RuleBroken):
            return None
        if request.htmx:
            response = HttpResponse(status=409, headers={"HX-Reswap": "none"})
            return toast(response, exception.message, "danger")
        return render(request, "409.html", {"message": exception.message, "typed": typed_texts(request)}, status=409)


class RefusedWriteMiddleware:
    """Tell whoever sent something that the database or the disk did not take it: a toast for htmx, a page otherwise. 503 both."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not is_refused_write(request, exception):
            return None
        if request.htmx:
            response = toast(HttpResponse(status=503, headers={"HX-Reswap": "none"}), NOT_STORED, "danger")
        else:
            response = without_frame(request, 503)
        log_response("Refused write: %s", request.path, response=response, request=request, exception=exception)
        return response
