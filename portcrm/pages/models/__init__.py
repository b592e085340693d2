from portcrm.pages.models.saved_view import SavedView
from portcrm.pages.models.shortcut import Shortcut

__all__ = ["SavedView", "Shortcut"]
