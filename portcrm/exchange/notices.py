"""What people are told of their imports."""

from django.utils.translation import gettext_lazy as _

from portcrm.notices.kinds import NoticeKind

ENDED = NoticeKind("exchange.ended", _("Import ended"), _("Import of %(file)s: %(state)s"), "file-import", record="exchange.importrun")
