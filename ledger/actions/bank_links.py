"""Bank connections: set one up, poll it, tell people when its state changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from clients.models import Dossier
from clients.queries.accountants import assigned_accountants
from firm import audit, jobs, mailer, scope
from firm.errors import BusinessError
from firm.models import User
from firm.sealing import SealBroken, seal, unseal
from ledger.actions.bank_receive import receive_statement
from ledger.actions.bank_statements import import_statement
from ledger.bank.connections import AccessExpired, Adapter, ConnectionDown, Taken
from ledger.bank.folder import WatchedFolder
from ledger.bank.http import HttpSource, checked
from ledger.models import BankAccount, BankAlert, BankConnection, BankStatement, BankTransaction

KIND = "ledger.bank_poll"
MOST_DUE = 200
Kinds, State = BankConnection.Kind, BankConnection.State
MINUTES = {Kinds.FOLDER: 1, Kinds.HTTP: 60}


class ConnectionInvalid(BusinessError):
    """The address or the token of a connection is missing or may not be called."""

    code = "bank_connection_invalid"
    title = "Connexion incomplète"


class NotRecognised(BusinessError):
    """A file came by itself whose columns nobody has chosen yet."""

    code = "statement_not_recognised"
    title = "Colonnes à choisir"


@transaction.atomic
def connect(
    dossier: Dossier, account: BankAccount, *, kind: str, by: User, url: str = "", token: str = ""
) -> BankConnection:
    """Have the statements of an account fetched; an empty `token` keeps the one there is.

    Raises:
        ConnectionInvalid: no such kind, or an address that may not be called.
    """
    if kind not in Kinds.values:
        raise ConnectionInvalid("Choisissez un dossier surveillé ou une adresse web.")
    if kind == Kinds.HTTP:
        try:
            checked(url, settings.BANK_TRUSTED_HOSTS)
        except ConnectionDown as error:
            raise ConnectionInvalid(str(error)) from error
    fields = {
        "kind": kind, "url": url if kind == Kinds.HTTP else "", "is_active": True,
        "every_minutes": MINUTES[Kinds(kind)], "due_at": timezone.now(),
    }  # fmt: skip
    if token:
        fields["token"] = seal(token)
    made: BankConnection
    made, _new = BankConnection.objects.update_or_create(
        dossier=dossier, bank_account=account, defaults=fields
    )
    audit.record(
        "ledger.bank_connected", by=by, dossier_id=dossier.id, bank_account=account.id, kind=kind
    )
    return made


@transaction.atomic
def disconnect(row: BankConnection, *, by: User) -> None:
    """Fetch nothing more; the token is forgotten."""
    BankConnection.objects.filter(pk=row.pk).update(is_active=False, token="")
    audit.record(
        "ledger.bank_disconnected", by=by, dossier_id=row.dossier_id,
        bank_account=row.bank_account_id,
    )  # fmt: skip


def folder_of(dossier: Dossier, account: BankAccount) -> Path:
    """The watched folder of a bank account, below the data folder."""
    root: Path = Path(settings.DATA_DIR)
    return root / folder_name(dossier, account)


def folder_name(dossier: Dossier, account: BankAccount) -> str:
    """`bank/<dossier>/<account>`; an account's number is a file's own word: it is made harmless."""
    number = account.account.number
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", number)
    return f"bank/{dossier.slug}/{plain if plain == number else f'{plain}-{account.pk}'}"


def adapter_of(dossier: Dossier, row: BankConnection) -> Adapter:
    """The adapter of a connection.

    Raises:
        AccessExpired: its token was sealed with a key that is gone.
    """
    if row.kind == Kinds.FOLDER:
        return WatchedFolder(folder_of(dossier, row.bank_account))
    try:
        token = unseal(row.token)
    except SealBroken as error:
        raise AccessExpired("Le jeton ne se lit plus\u00a0: saisissez-le de nouveau.") from error
    return HttpSource(row.url, token, trusted=settings.BANK_TRUSTED_HOSTS)


class Due(NamedTuple):
    """A connection to ask now."""

    dossier: int
    firm: int | None
    connection: int
    due: dt.datetime


def poll_due() -> int:
    """Start a job for every connection whose time has come, once each; answers how many."""
    with scope.open_scope(scope.Scope()), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bank_connections_due(%s)", [MOST_DUE])
        waiting = [Due(*row) for row in cursor.fetchall()]
    for one in waiting:
        only = frozenset({one.dossier})
        with scope.open_scope(scope.Scope(firm=one.firm, read=only, write=only)):
            start_poll(one)
    return len(waiting)


def start_poll(one: Due) -> None:
    """Start the job of one connection; the same instant twice starts it once."""
    jobs.start(
        KIND, by=None, dossier_id=one.dossier, firm_id=one.firm,
        key=f"{one.connection}:{one.due:%Y%m%d%H%M%S%f}", params={"connection_id": one.connection},
        label="Relevés bancaires",
    )  # fmt: skip


def take_in(dossier: Dossier, row: BankConnection, files: Iterable[Taken]) -> dict[str, str]:
    """Import the files that came: handle or name → the reason why a file was refused, or ""."""
    outcome = {}
    for taken in files:
        try:
            with transaction.atomic():
                _import(dossier, row, taken)
            outcome[taken.handle or taken.name] = ""
        except BusinessError as error:
            outcome[taken.handle or taken.name] = error.message
            _refused(dossier, row, f"«\u00a0{taken.name}\u00a0»\u00a0: {error.message}")
    return outcome


def _refused(dossier: Dossier, row: BankConnection, message: str) -> None:
    """Tell of a file that was refused; the very last notice is not repeated at every turn."""
    latest = BankAlert.objects.filter(bank_account=row.bank_account_id).order_by("-id").first()
    if latest is None or latest.message != message:
        _alert(dossier, row, BankAlert.Kind.REFUSED, message)


def _import(dossier: Dossier, row: BankConnection, taken: Taken) -> None:
    for statement in receive_statement(
        dossier, taken.content, name=taken.name, by=None, bank_account=row.bank_account,
        source=BankTransaction.Source.LINK,
    ):  # fmt: skip
        if statement.state == BankStatement.State.TO_MAP:
            raise NotRecognised(
                "Les colonnes de ce fichier ne sont pas connues. Importez-le une fois à la main en "
                "les choisissant\u00a0: les suivants se liront seuls."
            )
        if statement.state == BankStatement.State.PREVIEWED and not statement.added_count:
            BankStatement.objects.filter(pk=statement.pk).delete()  # nothing new: nothing to list
        elif statement.state == BankStatement.State.PREVIEWED:
            import_statement(dossier, statement, by=None)


def note_state(dossier: Dossier, row: BankConnection, state: str, message: str = "") -> None:
    """Write down how a connection goes and when it is asked next; a change is told."""
    now = timezone.now()
    BankConnection.objects.filter(pk=row.pk).update(
        state=state, message=message, checked_at=now,
        due_at=now + dt.timedelta(minutes=row.every_minutes),
    )  # fmt: skip
    if state == row.state:
        return
    kinds = {State.EXPIRED: BankAlert.Kind.EXPIRED, State.ERROR: BankAlert.Kind.ERROR}
    kind = kinds.get(State(state), BankAlert.Kind.RESTORED)
    _alert(dossier, row, kind, message or "Les relevés arrivent de nouveau.")


def _alert(dossier: Dossier, row: BankConnection, kind: str, message: str) -> None:
    """Note what happened for « Alertes bancaires », and mail the dossier's accountants."""
    people = assigned_accountants(dossier)
    made = BankAlert.objects.create(
        dossier=dossier, bank_account=row.bank_account, kind=kind, message=message,
        told=[person.email for person in people],
    )  # fmt: skip
    url = settings.BASE_URL + reverse("ledger:bank", args=[dossier.slug])
    for person in people:
        mailer.queue(
            kind="bank_alert",
            key=f"bank_alert:{dossier.pk}:{made.pk}:{person.pk}",
            to=person.email,
            subject=f"{dossier.name}\u00a0: {made.get_kind_display().lower()} "
            f"({row.bank_account.name})",
            text=f"Bonjour {person.get_full_name()},\n\n{message}\n\nOuvrir la banque\u00a0: {url}",
            firm_id=dossier.firm_id,
            dossier_id=dossier.pk,
            user_id=person.pk,
        )
    audit.record(
        "ledger.bank_alerted", by=None, dossier_id=dossier.id, bank_account=row.bank_account_id,
        kind=kind, message=message,
    )  # fmt: skip
