from django.utils.translation import gettext_lazy as _

from portcrm.pages.lists import Column, Ordering

EVENTS = (
    Column("at", _("When"), format="datetime", ordering="at"),
    Column("actor_name", _("Who")),
    Column("label", _("What")),
    Column("record_text", _("Record")),
    Column("sentence", _("Details")),
    Column("channel", _("By way of"), attribute="get_channel_display"),
)
EVENT_ORDERINGS = (Ordering("at", _("When"), fields=("-at", "-pk")),)
