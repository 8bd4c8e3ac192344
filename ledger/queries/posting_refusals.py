"""Why an invoice or a bank transaction is not booked, each reason with its stable code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from clients.models import Dossier
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr
from ledger.models import BankTransaction, FiscalYear, Invoice

_LOCK = """
SELECT d.lock_date FROM clients_dossier d
WHERE d.id = %s AND d.lock_mode <> 'none' AND NOT EXISTS (
    SELECT 1 FROM clients_lockexception x WHERE x.dossier_id = d.id AND x.user_id = app_user()
      AND x.until > clock_timestamp())
  AND NOT (d.lock_mode = 'users' AND EXISTS (
    SELECT 1 FROM firm_membership m WHERE m.user_id = app_user() AND m.firm_id = d.firm_id
      AND m.role IN ('owner', 'admin')))
"""


class AlreadyBooked(Conflict):
    """It has its entry."""

    code = "already_booked"
    title = "Déjà comptabilisée"


class NotBookable(BusinessError):
    """It is archived, cancelled, a draft, no invoice, or older than the takeover."""

    code = "not_bookable"
    title = "À ne pas comptabiliser"


class PieceIncomplete(BusinessError):
    """A date, a third party, an amount or a rate is missing, or the amounts disagree."""

    code = "piece_incomplete"
    title = "Pièce incomplète"


class NoAccount(BusinessError):
    """Nothing says on which account a line goes."""

    code = "no_account"
    title = "Compte manquant"


class DayClosed(BusinessError):
    """No open year contains the date, or it is locked."""

    code = "day_closed"
    title = "Date fermée"


@dataclass(frozen=True)
class Calendar:
    """The days on which the person in scope may write in a dossier."""

    years: list[FiscalYear]
    locked_until: dt.date | None

    def refusal(self, day: dt.date) -> DayClosed | None:
        """Why nothing is written on a day; None if it is open."""
        if self.locked_until and day <= self.locked_until:
            return DayClosed(
                f"La période est verrouillée jusqu’au {date_fr(self.locked_until)} inclus."
            )
        year = next((year for year in self.years if year.start <= day <= year.end), None)
        if year is None:
            return DayClosed(f"Aucun exercice ne contient le {date_fr(day)}. Ouvrez-le d’abord.")
        if year.state != FiscalYear.State.OPEN:
            state = year.get_state_display().lower()
            return DayClosed(f"L’exercice clos le {date_fr(year.end)} est {state}.")
        return None


def calendar(dossier: Dossier) -> Calendar:
    """The dossier's years and the lock date that stops the person in scope, in two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [dossier.id])
        row = cursor.fetchone()
    return Calendar(list(FiscalYear.objects.filter(dossier=dossier)), row[0] if row else None)


def refusal_of_invoice(invoice: Invoice) -> BusinessError | None:
    """Why this invoice, as it stands, is not to be booked; its amounts are judged elsewhere."""
    booking, state = Invoice.Booking, Invoice.State
    if invoice.booking == booking.BOOKED:
        return AlreadyBooked("Cette facture est déjà comptabilisée.")
    reasons: Iterable[tuple[bool, type[BusinessError], str]] = (
        (invoice.booking == booking.ARCHIVED, NotBookable,
         "Cette facture est archivée : restaurez-la d’abord."),
        (invoice.type not in (Invoice.Type.INVOICE, Invoice.Type.CREDIT_NOTE), NotBookable,
         "Un devis ou une facture pro forma ne se comptabilise pas."),
        (invoice.state == state.CANCELLED, NotBookable, "Cette facture est annulée."),
        (invoice.state == state.DRAFT, NotBookable,
         "Cette facture est un brouillon : émettez-la d’abord."),
        (invoice.is_pre_takeover and not invoice.is_kept, NotBookable,
         "Cette facture précède la date de reprise : elle est déjà dans le FEC. Gardez-la d’abord"
         " pour la comptabiliser malgré tout."),
        (invoice.issue_date is None, PieceIncomplete, "La date de la facture manque."),
        (invoice.third_party_id is None, PieceIncomplete, "Le tiers de la facture manque."),
        (not invoice.gross, PieceIncomplete, "Le montant TTC de la facture est nul."),
        (invoice.currency != "EUR" and not invoice.fx_rate, PieceIncomplete,
         f"La facture est en {invoice.currency} : indiquez le cours de change."),
    )  # fmt: skip
    return next((kind(words) for met, kind, words in reasons if met), None)


def refusal_of_transaction(transaction: BankTransaction) -> BusinessError | None:
    """Why this bank transaction, as it stands, is not to be booked."""
    booking = BankTransaction.Booking
    if transaction.booking == booking.BOOKED:
        return AlreadyBooked("Cette opération est déjà comptabilisée.")
    if transaction.booking == booking.ARCHIVED:
        return NotBookable("Cette opération est archivée : restaurez-la d’abord.")
    if transaction.is_pre_takeover and not transaction.is_kept:
        return NotBookable(
            "Cette opération précède la date de reprise : elle est déjà dans le FEC. Gardez-la"
            " d’abord pour la comptabiliser malgré tout."
        )
    if not transaction.amount:
        return PieceIncomplete("Le montant de l’opération est nul.")
    return None
