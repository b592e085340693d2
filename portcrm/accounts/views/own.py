"""What everybody decides for themselves."""

from allauth.mfa.adapter import get_adapter as second_factor_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from portcrm.accounts.forms import ChangePasswordForm, SettingsForm
from portcrm.accounts.services import change_password, change_settings
from portcrm.pages.render import page


def profile(request):
    """My settings: name, language, theme, time zone; from here to password, second factor and keys."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        change_settings(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        response = redirect("accounts:profile")
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # what was chosen here holds in this browser too
        response.delete_cookie("theme")
        return response
    return page(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters()
@never_cache
def password_change(request):
    """A new password, with the old one; other sessions end."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(password=form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed."))
        return redirect("accounts:profile")
    return page(request, "accounts/password_change.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_safe
def second_factor_code(request):
    """The QR code of the second factor that is being set up in this session, as a picture of its own."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = second_factor_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")
