import datetime as dt
import hashlib
import secrets

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.api.enums import TOKEN_PREFIX
from portcrm.api.models import ApiToken
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

USE_IS_NOTED_EVERY = dt.timedelta(minutes=10)
MOST_KEYS_OF_ONE_PERSON = 20


def digest_of(key: str) -> str:
    """A key is 256 random bits, so one round of SHA-256 is enough to keep it."""
    return hashlib.sha256(key.encode()).hexdigest()


@action("api_key.create", _("Made an API key"))
def create_token(*, name: str, expires_at: dt.datetime | None = None, by: User) -> tuple[ApiToken, str]:
    """Make a key for oneself; returns the stored row and the key, which cannot be shown again."""
    if by.api_tokens.filter(revoked_at=None).count() >= MOST_KEYS_OF_ONE_PERSON:
        raise RuleBroken(_("You have as many keys as one person may have. Revoke one first."))
    key = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=by, name=name, start=key[: len(TOKEN_PREFIX) + 4], digest=digest_of(key), expires_at=expires_at)
    return token, key


@action("api_key.revoke", _("Revoked an API key"))
def revoke_token(*, token: ApiToken, at: dt.datetime, by: User) -> ApiToken:
    """Close a key for good; doing it twice keeps the first moment."""
    if token.user_id != by.pk:
        raise RuleBroken(_("Only its owner revokes a key."))
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    token.refresh_from_db()
    return token


def note_use(*, token: ApiToken, at: dt.datetime) -> None:
    """Remember that the key was used, written at most every ten minutes."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - USE_IS_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < at - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
