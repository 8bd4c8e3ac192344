"""What a reader of a VAT return should look at, each with its reason and what to do.

A note of kind `danger` keeps the return from being prepared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clients.models import Dossier
from firm.formats import amount, date_fr, decimal_fr, plural
from ledger.models import Invoice, VatReturn
from ledger.queries.balances import trial_balance
from ledger.queries.vat import VatFigures, has_moved, marks, of_period, period_words
from ledger.queries.years import default_period, years_of
from ledger.vat.bases import tax_of
from ledger.vat.form import role_of

EMPTIED = frozenset({"collected", "self_assessed", "asset", "goods"})


@dataclass(frozen=True, slots=True)
class Note:
    """One remark.  `account` is the number of the account that it speaks of, if it does."""

    code: str
    kind: str
    text: str
    account: str = ""


def notes_of(dossier: Dossier, figures: VatFigures, row: VatReturn | None = None) -> list[Note]:
    """The remarks about a period, the gravest first; at most six queries."""
    found = [
        *_unrated(figures), *_unmapped(figures), *_earlier(dossier, figures),
        *_left_over(dossier, figures, row), *_settled(figures), *_rates(figures),
        *_worked_out(figures), *_pending(figures), *_to_book(dossier, figures),
    ]  # fmt: skip
    rank = {"danger": 0, "warn": 1, "info": 2}
    return sorted(found, key=lambda note: rank[note.kind])


def _named(figures: VatFigures, account: int) -> tuple[str, str]:
    number, label = figures.found.accounts[account]
    return number, f"{number} ({label})"


def _unrated(figures: VatFigures) -> Iterator[Note]:
    for account, cents in figures.found.unrated.items():
        number, name = _named(figures, account)
        if cents:
            yield Note(
                "unrated", "danger",
                f"{amount(cents)} de TVA du compte {name} n’ont pas de taux reconnu\u00a0: ni "
                "l’intitulé du compte ni les lignes des écritures ne le disent. Indiquez le taux "
                "du compte ci-dessous.", number,
            )  # fmt: skip


def _unmapped(figures: VatFigures) -> Iterator[Note]:
    for account, cents in figures.found.unmapped.items():
        number, name = _named(figures, account)
        if cents:
            yield Note(
                "unmapped", "warn",
                f"Le compte {name} a bougé de {amount(cents)} et n’alimente aucune case. Reclassez "
                "ces écritures sur un compte 44562, 44566 ou 44571 si cette TVA est à déclarer.",
                number,
            )  # fmt: skip


def _earlier(dossier: Dossier, figures: VatFigures) -> Iterator[Note]:
    """Returns that left with other figures than those of today, and a period left out."""
    now = marks(dossier)
    rows = list(
        VatReturn.objects.filter(dossier=dossier, end__lt=figures.start).order_by("-end")[:24]
    )
    for row in rows:
        if row.state not in VatReturn.OPEN and has_moved(row, now):
            words = of_period(row.start, row.end)
            yield Note(
                "earlier_moved", "warn",
                f"Des écritures {words} ont changé depuis que sa déclaration a été transmise. "
                "Elles n’entrent pas dans celle-ci\u00a0: régularisez-les par une écriture datée "
                "de cette période.",
            )  # fmt: skip
    if rows and (figures.start - rows[0].end).days != 1:
        yield Note(
            "gap", "warn",
            f"Aucune déclaration entre {period_words(rows[0].start, rows[0].end)} et "
            f"{period_words(figures.start, figures.end)}\u00a0: le crédit de la ligne 27 n’a pas "
            "été repris.",
        )  # fmt: skip


def _left_over(dossier: Dossier, figures: VatFigures, row: VatReturn | None) -> Iterator[Note]:
    """What the VAT accounts hold at the end, once the period is settled."""
    held = _held(dossier, figures)
    moved = [account for account, cents in figures.found.moved.items() if cents]
    is_own = bool(row and row.settlement_id)
    is_settled = bool(moved) and not any(held.get(account, ("", 0))[1] for account in moved)
    if is_settled and not is_own:
        yield Note(
            "emptied", "warn",
            f"Les comptes de TVA sont déjà soldés au {date_fr(figures.end)}\u00a0: l’écriture de "
            "règlement paraît passée. Préparez la déclaration sans en passer une autre.",
        )  # fmt: skip
        return
    settled = {} if is_own else {one.account: one.cents for one in figures.lines if one.account}
    rests = [(number, cents + settled.get(account, 0)) for account, (number, cents) in held.items()]
    said = [
        f"{number} ({amount(abs(cents))} au {'débit' if cents > 0 else 'crédit'})"
        for number, cents in sorted(rests)
        if cents
    ]
    if said:
        yield Note(
            "left_over", "warn",
            f"Des comptes de TVA gardent un solde après l’écriture de règlement\u00a0: "
            f"{', '.join(said)}. Une période antérieure n’a pas été déclarée ou soldée en entier.",
        )  # fmt: skip


def _held(dossier: Dossier, figures: VatFigures) -> dict[int, tuple[str, int]]:
    """Number and balance at the end of the accounts that a settlement empties, debit positive."""
    period = default_period(years_of(dossier), figures.start, figures.end)
    if period is None:
        return {}
    return {
        row.account_id: (row.account, row.sums.closing)
        for row in trial_balance(dossier, period)
        if role_of(row.account) in EMPTIED
    }


def _settled(figures: VatFigures) -> Iterator[Note]:
    count = len(figures.found.settlements)
    if count:
        said = plural(count, "écriture solde", "écritures soldent")
        yield Note(
            "settled", "info",
            f"{said} des comptes de TVA sur la période (44551 ou 44567)\u00a0: les cases n’en "
            "tiennent pas compte.",
        )  # fmt: skip


def _rates(figures: VatFigures) -> Iterator[Note]:
    bases, taxes = figures.found.sums()
    for box in figures.form.boxes():
        if box.rate is None or not bases.get(box.code):
            continue
        expected = tax_of(bases[box.code], box.rate)
        gap = taxes.get(box.code, 0) - expected
        if abs(gap) > max(100, abs(expected) // 1000):
            yield Note(
                "rate_gap", "warn",
                f"Ligne {box.code}\u00a0: la TVA des comptes ({amount(taxes.get(box.code, 0))}) "
                f"diffère de {amount(abs(gap))} de la base au taux de "
                f"{decimal_fr(box.rate, 2).rstrip('0').rstrip(',')}\u00a0%. Ouvrez la ligne pour "
                "voir les écritures.",
            )  # fmt: skip


def _worked_out(figures: VatFigures) -> Iterator[Note]:
    count = len(set(figures.found.worked_out))
    if count:
        of = plural(count, "écriture", "écritures")
        yield Note(
            "worked_out", "info",
            f"La base de {of} est déduite de la TVA (taxe ÷ taux)\u00a0: aucune ligne de produit "
            "ou de charge de l’écriture ne lui correspond.",
        )  # fmt: skip


def _pending(figures: VatFigures) -> Iterator[Note]:
    if figures.pending == "lettering":
        yield Note(
            "by_payment", "info",
            "TVA sur encaissements (44574)\u00a0: elle est déclarée à la date des règlements "
            "lettrés avec les factures, pour leur part. Un règlement non lettré n’est pas compté.",
        )  # fmt: skip
    if figures.pending == "entries":
        yield Note(
            "by_entry", "info",
            "TVA sur encaissements (44574)\u00a0: elle est déclarée quand vos écritures la virent "
            "au compte 44571.",
        )  # fmt: skip
    waiting = sum(figures.found.waiting.values())
    if waiting:
        yield Note(
            "waiting", "info",
            f"{amount(abs(waiting))} de TVA en attente (44574, 4458) sur la période "
            "ne sont pas encore exigibles ou déductibles.",
        )  # fmt: skip


def _to_book(dossier: Dossier, figures: VatFigures) -> Iterator[Note]:
    count = Invoice.objects.filter(
        dossier=dossier, booking=Invoice.Booking.TO_PROCESS,
        issue_date__range=(figures.start, figures.end), type__in=("invoice", "credit_note"),
    ).exclude(state=Invoice.State.CANCELLED).count()  # fmt: skip
    if count:
        rest = plural(count, "facture reste", "factures restent")
        yield Note(
            "to_book", "warn",
            f"{rest} à comptabiliser sur la période\u00a0: leur TVA n’est pas dans les cases.",
        )  # fmt: skip
