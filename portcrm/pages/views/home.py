from django.urls import reverse

from portcrm.clock import now, port_today
from portcrm.pages.registry import panels_of
from portcrm.pages.render import page


def home(request):
    """Today: what to do next. Each panel is fetched on its own, so none holds up the page."""
    panels = [(panel, reverse(panel.url_name)) for panel in panels_of(request.user)]
    return page(request, "pages/home.html", {"panels": panels, "today": port_today(), "now": now()})
