"""Fault drills: `kill -9` at any instant of any job on a dossier; all of it is done, or nothing.

Each kind of job is measured once undisturbed, then killed again and again at instants drawn evenly
over its run and a little beyond, so that its commit falls among them.  After each kill the books
are as before, or the job is done and they are as an undisturbed one leaves them; then another
runner takes the job over, and they are so in any case, sums and counters recomputed, each act in
the trail once.

Run it on an installation of its own: no worker of the product may take the jobs over first.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from firm.models import Job
from ledger.bench.fault_desk import Desk, Drill
from ledger.bench.fault_dossiers import whole_dossiers
from ledger.bench.killing import finish, is_free, kill_after, run_due, until, worker

HEAD = ("work", "undisturbed, s", "kills", "before its commit", "after it", "mismatches")
PIECES: dict[str, Any] = {"kinds": ("purchases", "sales", "bank"), "include_fec": True}
_CHANCE = random.SystemRandom()
# A run may last longer than the one that was measured: the instants reach past that one's end.
_REACH = 1.25


@dataclass
class Fault:
    """What killing one kind of job came to.

    `seconds` is its undisturbed run; `before` and `after` how many kills came before and after its
    commit; `mismatches` how many times something was neither untouched nor done.
    """

    name: str
    seconds: float = 0.0
    kills: int = 0
    before: int = 0
    after: int = 0
    mismatches: int = 0

    @property
    def cells(self) -> tuple[str, ...]:
        """Its line of the table."""
        counts = (self.kills, self.before, self.after, self.mismatches)
        return (self.name, f"{self.seconds:.2f}", *map(str, counts))


def run(size: int) -> Iterator[Fault]:
    """Kill each kind of job `size` times."""
    with Desk.opened() as desk:
        for circle in _every_drill(desk):
            yield from _round(circle, size)


def _every_drill(desk: Desk) -> Iterator[Sequence[Drill]]:
    """Every circle of drills, in the order of the table."""

    def on(operation: str, **more: Any) -> Drill:
        return desk.drill(operation, lambda: desk.bulk(operation, **more))

    def undo(operation: str) -> Drill:
        return desk.drill(f"undo, {operation}", lambda: desk.undo_bulk(operation))

    yield [
        desk.drill("booking batch", desk.book, desk.booked),
        desk.drill("undo, booking batch", desk.unbook, desk.booked),
    ]
    yield [on("archive", **PIECES), on("restore", **PIECES), undo("restore"),
           undo("archive")]  # fmt: skip
    yield [on("delete", **PIECES), undo("delete")]
    yield [on("reset"), undo("reset")]
    yield [desk.drill("duplicates", desk.compare, desk.flags)]
    yield [desk.drill(name, start, desk.of_file, desk.empty) for name, start in (
        ("FEC check", desk.check), ("FEC import", desk.load), ("FEC undo", desk.unload),
    )]  # fmt: skip
    yield from whole_dossiers(desk)


def _round(circle: Sequence[Drill], size: int) -> Iterator[Fault]:
    """Drills that lead back to where the first began: once undisturbed, then `size` times."""
    done = [_undisturbed(drill) for drill in circle]
    for turn in range(size):
        for drill, (fault, expected) in zip(circle, done, strict=True):
            _kill(drill, fault, expected, at=(turn + _CHANCE.random()) / size)
    yield from (fault for fault, _expected in done)


@dataclass(frozen=True)
class Expected:
    """What an undisturbed run leaves, and how many events of the trail it wrote."""

    look: str
    told: int


def _undisturbed(drill: Drill) -> tuple[Fault, Expected]:
    job_id, told = drill.start(), drill.told()
    with worker(job_id, _folder()) as process:
        start = time.perf_counter()
        until(lambda: Job.objects.get(pk=job_id).is_over, 0.01)
        fault = Fault(drill.name, time.perf_counter() - start)
        process.wait()
    _must_be_done(job_id)
    found = Expected(drill.look(), drill.told() - told)
    run_due()
    return fault, found


def _must_be_done(job_id: int) -> None:
    """An undisturbed job is done.

    Raises:
        RuntimeError: it is not; nothing could be said of killed ones.
    """
    job = Job.objects.get(pk=job_id)
    if job.state != Job.State.DONE:
        raise RuntimeError(f"{job.kind} is {job.state}: {job.error}")


def _kill(drill: Drill, fault: Fault, expected: Expected, *, at: float) -> None:
    """Kill one job at a fraction of its run, look, have it taken over, look again."""
    job_id = drill.start()
    before, told = drill.look(), drill.told()
    kill_after(job_id, _folder(), fault.seconds * _REACH * at)
    is_done, found = _both(drill, job_id)
    is_sound = found == (expected.look if is_done else before)
    until(lambda: is_free(job_id), 0.05)
    finish(job_id)
    job = Job.objects.get(pk=job_id)
    is_sound &= job.state == Job.State.DONE and drill.look() == expected.look
    is_sound &= drill.told() - told == expected.told and drill.is_sound()
    run_due()
    fault.kills += 1
    fault.after += job.attempts == 1
    fault.before += job.attempts > 1
    fault.mismatches += not is_sound


def _both(drill: Drill, job_id: int) -> tuple[bool, str]:
    """Whether the job is done, and what there is, of one and the same moment.

    A commit under way when its worker died may still come through between two looks.
    """
    while True:
        is_done = Job.objects.get(pk=job_id).state == Job.State.DONE
        found = drill.look()
        if is_done == (Job.objects.get(pk=job_id).state == Job.State.DONE):
            return is_done, found


def _folder() -> Path:
    return Path(settings.DATA_DIR)
