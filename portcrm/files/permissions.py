from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import EVERY_ROLE, Permission

READ = "files.read_file"

PERMISSIONS = (Permission(READ, _("Open the files on records that one may see"), EVERY_ROLE),)
