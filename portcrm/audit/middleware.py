from portcrm.audit.channel import channel


class ChannelMiddleware:
    """Mark what a request changes as coming from a page or from the API."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with channel("api" if request.path.startswith("/api/") else "page"):
            return self.get_response(request)
