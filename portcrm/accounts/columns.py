from django.utils.translation import gettext_lazy as _

from portcrm.pages.lists import Column, Ordering

PEOPLE = (
    Column("name", _("Full name"), template="accounts/_cell_name.html", ordering="name"),
    Column("email", _("E-mail")),
    Column("department", _("Department"), attribute="department.label"),
    Column("roles", _("Roles"), template="accounts/_cell_roles.html"),
    Column("state", _("Account"), template="accounts/_cell_state.html"),
    Column("last_login", _("Last log-in"), format="datetime"),
    Column("date_joined", _("Since"), format="date", ordering="since", default=False),
)
PEOPLE_ORDERINGS = (
    Ordering("name", _("Full name"), fields=("name", "pk")),
    Ordering("since", _("Since"), fields=("-date_joined", "-pk")),
)
