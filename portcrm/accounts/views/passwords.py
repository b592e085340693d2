"""For who cannot log in: ask for a link, choose a password by it."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.forms import AskPasswordForm, ChoosePasswordForm
from portcrm.accounts.mails import send_password_link
from portcrm.accounts.models import User
from portcrm.accounts.public import public_route
from portcrm.pages.render import page


@public_route
def password_ask(request):
    """Mail a link to an address that has an account; the answer is the same for every address."""
    form = AskPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        if too_often := ratelimit.consume_or_429(request, action="reset_password", key=email):
            return too_often
        person = User.objects.active().filter(email=email).first()
        if person is not None:
            send_password_link(by=person)
        return page(request, "accounts/password_asked.html", {"email": email})
    return page(request, "accounts/password_ask.html", {"form": form}, status=422 if form.errors else 200)


class PasswordChoose(PasswordResetConfirmView):
    """Choose a password by a mailed link. The key is taken out of the address before anything is shown."""

    form_class = ChoosePasswordForm
    template_name = "accounts/password_choose.html"
    success_url = reverse_lazy("account_login")

    def get_user(self, uidb64: str) -> User | None:
        person = super().get_user(uidb64)
        return person if person is not None and person.is_active else None

    def form_valid(self, form):
        super().form_valid(form)
        messages.success(self.request, _("Your password is set. Log in with it now."))
        return redirect(self.success_url)


password_choose = public_route(PasswordChoose.as_view())
