"""Where documents, flow lists and media name companies."""

from django.contrib.auth.decorators import permission_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cargo.columns.sightings import SIGHTING_COLUMNS, SIGHTING_ORDERINGS
from cargo.filters.sightings import SightingFilter
from cargo.models import Sighting
from cargo.permissions import EDIT_LEAD, VIEW_CANDIDATE
from cargo.queries.seen_leads import classes_by_code
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def sighting_list(request):
    """Sightings, newest first; a customer's page leads here with that customer chosen."""
    listing = Listing(
        request,
        record="cargo.sighting",
        queryset=Sighting.objects.visible_to(request.user).for_list(),
        filterset_class=SightingFilter,
        columns=SIGHTING_COLUMNS,
        orderings=SIGHTING_ORDERINGS,
        presets=(Preset("valid", _("Still valid"), "valid=true"),),
        empty=Empty(_("Nobody was seen here"), _("Companies show here once a document, a flow list or a note names them.")),
    )
    context = {"listing": listing, "classes": classes_by_code(), "may_record": request.user.has_perm(EDIT_LEAD)}
    return page(request, "cargo/sighting_list.html", context, fragments=listing.fragments)
