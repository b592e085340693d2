"""What every page of the frame needs; see portcrm.pages.queries.sidebar.Frame."""

from django.conf import settings

from portcrm.bilingual import pick
from portcrm.pages.queries.sidebar import Frame


def frame(request) -> dict:
    return {
        "frame": Frame(request),
        "port_name": pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN),
    }
