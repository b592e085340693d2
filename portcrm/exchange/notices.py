"""What people are told of their imports."""

from django.utils.translation import gettext_lazy as _

from portcrm.notices.kinds import NoticeKind

ENDED = NoticeKind("exchange.ended", _("Import ended"), _("Import of %(file)s: %(state)s"), "file-import", record="exchange.importrun")
TAKEN_BACK = NoticeKind(
    "exchange.taken_back",
    _("My import taken back"),
    _("%(by)s took back your import of %(file)s"),
    "history",
    record="exchange.importrun",
)
