"""The outbox: a message is a row first; a job sends it, and its fate is on the screen."""

from __future__ import annotations

from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models.functions import Now

from firm import scope
from firm.models import OutgoingEmail

DOMAIN = "cabinet.invalid"


def queue(
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

    The same `key` sends one message, however often it is queued.
    """
    fresh = OutgoingEmail(
        kind=kind, key=key, message_id=make_msgid(domain=DOMAIN), recipient=to, subject=subject,
        text=text, html=html, firm_id=firm_id, dossier_id=dossier_id, user_id=user_id,
    )
    OutgoingEmail.objects.bulk_create([fresh], ignore_conflicts=True)
    where = {"firm_id": firm_id, "dossier_id": dossier_id, "user_id": user_id}
    transaction.on_commit(lambda: _wake(str(fresh.pk), where), robust=True)


def _wake(pk: str, where: dict[str, int | None]) -> None:
    from firm.tasks import send_mail  # noqa: PLC0415 (the queue is not needed to write a message)

    send_mail.apply_async((pk, where), retry=False)


def deliver(pk: str, *, firm_id: int | None, dossier_id: int | None, user_id: int | None) -> None:
    """Hand one message to the mail server; a failure is written down and tried again by the sweep."""
    dossiers = frozenset({dossier_id} if dossier_id else ())
    own = scope.Scope(user=user_id, firm=firm_id, firm_write=True, read=dossiers, write=dossiers)
    with scope.open_scope(own):
        claimed = OutgoingEmail.objects.filter(
            pk=pk, state__in=[OutgoingEmail.State.QUEUED, OutgoingEmail.State.FAILED]
        ).update(state=OutgoingEmail.State.SENDING)
        mail = OutgoingEmail.objects.filter(pk=pk).first()
    if not claimed or mail is None:
        return
    error = _send(mail)
    with scope.open_scope(own):
        if error:
            OutgoingEmail.objects.filter(pk=pk).update(state=OutgoingEmail.State.FAILED, error=error)
        else:
            OutgoingEmail.objects.filter(pk=pk).update(
                state=OutgoingEmail.State.SENT, error="", sent_at=Now()
            )


def _send(mail: OutgoingEmail) -> str:
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.recipient],
        headers={"Message-ID": mail.message_id}, connection=get_connection(),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""
