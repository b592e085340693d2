"""What accounts tells the frame: its events, its places in the sidebar."""

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.links import password_link_of
from portcrm.accounts.mails import INVITATION, NEW_PASSWORD, reason_against
from portcrm.accounts.permissions import MANAGE_PEOPLE, SEE_PEOPLE
from portcrm.audit.events import register_event
from portcrm.outbox.kinds import register_delivery_check, register_kind, register_link
from portcrm.pages.registry import CreateItem, NavItem, register_create, register_nav

register_event("session.start", _("Logged in"))
register_event("session.end", _("Logged out"))
register_event("session.refuse", _("Log-in refused: wrong password"))
register_event("password.change", _("Changed the password"))
register_event("password.ask", _("Asked for a new password"))
register_event("person.invite", _("Invited to choose a password"))
register_event("second_factor.start", _("Switched the second factor on"))
register_event("second_factor.end", _("Switched the second factor off"))
register_event("second_factor.codes", _("Made new recovery codes"))

register_link(INVITATION, password_link_of)
register_link(NEW_PASSWORD, password_link_of)
register_delivery_check(INVITATION, reason_against)
register_delivery_check(NEW_PASSWORD, reason_against)
register_kind(INVITATION, _("Invitation of a colleague"))
register_kind(NEW_PASSWORD, _("Link for a new password"))

register_nav(NavItem("settings", "people", _("People"), "accounts:people", "users", order=10, permission=SEE_PEOPLE))
register_nav(NavItem("settings", "departments", _("Departments"), "accounts:departments", "building", order=20, permission=MANAGE_PEOPLE))
register_create(CreateItem("person", _("Person"), "accounts:person_create", "user-plus", permission=MANAGE_PEOPLE))
