"""What would be booked: the entry that an invoice becomes, its accounts explained.

An account is the one given by the person, else the line's own, the third party's, its rule's, the
most frequent of its past invoices, else for a sale the dossier's usual one.  Any number of invoices
takes the same number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clients.models import Dossier
from firm.errors import BusinessError
from firm.formats import amount
from ledger.models import Account, AutoInvoiceRule, Invoice, InvoiceLine, ThirdParty
from ledger.queries.posting_accounts import Chosen, PostingAccounts, posting_accounts
from ledger.queries.posting_history import Usual, usual_accounts
from ledger.queries.posting_parts import Part, Posted, gap, grouped, posted, raw_parts
from ledger.queries.posting_refusals import (
    Calendar,
    NoAccount,
    PieceIncomplete,
    calendar,
    refusal_of_invoice,
)

# Accounts that the person chose: rank of an invoice line → account.
Given = Mapping[int, Account]


@dataclass(frozen=True)
class Proposal:
    """The entry of an invoice; with a `problem` it cannot be booked as it stands."""

    invoice: Invoice
    lines: list[Posted] = field(default_factory=list)
    accounts: Mapping[int, Chosen] = field(default_factory=dict)
    problem: BusinessError | None = None

    @property
    def total(self) -> int:
        """One side of the entry, in cents."""
        return sum(line.cents for line in self.lines if line.cents > 0)

    @property
    def is_editable(self) -> bool:
        """Whether another account could still make it an entry."""
        return bool(self.lines)


@dataclass(frozen=True)
class Ground:
    """What proposals of one dossier share."""

    accounts: PostingAccounts
    calendar: Calendar
    usual: Mapping[int, Usual]
    rules: Mapping[int, AutoInvoiceRule]


def propose_invoices(
    dossier: Dossier,
    invoices: Sequence[Invoice],
    *,
    given: Mapping[int, Given] | None = None,
) -> list[Proposal]:
    """The proposals of some invoices, in nine queries.

    `given` holds, by invoice, the accounts that a person chose for its lines.
    """
    parties = _third_parties(invoices)
    lines = _lines_of(dossier, invoices)
    ground = Ground(
        posting_accounts(dossier), calendar(dossier), usual_accounts(dossier, parties),
        _rules(parties),
    )  # fmt: skip
    return [
        _propose(
            invoice, lines.get(invoice.id, []), parties.get(invoice.third_party_id or 0), ground,
            (given or {}).get(invoice.id, {}),
        )
        for invoice in invoices
    ]  # fmt: skip


def propose_invoice(dossier: Dossier, invoice: Invoice, *, given: Given | None = None) -> Proposal:
    """The proposal of one invoice."""
    return propose_invoices(dossier, [invoice], given={invoice.id: given or {}})[0]


def _third_parties(invoices: Iterable[Invoice]) -> dict[int, ThirdParty]:
    wanted = {invoice.third_party_id for invoice in invoices if invoice.third_party_id}
    rows = ThirdParty.objects.select_related("account", "default_account").filter(id__in=wanted)
    return {row.id: row for row in rows}


def _lines_of(dossier: Dossier, invoices: Iterable[Invoice]) -> dict[int, list[InvoiceLine]]:
    found: dict[int, list[InvoiceLine]] = {}
    rows = InvoiceLine.objects.filter(dossier=dossier, invoice__in=[row.id for row in invoices])
    for line in rows.select_related("account").order_by("invoice", "rank"):
        found.setdefault(line.invoice_id, []).append(line)
    return found


def _rules(parties: Iterable[int]) -> dict[int, AutoInvoiceRule]:
    rows = AutoInvoiceRule.objects.select_related("account").filter(
        third_party__in=list(parties), is_active=True, account__isnull=False
    )
    return {row.third_party_id: row for row in rows}


def _propose(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    third: ThirdParty | None,
    ground: Ground,
    given: Given,
) -> Proposal:
    if problem := refusal_of_invoice(invoice):
        return Proposal(invoice, problem=problem)
    assert third is not None
    assert invoice.issue_date is not None
    parts = raw_parts(invoice, lines)
    if problem := _uneven(invoice, parts):
        return Proposal(invoice, problem=problem)
    by_rank = {line.rank: line for line in lines}
    chosen = [
        replace(part, account=_account(invoice, by_rank.get(part.ranks[0]), third, ground,
                                       given.get(part.ranks[0])))
        for part in parts
    ]  # fmt: skip
    accounts = {part.ranks[0]: part.account for part in chosen if part.account}
    whole = grouped(chosen)
    ready = posted(invoice, whole, ground.accounts, _collective(third, chosen, ground))
    return Proposal(
        invoice, ready, accounts, _missing(ready) or ground.calendar.refusal(invoice.issue_date)
    )


def _uneven(invoice: Invoice, parts: Sequence[Part]) -> PieceIncomplete | None:
    """Lines that do not make the total, beyond what rounding each of them may explain."""
    missing = gap(invoice, parts)
    if abs(missing) <= 1 + len(parts):
        return None
    return PieceIncomplete(
        f"Les lignes font {amount(invoice.gross - missing)} et le total {amount(invoice.gross)} :"
        " corrigez les unes ou l’autre."
    )


def _account(
    invoice: Invoice,
    line: InvoiceLine | None,
    third: ThirdParty,
    ground: Ground,
    given: Account | None,
) -> Chosen | None:
    rule = ground.rules.get(third.id)
    for account, why in (
        (given, "Choisi"),
        (line.account if line else None, "Compte de la ligne"),
        (third.default_account, "Compte par défaut du tiers"),
        (rule.account if rule else None, "Règle du fournisseur"),
    ):
        if account:
            return Chosen.of(account, why)
    if usual := ground.usual.get(third.id):
        return replace(usual.account, why=usual.why(third.role))
    if invoice.direction == Invoice.Direction.SALE:
        return ground.accounts.role("sale_services" if line and line.kind == "V" else "sale_goods")
    return None


def _collective(third: ThirdParty, parts: Sequence[Part], ground: Ground) -> Chosen:
    """The third party's own account, else the dossier's collective one."""
    if third.account:
        return Chosen.of(third.account, "Compte du tiers")
    if third.role == ThirdParty.Role.SUPPLIER and all(
        part.account and part.account.number.startswith("2") for part in parts
    ):
        return ground.accounts.role("asset_supplier")
    return ground.accounts.role(third.role)


def _missing(lines: Iterable[Posted]) -> NoAccount | None:
    if all(line.account for line in lines):
        return None
    return NoAccount("Choisissez le compte : ni le tiers ni ses factures passées n’en proposent.")
