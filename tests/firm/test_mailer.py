"""The outbox: rows first, then the courier, whatever happens on the way."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as delivered
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from firm import job_kinds, jobs, mailbox, mailer, scope
from firm.models import Job, Membership, OutgoingEmail, User

State = OutgoingEmail.State


class Server(BaseEmailBackend):
    """The network's edge: a mail server that answers what the test says."""

    fault: Exception | None = None

    def send_messages(self, email_messages: Any) -> int:
        if Server.fault:
            raise Server.fault
        delivered.outbox.extend(email_messages)
        return len(email_messages)


@pytest.fixture
def server(settings: Any) -> Iterator[type[Server]]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    settings.IS_EMBEDDED_MAIL = False
    yield Server
    Server.fault = None


def write(key: str = "k1", **changes: Any) -> Job:
    message = {
        "kind": "test",
        "to": "denis@boulangerie.example",
        "subject": "Bonjour",
        "text": "Un",
    }
    mailer.queue(key=key, **{**message, **changes})
    return Job.objects.filter(kind=mailer.KIND).latest("id")


def read(job: Job) -> OutgoingEmail:
    with scope.open_scope(scope.Scope(token=f"mail:{job.idempotency_key}")):
        return OutgoingEmail.objects.get()


@transaction.atomic
def _write_then_fail() -> None:
    write()
    raise ZeroDivisionError


def due_now(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(next_try_at="2026-01-01T00:00Z")


@pytest.mark.django_db
def test_a_message_leaves_once_and_its_row_says_so(server: Any) -> None:
    job = write(html="<p>Un</p>")
    assert read(job).state == State.QUEUED

    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False

    (sent,) = delivered.outbox
    row = read(job)
    assert (row.state, row.error, row.sent_at is not None) == (State.SENT, "", True)
    assert sent.extra_headers["Message-ID"] == row.message_id
    assert sent.message().get_content_type() == "multipart/alternative"
    assert (sent.to, sent.subject, sent.body) == (["denis@boulangerie.example"], "Bonjour", "Un")


@pytest.mark.django_db
def test_the_same_key_is_one_message_however_often_it_is_written(server: Any) -> None:
    first, second = write("k"), write("k", subject="Autre")
    other = write("k2")

    assert first.pk == second.pk != other.pk
    assert read(first).subject == "Bonjour"


@pytest.mark.django_db
def test_a_message_written_in_a_transaction_that_fails_never_was(server: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_then_fail()

    assert not Job.objects.filter(kind=mailer.KIND).exists()


@pytest.mark.django_db
def test_a_server_that_is_away_is_tried_again_later_and_the_row_says_why(server: Any) -> None:
    job = write()
    server.fault = ConnectionRefusedError(111, "Connection refused")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("confirmed", 1)
    assert (read(job).state, "ne répond pas" in read(job).error) == (State.FAILED, True)
    assert job.pk not in jobs.due()

    server.fault = None
    due_now(job)
    assert job.pk in jobs.due()
    jobs.run(job.pk)
    assert (read(job).state, read(job).error) == (State.SENT, "")


@pytest.mark.django_db
def test_the_pauses_grow_and_after_the_last_the_message_is_given_up(server: Any) -> None:
    job = write()
    server.fault = smtplib.SMTPServerDisconnected("gone")
    waits = []
    for _ in range(len(mailer.PAUSES) + 1):
        due_now(job)
        jobs.run(job.pk)
        job.refresh_from_db()
        waits.append(job.next_try_at)

    assert len(mailer.PAUSES) == 7
    assert waits[:-1] == sorted(waits[:-1])
    assert (job.state, job.error_code) == ("failed", "unreachable")
    assert read(job).state == State.FAILED
    assert jobs.run(job.pk) is False


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        (
            smtplib.SMTPRecipientsRefused({"x": (550, b"User unknown")}),
            "failed",
            "refuse ce destinataire",
        ),
        (smtplib.SMTPRecipientsRefused({"x": (451, b"Greylisted")}), "confirmed", "451 Greylisted"),
        (smtplib.SMTPDataError(554, b"Spam"), "failed", "refuse ce message (554 Spam)"),
        (smtplib.SMTPSenderRefused(452, b"Full", "x"), "confirmed", "452 Full"),
        (smtplib.SMTPAuthenticationError(535, b"Bad"), "confirmed", "ne répond pas"),
        (ValueError("Header values may not contain linefeed"), "failed", "tel quel"),
    ],
    ids=["no such person", "greylisted", "taken for spam", "full", "our password", "our message"],
)
@pytest.mark.django_db
def test_what_is_refused_for_good_is_not_tried_again(
    fault: Exception, state: str, words: str, server: Any
) -> None:
    job = write()
    server.fault = fault

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.state == state
    assert read(job).state == State.FAILED
    assert words in read(job).error


@pytest.mark.django_db
def test_a_courier_that_died_on_the_way_is_replaced_under_the_same_message_id(server: Any) -> None:
    job = write()
    with scope.open_scope(scope.Scope(token=f"mail:{job.idempotency_key}")):
        OutgoingEmail.objects.update(state=State.SENDING)
    Job.objects.filter(pk=job.pk).update(
        state="running", runner="dead", attempts=1, lease_until="2026-01-01T00:00Z"
    )
    assert job.pk in jobs.due()

    jobs.run(job.pk)

    assert read(job).state == State.SENT
    assert [sent.extra_headers["Message-ID"] for sent in delivered.outbox] == [read(job).message_id]


@pytest.mark.django_db
def test_what_the_embedded_mailbox_already_holds_is_not_written_twice(settings: Any) -> None:
    settings.EMAIL_BACKEND = "firm.mailbox.EmailBackend"
    settings.IS_EMBEDDED_MAIL = True
    job = write()
    jobs.run(job.pk)
    with scope.open_scope(scope.Scope(token=f"mail:{job.idempotency_key}")):
        OutgoingEmail.objects.update(state=State.SENDING)
    Job.objects.filter(pk=job.pk).update(
        state="running", runner="dead", lease_until="2026-01-01T00:00Z"
    )

    jobs.run(job.pk)

    assert read(job).state == State.SENT
    assert len(mailbox.letters()) == 1


@pytest.mark.django_db
def test_a_courier_opens_its_own_message_and_no_other(server: Any) -> None:
    mine, other = write("k1"), write("k2")

    with scope.open_scope(scope.Scope(token=f"mail:{mine.idempotency_key}")):
        assert [row.key for row in OutgoingEmail.objects.all()] == ["k1"]
        assert OutgoingEmail.objects.filter(pk=other.idempotency_key).update(state="sent") == 0


@pytest.mark.django_db
def test_a_message_is_read_by_its_person_and_firm_and_by_no_stranger(
    server: Any, alice: User, eve: User, martin: Any
) -> None:
    write("hers", user_id=alice.pk)
    write("firm's", firm_id=martin.pk)
    write("nobody's")

    def seen(**fields: Any) -> set[str]:
        with scope.open_scope(scope.Scope(**fields)):
            return set(OutgoingEmail.objects.values_list("key", flat=True))

    assert seen(user=alice.pk) == {"hers"}
    assert seen(user=alice.pk, firm=martin.pk) == {"hers", "firm's"}
    assert seen(user=eve.pk) == seen() == set()


@pytest.mark.django_db
def test_sending_shows_in_nobody_s_list_of_jobs(server: Any, alice: User) -> None:
    job = write(user_id=alice.pk)

    assert (job.firm_id, job.requested_by, job.dossier_id) == (None, None, None)


def test_the_back_off_lasts_two_days_in_all() -> None:
    assert 36 * 3600 < sum(mailer.PAUSES) < 72 * 3600


@pytest.mark.django_db
def test_a_job_of_no_dossier_has_no_parameters(alice: User) -> None:
    with pytest.raises(ValueError, match="its key names its object"):
        jobs.start(mailer.KIND, by=alice, dossier_id=None, firm_id=None, params={"a": 1})


@pytest.mark.django_db
def test_a_firm_s_job_runs_in_its_firm_while_the_person_works_there(
    alice: User, martin: Any
) -> None:
    seen: list[scope.Scope | None] = []
    jobs.register(jobs.Kind("firm.look", "Regarder", work=lambda run: seen.append(scope.current())))
    try:
        first = jobs.start("firm.look", by=alice, dossier_id=None, firm_id=martin.pk)
        jobs.run(first.pk)
        with scope.open_scope(scope.Scope(user=alice.pk, firm=martin.pk, firm_write=True)):
            Membership.objects.filter(user=alice).delete()
        second = jobs.start("firm.look", by=alice, dossier_id=None, firm_id=martin.pk)
        jobs.run(second.pk)
    finally:
        del job_kinds.KINDS["firm.look"]

    assert [(each.user, each.firm) for each in seen if each] == [(alice.pk, martin.pk)]
    second.refresh_from_db()
    assert (second.state, second.error_code) == ("failed", "forbidden")
