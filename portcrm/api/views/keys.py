"""Keys for programs, kept by their owner."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portcrm.api.forms import KeyForm
from portcrm.api.models import ApiToken
from portcrm.api.permissions import USE_API
from portcrm.api.services import create_token, revoke_token
from portcrm.clock import now
from portcrm.pages.render import page


@never_cache
@permission_required(USE_API, raise_exception=True)
def keys(request):
    """My keys, and a form for a new one; the key itself is shown in the answer that makes it and never again."""
    form, fresh = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _token, fresh = create_token(name=form.cleaned_data["name"], expires_at=form.expires_at(now()), by=request.user)
        form = KeyForm()
    context = {"form": form, "fresh": fresh, "keys": ApiToken.objects.visible_to(request.user), "now": now()}
    return page(request, "api/keys.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(USE_API, raise_exception=True)
def key_revoke(request, pk: int):
    """Close a key."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    revoke_token(token=token, at=now(), by=request.user)
    messages.success(request, _("The key no longer works."))
    return redirect("keys:keys")
