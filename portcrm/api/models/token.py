from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.api.querysets import ApiTokenQuerySet
from portcrm.audit.history import tracked


@tracked(exclude=("digest", "last_used_at"))
class ApiToken(models.Model):
    """A key for programs. Only its digest is stored: the key itself is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens", verbose_name=_("Person"))
    name = models.CharField(_("What it is for"), max_length=100)
    start = models.CharField(_("First letters"), max_length=20)  # the first letters, so that its owner recognises it
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    created_at = models.DateTimeField(_("Made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("Valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("Last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name
