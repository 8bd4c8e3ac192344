"""What a bank transaction would be booked on, and why.

An account or third party given by a person or a rule stands on the transaction itself.  Else one
open invoice of the same amount, when it is the only one; else what the latest transactions of the
same label were booked on.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from clients.models import Dossier
from firm.errors import BusinessError
from firm.formats import date_fr, integer
from ledger.models import BankTransaction, EntryLine, Invoice, ThirdParty
from ledger.queries.posting_accounts import Chosen
from ledger.queries.posting_refusals import NoAccount, calendar, refusal_of_transaction

LATEST = 400
OPEN_FOR = dt.timedelta(days=400)
NOISE = frozenset(
    (
        "VIR", "VIREMENT", "SEPA", "PRLV", "PRELEVEMENT", "CB", "CARTE", "PAIEMENT", "ACHAT",
        "FACTURE", "FACT", "REF", "DU", "DE", "LE", "LA", "ET", "EUR", "RECU", "EMIS", "INST",
    )
)  # fmt: skip
# The line of each entry with the largest amount beside the bank's own.
_OTHER_SIDE = """
SELECT DISTINCT ON (t.id) t.id, a.id, a.number, a.label, l.third_party_id
FROM unnest(%(ids)s::bigint[], %(entries)s::bigint[], %(lines)s::int[]) AS t (id, entry, line)
JOIN ledger_entryline l
    ON l.dossier_id = %(dossier)s AND l.entry_id = t.entry AND l.line_no <> t.line
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account_id
ORDER BY t.id, abs(l.debit - l.credit) DESC, l.line_no
"""


@dataclass(frozen=True, slots=True)
class BankProposal:
    """The other side of a transaction: an account, or a third party with the line it settles."""

    transaction: BankTransaction
    account: Chosen | None = None
    third_party: ThirdParty | None = None
    why: str = ""
    problem: BusinessError | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What a transaction of the same label was booked on."""

    account: Chosen
    third_party_id: int | None


def propose_transactions(
    dossier: Dossier, transactions: Sequence[BankTransaction]
) -> list[BankProposal]:
    """The proposals of some transactions, in seven queries."""
    open_invoices = _open_invoices(dossier, transactions)
    past = _past(dossier, transactions)
    parties = _parties(open_invoices, past)
    days = calendar(dossier)
    found = []
    for each in transactions:
        problem = refusal_of_transaction(each) or days.refusal(each.date)
        proposal = _propose(each, open_invoices.get(each.id, []), past.get(each.id, []), parties)
        if not (problem or proposal.account or proposal.third_party):
            problem = NoAccount("Choisissez le compte ou le tiers de cette opération.")
        found.append(
            BankProposal(each, proposal.account, proposal.third_party, proposal.why, problem)
        )
    return found


def _propose(
    each: BankTransaction,
    invoices: Sequence[Invoice],
    past: Sequence[Past],
    parties: Mapping[int, ThirdParty],
) -> BankProposal:
    why = "Proposé par une règle d’affectation" if each.rule_id else "Choisi"
    if each.account:
        return BankProposal(each, Chosen.of(each.account), each.third_party, why)
    if each.third_party:
        return BankProposal(each, None, each.third_party, why)
    if len(invoices) == 1:
        (invoice,) = invoices
        third = parties[invoice.third_party_id or 0]
        assert invoice.issue_date is not None
        why = f"Facture {invoice.number} du {date_fr(invoice.issue_date)}, du même montant"
        return BankProposal(each, None, third, why)
    if past:
        (account, third_id), count = Counter(
            (one.account, one.third_party_id) for one in past
        ).most_common(1)[0]
        why = f"{integer(count)} des {integer(len(past))} dernières opérations au même libellé"
        third_party = parties.get(third_id or 0)
        return BankProposal(each, None if third_party else account, third_party, why)
    return BankProposal(each)


def label_key(label: str) -> tuple[str, ...]:
    """The words of a bank label that say whom it is about: without figures, dates and noise."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().upper()
    words = re.split(r"[^A-Z0-9]+", plain)
    return tuple(word for word in words if len(word) > 1 and word.isalpha() and word not in NOISE)


def _open_invoices(
    dossier: Dossier, transactions: Sequence[BankTransaction]
) -> dict[int, list[Invoice]]:
    """Booked, unpaid invoices of exactly each transaction's amount, in one query."""
    asked = [each for each in transactions if not (each.account_id or each.third_party_id)]
    if not asked:
        return {}
    first, last = min(each.date for each in asked), max(each.date for each in asked)
    rows = Invoice.objects.filter(
        dossier=dossier,
        booking=Invoice.Booking.BOOKED,
        third_party__isnull=False,
        state__in=(Invoice.State.ISSUED, Invoice.State.SENT),
        gross__in={abs(each.amount) for each in asked},
        issue_date__range=(first - OPEN_FOR, last + OPEN_FOR),
    )
    found = list(rows)
    return {each.id: [row for row in found if _may_pay(each, row)] for each in asked}


def _may_pay(transaction: BankTransaction, invoice: Invoice) -> bool:
    owed_to_us = (invoice.direction == Invoice.Direction.SALE) is (
        invoice.type == Invoice.Type.INVOICE
    )
    assert invoice.issue_date is not None
    near = abs(transaction.date - invoice.issue_date) <= OPEN_FOR
    return (
        near and abs(transaction.amount) == invoice.gross and owed_to_us is (transaction.amount > 0)
    )


def _past(dossier: Dossier, transactions: Sequence[BankTransaction]) -> dict[int, list[Past]]:
    """What the latest transactions of the same label and sign were booked on, in two queries."""
    asked = {
        each.id: (key, each.amount > 0)
        for each in transactions
        if not (each.account_id or each.third_party_id) and (key := label_key(each.label))
    }
    if not asked:
        return {}
    latest = (
        BankTransaction.objects.filter(
            dossier=dossier, entry__isnull=False,
            bank_account__in={each.bank_account_id for each in transactions},
        )
        .order_by("-date", "-id")
    )[:LATEST]  # fmt: skip
    same: dict[tuple[tuple[str, ...], bool], list[BankTransaction]] = {}
    wanted = set(asked.values())
    for row in latest:
        place = (label_key(row.label), row.amount > 0)
        if place in wanted:
            same.setdefault(place, []).append(row)
    sides = _other_sides(dossier, [row for rows in same.values() for row in rows])
    return {
        pk: [sides[row.id] for row in same.get(place, []) if row.id in sides]
        for pk, place in asked.items()
    }


def _other_sides(dossier: Dossier, rows: Sequence[BankTransaction]) -> dict[int, Past]:
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _OTHER_SIDE,
            {
                "dossier": dossier.id,
                "ids": [row.id for row in rows],
                "entries": [row.entry_id for row in rows],
                "lines": [row.line_no or 0 for row in rows],
            },
        )
        return {
            pk: Past(Chosen(number, label, account), third)
            for pk, account, number, label, third in cursor.fetchall()
        }


def _parties(
    invoices: Mapping[int, Iterable[Invoice]], past: Mapping[int, Iterable[Past]]
) -> dict[int, ThirdParty]:
    wanted = {row.third_party_id for rows in invoices.values() for row in rows}
    wanted |= {row.third_party_id for rows in past.values() for row in rows}
    rows = ThirdParty.objects.select_related("account").filter(id__in=wanted - {None})
    return {row.id: row for row in rows}


def open_lines(
    transaction: BankTransaction, third_party: ThirdParty, account_id: int
) -> list[EntryLine]:
    """Unlettered lines of the third party that this transaction settles exactly; two at most."""
    cents = abs(transaction.amount)
    side = {"debit": cents} if transaction.amount > 0 else {"credit": cents}
    rows = EntryLine.objects.filter(
        dossier=transaction.dossier_id, third_party=third_party, account=account_id,
        lettering__isnull=True, **side,
    )  # fmt: skip
    return list(rows.order_by("-date", "-entry")[:2])
