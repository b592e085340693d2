from django.shortcuts import render

from portcrm.errors import RuleBroken
from portcrm.pages.render import toast


class RuleBrokenMiddleware:
    """Turn a broken rule into a message: a toast for htmx, a page otherwise, 409 both."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, RuleBroken):
            return None
        response = render(request, "409.html", {"message": exception.message}, status=409)
        return toast(response, exception.message, "danger") if request.htmx else response
