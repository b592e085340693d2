from portcrm.notices.services.digests import change_digest, send_digests
from portcrm.notices.services.telling import Told, forget_notices, forget_old_notices, notify, notify_each, read_all, read_notice

__all__ = [
    "Told", "change_digest", "forget_notices", "forget_old_notices", "notify", "notify_each", "read_all", "read_notice", "send_digests",
]  # fmt: skip
