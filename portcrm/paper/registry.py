from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import Told, register_event
from portcrm.bilingual import enumerated
from portcrm.paper.kinds import kind_of, paper_kinds


def _form(key: str) -> str:
    kind = kind_of(key)
    return str(kind.label) if kind else key


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


def _extras(keys: str) -> str:
    names = {extra.key: extra.label for kind in paper_kinds() for extra in kind.extras}
    return enumerated(names.get(key, key) for key in keys.split())


register_event(
    "paper.take", _("Printed a form"),
    Told(
        form=(_("Form"), _form), format=(_("File type"), str.upper), language=(_("Language"), _language), extras=(_("With"), _extras),
    ),
)  # fmt: skip
