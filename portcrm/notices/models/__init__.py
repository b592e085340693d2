from portcrm.notices.models.digest import Digest
from portcrm.notices.models.notice import Notice

__all__ = ["Digest", "Notice"]
