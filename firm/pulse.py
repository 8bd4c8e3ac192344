"""Signs of life of the worker and of beat, kept in the cache for `/healthz?all=1`.

They do not need a free place in the worker's pool: long jobs are no illness.
"""

from __future__ import annotations

import time
from typing import Any

from celery.signals import before_task_publish, heartbeat_sent
from django.core.cache import cache

WORKER, BEAT = "pulse:worker", "pulse:beat"
KEEP = 120
STALE_AFTER = 60


@heartbeat_sent.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def worker_lives(**_signal: Any) -> None:
    """The worker's main process says so every two seconds."""
    _beat(WORKER)


@before_task_publish.connect(sender="firm.sweep")  # type: ignore[untyped-decorator]  # idem
def beat_lives(**_signal: Any) -> None:
    """Only beat sends the sweep, every five seconds."""
    _beat(BEAT)


def both_live() -> bool:
    """Whether the worker and beat were heard of within a minute."""
    heard = cache.get_many([WORKER, BEAT])
    return len(heard) == 2 and min(heard.values()) > time.time() - STALE_AFTER


def forget() -> None:
    """Forget the signs of an earlier start."""
    cache.delete_many([WORKER, BEAT])


def _beat(name: str) -> None:
    cache.set(name, time.time(), KEEP)
