from portcrm.pages.models.default_view import DefaultView
from portcrm.pages.models.saved_view import SavedView
from portcrm.pages.models.shortcut import Shortcut

__all__ = ["DefaultView", "SavedView", "Shortcut"]
