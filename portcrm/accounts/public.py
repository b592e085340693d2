"""Public routes are marked one by one; everything else needs a log-in."""

from django.contrib.auth.decorators import login_not_required


def public_route(view):
    """Let strangers reach this view. The tested list of public routes names it too."""
    return login_not_required(view)
