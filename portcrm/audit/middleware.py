from portcrm.audit.channel import Channel, channel


class ChannelMiddleware:
    """Mark what a request changes as coming from a page, from the API or from a form that needs no log-in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with channel(Channel.API if request.path.startswith("/api/") else Channel.PAGE):
            return self.get_response(request)
