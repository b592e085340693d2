"""What people are told of their bulk changes."""

from django.utils.translation import gettext_lazy as _

from portcrm.notices.kinds import NoticeKind

ENDED = NoticeKind("bulk.ended", _("Bulk change ended"), _("%(what)s: %(state)s"), "list", record="bulk.bulkrun")
