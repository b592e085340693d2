"""How often somebody may do something within an hour, counted in the cache."""

import hashlib
import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from portcrm.clock import now

logger = logging.getLogger(__name__)
HOUR = 3600


def within_limit(kind: str, who: str, limit: int, *, once: str = "") -> bool:
    """Count one event of `who` in this hour; False beyond the limit. Without the cache nobody is turned away.

    The same event told twice (`once` names it, as a form key does) counts once and is answered as before.
    """
    hour = int(now().timestamp()) // HOUR
    key = f"limit:{kind}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{hour}"
    try:
        if once and not cache.add(f"{key}:{once}", 1, HOUR):
            return bool(cache.get(f"{key}:{once}", 1))
        within = _counted(key) <= limit
        if once and not within:
            cache.set(f"{key}:{once}", 0, HOUR)
        return within
    except (RedisError, ValueError) as error:
        logger.warning("limits.not_counted: %s", error)
        return True


def _counted(key: str) -> int:
    """One more; only the first of an hour has to open the count."""
    try:
        return cache.incr(key)
    except ValueError:
        cache.add(key, 0, HOUR)
        return cache.incr(key)
