from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import EVERY_ROLE, Permission

USE_API = "api.use_api"

PERMISSIONS = (Permission(USE_API, _("Use the API and make keys for it, with the rights one has on the pages"), EVERY_ROLE),)
