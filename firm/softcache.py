"""Redis as the cache, and this process's own memory while Redis is away.

The cache holds nothing that cannot be lost: counts of attempts, codes just used, the pulse of the
workers.  Without Redis people still sign in, and each process counts attempts for itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as TooSlow

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds before Redis is asked again


def _softly(name: str) -> Callable[..., Any]:
    """The method of that name, which answers from memory when Redis does not."""

    def method(self: SoftRedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except (Unreachable, TooSlow) as error:
                log.warning("Redis is away (%s): the cache is this process's memory.", error)
                self.away_until = time.monotonic() + PAUSE
        return getattr(self.spare, name)(*args, **kwargs)

    method.__name__ = name
    return method


class SoftRedisCache(RedisCache):
    """Django's Redis cache that never fails a request; `is_redis_there` says what it stands on."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.spare = LocMemCache(f"spare:{server}", params)
        self.away_until = 0.0

    def is_redis_there(self) -> bool:
        """Ask Redis now, for the health page."""
        try:
            return bool(self._cache.get_client().ping())
        except (Unreachable, TooSlow):
            return False

    add = _softly("add")
    get = _softly("get")
    set = _softly("set")
    touch = _softly("touch")
    delete = _softly("delete")
    get_many = _softly("get_many")
    set_many = _softly("set_many")
    delete_many = _softly("delete_many")
    has_key = _softly("has_key")
    incr = _softly("incr")
    clear = _softly("clear")
