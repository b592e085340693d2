from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event
from portcrm.paper.kinds import kind_of


def _taken(detail: Mapping[str, str]) -> str:
    kind = kind_of(detail["form"])
    return f"{kind.label if kind else detail['form']} · {detail['format'].upper()} · {detail['language']}"


register_event("paper.take", _("Printed a form"), _taken)
