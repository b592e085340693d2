"""What accounts tells the frame: its events, its places in the sidebar."""

from django.utils.translation import gettext_lazy as _

from portcrm.audit.events import register_event

register_event("session.start", _("Logged in"))
register_event("session.end", _("Logged out"))
register_event("session.refuse", _("Log-in refused: wrong password"))
register_event("password.change", _("Changed the password"))
register_event("password.ask", _("Asked for a new password"))
register_event("person.invite", _("Invited to choose a password"))
register_event("second_factor.start", _("Switched the second factor on"))
register_event("second_factor.end", _("Switched the second factor off"))
register_event("second_factor.codes", _("Made new recovery codes"))
