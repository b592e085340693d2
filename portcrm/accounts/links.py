"""The personal link by which somebody chooses a password: good for three days and for one use."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portcrm.accounts.models import User


def password_link(person: User) -> str:
    """The absolute address; it dies when the password, the e-mail or the last log-in changes."""
    names = {"uidb64": urlsafe_base64_encode(force_bytes(person.pk)), "token": default_token_generator.make_token(person)}
    return settings.PORTCRM_SITE_URL + reverse("accounts:password_choose", kwargs=names)


def password_link_of(reference: str) -> str:
    """For the outbox, which holds the person's key and asks for the link when it delivers."""
    return password_link(User.objects.get(pk=int(reference)))
