"""The outbox: a message is a row first; a job sends it, and its fate is on the screen.

Sending cannot be undone, so it is at least once: the Message-ID is fixed before the first attempt,
and a message whose sender died halfway leaves again under the same one, which mail servers and
programs take for the same message.
"""

from __future__ import annotations

import logging
import smtplib
import uuid
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models.functions import Now

from firm import jobs, mailbox, scope
from firm.errors import BusinessError
from firm.models import Job, OutgoingEmail

log = logging.getLogger(__name__)

KIND = "firm.send_mail"
NAMESPACE = uuid.UUID("5d3c6c3e-6f0a-5f0e-9a55-3a8f2c1d7b60")
# Kinds whose text holds a secret, which is forgotten once it has left.
SECRET = frozenset({"invitation"})
FORGOTTEN = "Le lien de ce message n’est pas gardé."
# Seconds before each new attempt: a minute, then longer, two days in all.
PAUSES = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600)


class Undeliverable(BusinessError):
    """The mail server will never take this message."""

    code = "undeliverable"
    title = "Message refusé"


def queue(  # noqa: PLR0913 (that is what a message is made of)
    *,
    kind: str,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    firm_id: int | None = None,
    dossier_id: int | None = None,
    user_id: int | None = None,
) -> None:
    """Write a message down; it leaves once the transaction has committed.

    The same `key` sends one message, however often it is queued.  Firm, dossier and person say who
    may read it here; the courier needs none of them.
    """
    fresh = OutgoingEmail(
        id=uuid.uuid5(NAMESPACE, key),
        kind=kind,
        key=key,
        message_id=_new_message_id(),
        recipient=to,
        subject=subject[:300],
        text=text,
        html=html,
        firm_id=firm_id,
        dossier_id=dossier_id,
        user_id=user_id,
    )
    OutgoingEmail.objects.bulk_create([fresh], ignore_conflicts=True)
    jobs.start(KIND, by=None, dossier_id=None, firm_id=None, key=str(fresh.id))


def _new_message_id() -> str:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return make_msgid(domain=sender.rpartition("@")[2] or "localhost")


def _courier(job: Job) -> scope.Scope:
    """The scope that opens one message, the one that the job's key names."""
    return scope.Scope(token=f"mail:{job.idempotency_key}")


def _send(run: jobs.Run) -> None:
    """Hand the message to the mail server, outside any transaction."""
    with run.scope():
        mail = OutgoingEmail.objects.filter(pk=run.job.idempotency_key).first()
        if mail is None or mail.state == OutgoingEmail.State.SENT:
            return
        _mark(run.job, OutgoingEmail.State.SENDING)
    # « Sending » already: an earlier courier died, perhaps after the handing over.
    if mail.state == OutgoingEmail.State.SENDING and mailbox.holds(mail.message_id):
        return
    try:
        _hand_over(mail)
    except jobs.TryLater as error:
        with run.scope():
            _mark(run.job, OutgoingEmail.State.FAILED, f"{error} Nouvel essai automatique.")
        raise


def _hand_over(mail: OutgoingEmail) -> None:
    """Send it.

    Raises:
        Undeliverable: the message or its recipient is refused for good.
        TryLater: the server is away or refuses for now.
    """
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        _refused("Le serveur de messagerie refuse ce destinataire", code, words, error)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        _refused(
            "Le serveur de messagerie refuse ce message", error.smtp_code, error.smtp_error, error
        )
    except ValueError as error:
        raise Undeliverable(f"Ce message ne peut pas être envoyé tel quel ({error}).") from error
    except OSError as error:
        raise jobs.TryLater(f"Le serveur de messagerie ne répond pas ({error}).") from error


def _refused(sentence: str, code: int, words: bytes | str, error: Exception) -> None:
    """A code from 500 is for good, by RFC 5321 § 4.2.1; below, another attempt may pass."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    full = f"{sentence} ({code} {said})."
    raise (Undeliverable(full) if code >= 500 else jobs.TryLater(full)) from error


def _mark(job: Job, state: str, error: str = "") -> None:
    OutgoingEmail.objects.filter(pk=job.idempotency_key).exclude(
        state=OutgoingEmail.State.SENT
    ).update(state=state, error=error)


def _sent(run: jobs.Run) -> None:
    OutgoingEmail.objects.filter(pk=run.job.idempotency_key).exclude(
        state=OutgoingEmail.State.SENT
    ).update(state=OutgoingEmail.State.SENT, error="", sent_at=Now())
    OutgoingEmail.objects.filter(pk=run.job.idempotency_key, kind__in=SECRET).update(
        text=FORGOTTEN, html=""
    )


def _given_up(run: jobs.Run, error: str) -> None:
    log.warning("Message %s was not delivered: %s", run.job.idempotency_key, error)
    _mark(run.job, OutgoingEmail.State.FAILED, error)


jobs.register(
    jobs.Kind(
        KIND,
        "Envoi d’un message",
        work=_sent,
        prepare=_send,
        fail=_given_up,
        scope=_courier,
        pauses=PAUSES,
    )
)
