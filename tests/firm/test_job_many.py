"""Jobs over many dossiers: each its own transaction and outcome, resumed where they were killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.utils import timezone

from clients.actions.dossiers import create_dossier
from clients.demo import Cast
from clients.models import Dossier
from firm import heartbeat, job_batches, job_kinds, job_previews, jobs, scope
from firm.errors import BusinessError
from firm.job_batches import Target
from firm.models import AuditEvent, Firm, Job, JobItem, User
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db(transaction=True)
Each = Callable[[jobs.Run, int], str]


class Probe:
    """A kind over many dossiers whose act the test chooses."""

    def __init__(self) -> None:
        self.each: Each = lambda _run, _dossier: ""


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    monkeypatch.setattr(heartbeat, "BEAT", 0.1)
    made = Probe()
    each: Each = lambda run, dossier: made.each(run, dossier)  # noqa: E731,PLW0108 (each test sets its own)
    jobs.register(jobs.Kind("tests.many", "Essai", each=each, needs="dossier.lock",
                            undone_by="tests.many_undo"))  # fmt: skip
    jobs.register(jobs.Kind("tests.many_undo", "Retour", each=each, needs="dossier.lock"))
    yield made
    del job_kinds.KINDS["tests.many"], job_kinds.KINDS["tests.many_undo"]


@pytest.fixture
def four(martin: Firm, alice: User, boulangerie: Dossier) -> list[Dossier]:
    """Four dossiers of the firm, in the order of their names."""
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id, firm_write=True)):
        made = [create_dossier(martin, name=f"Client {n}", by=alice) for n in range(3)]
    return [boulangerie, *made]


def previewed(by: User, firm: Firm, targets: list[Target], kind: str = "tests.many") -> Job:
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id)):
        return job_batches.preview(kind, by=by, firm_id=firm.id, targets=targets)


def confirmed(by: User, firm: Firm, dossiers: list[Dossier]) -> Job:
    job = previewed(by, firm, [Target(row.pk, row.name, {"n": row.pk}) for row in dossiers])
    job_batches.confirm(job, by=by)
    return job


def outcomes(job: Job, by: User) -> dict[str, tuple[str, str]]:
    every = frozenset(job.targets)
    with scope.open_scope(scope.Scope(user=by.id, read=every)):
        found = JobItem.objects.filter(job_id=job.pk).order_by("id")
        return {item.label: (item.state, item.reason) for item in found}


def marks(by: User, dossiers: list[Dossier]) -> list[int]:
    """How often each dossier was done."""
    counts = []
    for dossier in dossiers:
        with open_dossier(by, dossier):
            counts.append(
                AuditEvent.objects.filter(action="tests.done", dossier_id=dossier.pk).count()
            )
    return counts


def mark(run: jobs.Run, dossier_id: int) -> str:
    AuditEvent.objects.create(dossier_id=dossier_id, user_id=run.job.requested_by,
                              action="tests.done")  # fmt: skip
    return ""


def test_nothing_happens_before_the_preview_is_confirmed(
    martin: Firm, alice: User, four: list[Dossier], probe: Probe
) -> None:
    probe.each = mark
    targets = [Target(row.pk, row.name, skip="Laissé" if row is four[1] else "") for row in four]
    job = previewed(alice, martin, targets)
    assert (job.state, job.total, len(job.targets)) == ("previewed", 3, 4)
    assert jobs.due() == []
    assert jobs.run(job.pk) is False
    assert outcomes(job, alice)["Client 0"] == ("skipped", "Laissé")

    job_batches.confirm(job, by=alice)
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.done, job.cursor) == ("done", 3, 3)
    assert marks(alice, four) == [1, 0, 1, 1]


def test_each_dossier_has_its_own_outcome_and_a_refusal_stops_no_other(
    martin: Firm, alice: User, bruno: User, four: list[Dossier], probe: Probe
) -> None:
    def each(run: jobs.Run, dossier_id: int) -> str:
        mark(run, dossier_id)
        assert run.params == {"n": dossier_id}
        if dossier_id == four[1].pk:
            raise BusinessError("Pas celui-ci.")
        run.result = {"was": dossier_id}
        return "Déjà fait." if dossier_id == four[2].pk else ""

    probe.each = each
    job = confirmed(alice, martin, four)
    jobs.run(job.pk)
    assert list(outcomes(job, alice).values()) == [
        ("done", ""), ("failed", "Pas celui-ci."), ("skipped", "Déjà fait."), ("done", "")
    ]  # fmt: skip
    assert marks(alice, four) == [1, 0, 1, 1], "what was refused is rolled back"


def test_rights_are_asked_for_again_at_each_dossier(
    martin: Firm, alice: User, bruno: User, four: list[Dossier], probe: Probe
) -> None:
    probe.each = mark
    job = confirmed(bruno, martin, four)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    found = outcomes(job, alice)
    assert {state for state, _reason in found.values()} == {"failed"}
    assert "n’a plus ce droit" in found["Client 0"][1]
    assert marks(alice, four) == [0, 0, 0, 0]


def test_a_runner_that_dies_is_followed_at_the_next_dossier(
    martin: Firm, alice: User, four: list[Dossier], probe: Probe
) -> None:
    class Killed(BaseException):
        """Nothing catches it: as if the process were gone."""

    def each(run: jobs.Run, dossier_id: int) -> str:
        mark(run, dossier_id)
        if dossier_id == four[2].pk and run.job.attempts < 2:
            raise Killed
        return ""

    probe.each = each
    job = confirmed(alice, martin, four)
    with pytest.raises(Killed):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.cursor, job.done) == ("running", 2, 2)
    assert jobs.run(job.pk) is False, "the lease is not over"
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - job_batches.LASTS)
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 4)
    assert marks(alice, four) == [1, 1, 1, 1]


def test_a_runner_whose_lease_went_to_another_writes_nothing_more(
    martin: Firm, alice: User, four: list[Dossier], probe: Probe
) -> None:
    def each(run: jobs.Run, dossier_id: int) -> str:
        if dossier_id == four[1].pk:
            steal(run.job.pk)
        return mark(run, dossier_id)

    def steal(job_id: int) -> None:
        def other() -> None:
            Job.objects.filter(pk=job_id).update(runner="another")
            connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    probe.each = each
    job = confirmed(alice, martin, four)
    jobs.run(job.pk)
    assert marks(alice, four) == [1, 0, 0, 0]
    job.refresh_from_db()
    assert (job.runner, job.cursor) == ("another", 1)


def test_a_stop_leaves_what_is_done_and_the_rest_undone(
    martin: Firm, alice: User, four: list[Dossier], probe: Probe
) -> None:
    def each(run: jobs.Run, dossier_id: int) -> str:
        if dossier_id == four[1].pk:
            run._stop.set()
        return mark(run, dossier_id)

    probe.each = each
    job = confirmed(alice, martin, four)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.cursor) == ("cancelled", 2)
    assert marks(alice, four) == [1, 1, 0, 0]


def test_a_bug_says_that_what_is_done_stays_done(
    martin: Firm, alice: User, four: list[Dossier], probe: Probe
) -> None:
    def each(run: jobs.Run, dossier_id: int) -> str:
        if dossier_id == four[1].pk:
            raise ZeroDivisionError
        return mark(run, dossier_id)

    probe.each = each
    job = confirmed(alice, martin, four)
    for _attempt in range(3):
        Job.objects.filter(pk=job.pk).update(next_try_at=timezone.now())
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "internal_error")
    assert "les dossiers déjà traités le restent" in job.error
    assert marks(alice, four) == [1, 0, 0, 0]


def test_a_preview_is_confirmed_once_by_its_author_within_a_day(
    martin: Firm, alice: User, bruno: User, four: list[Dossier], probe: Probe
) -> None:
    targets = [Target(four[0].pk, four[0].name)]
    job = previewed(alice, martin, targets)
    with pytest.raises(job_batches.PreviewOver):
        job_batches.confirm(job, by=bruno)
    job_batches.confirm(job, by=alice)
    with pytest.raises(job_batches.PreviewOver):
        job_batches.confirm(job, by=alice)
    old = previewed(alice, martin, targets)
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - job_batches.LASTS)
    with pytest.raises(job_batches.PreviewOver):
        job_batches.confirm(old, by=alice)
    job_previews.expire_previews()
    old.refresh_from_db()
    assert old.state == "expired"
    empty = previewed(alice, martin, [Target(four[0].pk, four[0].name, skip="Non")])
    with pytest.raises(job_batches.NothingToDo):
        job_batches.confirm(empty, by=alice)
    job_batches.drop(empty, by=alice)
    empty.refresh_from_db()
    assert empty.state == "cancelled"


def test_what_was_done_is_taken_back_once_and_with_what_was_kept_of_it(
    martin: Firm, alice: User, bruno: User, four: list[Dossier], probe: Probe, cast: Cast
) -> None:
    def each(run: jobs.Run, dossier_id: int) -> str:
        run.result = {"was": dossier_id}
        return "Rien à faire." if dossier_id == four[1].pk else ""

    probe.each = each
    job = confirmed(alice, martin, four)
    jobs.run(job.pk)
    job.refresh_from_db()
    seen: list[dict[str, int]] = []
    probe.each = lambda run, _dossier: seen.append(run.params) or ""  # type: ignore[func-returns-value]
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id)):
        with pytest.raises(job_batches.NotUndoable):
            job_batches.undo(job, by=bruno)
        back = job_batches.undo(job, by=alice)
        with pytest.raises(job_batches.NotUndoable):
            job_batches.undo(job, by=alice)
    jobs.run(back.pk)
    assert seen == [{"job": job.pk, "was": row.pk} for row in four if row is not four[1]]
    job.refresh_from_db()
    assert job.state == "undone"
    with (
        scope.open_scope(scope.Scope(user=alice.id, firm=martin.id)),
        pytest.raises(job_batches.NotUndoable),
    ):
        job_batches.undo(job, by=alice)
