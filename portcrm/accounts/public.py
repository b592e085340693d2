"""Public routes are marked one by one; everything else needs a log-in."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required

from portcrm.audit.channel import Channel, channel


def public_route(view):
    """Let strangers reach this view; what they change is recorded as coming by a public form.

    The tested list of public routes names the view too.
    """

    @wraps(view)
    def open_view(request, *args, **kwargs):
        with channel(Channel.PUBLIC_FORM):
            return view(request, *args, **kwargs)

    return login_not_required(open_view)
