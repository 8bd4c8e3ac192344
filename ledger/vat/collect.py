"""From the entries of a period to what each box takes, line by line, in cents.

Signs: what is due and its base are positive as at the credit, what is deducted as at the debit; a
credit note counts against its box.  Settlement entries (44551, 44567) move nothing to declare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from ledger.vat.bases import Base, bases, rate_of
from ledger.vat.form import Form, data, known_rates, rate_in, role_of, said_by

# European Union, whose customers with a VAT number are delivered to without VAT (CGI 262 ter).
UNION = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
SETTLED_WITH = ("445", "658", "758", "4583", "447", "512")
DEDUCTED = {"asset": "19", "goods": "20"}


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry: signed cents, debit positive; `country` of its third party."""

    account: int
    number: str
    label: str
    cents: int
    country: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry; `regime` of its invoice.  `share` is the part of a pending tax now due."""

    id: int
    legs: Sequence[Leg]
    regime: str = ""
    share: tuple[int, int, int] | None = None

    def part(self, cents: int) -> int:
        """What becomes due of an amount: that of the payments up to the end less those before."""
        if self.share is None:
            return cents
        before, after, whole = self.share
        return _ratio(cents, after, whole) - _ratio(cents, before, whole)


def _ratio(cents: int, over: int, whole: int) -> int:
    """The part of an amount, rounded to the cent; `over` and `whole` have the same sign."""
    over, whole = abs(over), abs(whole)
    twice = 2 * abs(cents) * over + whole
    return (twice // (2 * whole)) * (1 if cents >= 0 else -1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an entry brings to a box through an account, in cents."""

    box: str
    entry: int
    account: int
    base: int = 0
    tax: int = 0


@dataclass
class Collected:
    """Everything that the entries bring.  `moved` is what to settle on each account, debit > 0.

    `unrated` are taxes without a rate, `unmapped` VAT accounts without a box, `waiting` what is not
    due yet, `worked_out` entries whose base was worked out from the tax, each in cents.
    """

    taken: list[Taken] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    unrated: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    unmapped: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    waiting: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    settlements: list[int] = field(default_factory=list)
    worked_out: list[int] = field(default_factory=list)
    accounts: dict[int, tuple[str, str]] = field(default_factory=dict)

    def sums(self) -> tuple[dict[str, int], dict[str, int]]:
        """Base and tax of each box, in cents."""
        base: dict[str, int] = defaultdict(int)
        tax: dict[str, int] = defaultdict(int)
        for one in self.taken:
            base[one.box] += one.base
            tax[one.box] += one.tax
        return base, tax


def collect(
    pieces: Iterable[Piece], form: Form, *, rates: Mapping[int, Decimal], overseas: bool = False
) -> Collected:
    """What the entries bring to the form; `rates` are those that a person gave to accounts."""
    found = Collected()
    reader = _Reader(form, rates, found, overseas=overseas)
    for piece in pieces:
        reader.read(piece)
    return found


class _Reader:
    """Reads one entry after the other."""

    def __init__(
        self, form: Form, rates: Mapping[int, Decimal], found: Collected, *, overseas: bool
    ) -> None:
        self.form, self.rates, self.found, self.overseas = form, rates, found, overseas
        self.boxes: dict[tuple[Decimal, str, bool], str] = {}

    def read(self, piece: Piece) -> None:
        """Take what the entry brings."""
        by_role: dict[str, list[Leg]] = defaultdict(list)
        for leg in piece.legs:
            if role := role_of(leg.number):
                by_role[role].append(leg)
                self.found.accounts[leg.account] = (leg.number, leg.label)
        if is_settlement(piece, by_role):
            self.found.settlements.append(piece.id)
            return
        for role in ("waiting", *(() if piece.share else ("pending",))):
            _add(self.found.waiting, by_role[role])
        _add(self.found.unmapped, by_role["none"])
        self._sales(piece, by_role["pending" if piece.share else "collected"])
        if piece.share:
            return
        self._self_assessed(piece, by_role["self_assessed"])
        self._deducted(piece, by_role)
        if not any(by_role.values()):
            self._untaxed(piece)

    def _take(self, box: str, piece: Piece, account: int, base: int = 0, tax: int = 0) -> None:
        if base or tax:
            if account not in self.found.accounts:
                leg = next(leg for leg in piece.legs if leg.account == account)
                self.found.accounts[account] = (leg.number, leg.label)
            self.found.taken.append(Taken(box, piece.id, account, base, tax))

    def _sales(self, piece: Piece, due: Sequence[Leg]) -> None:
        """Tax on income: the base is on lines of class 7, at the credit."""
        lines = [leg for leg in piece.legs if leg.number.startswith("7")]
        nets = [-leg.cents for leg in lines]
        taxes: dict[Decimal, int] = defaultdict(int)
        boxes: dict[Decimal, tuple[str, int]] = {}
        for leg in due:
            part = piece.part(-leg.cents)
            rate = self._rate(leg, -leg.cents, nets, alone=len(due) == 1)
            box = self._rate_box(rate, leg)
            if rate is None or not box:
                self.found.unrated[leg.account] += part
                continue
            taxes[rate] -= leg.cents
            boxes[rate] = (box, leg.account)
            self.found.moved[leg.account] -= part
            self._take(box, piece, leg.account, tax=part)
        held = bases(taxes, nets)
        for rate, base in held.items():
            self._sold(piece, boxes[rate], base, lines)
        if len(taxes) and all(base.is_proved for base in held.values()) and not piece.share:
            used = {at for base in held.values() for at in base.lines}
            self._untaxed(piece, [leg for at, leg in enumerate(lines) if at not in used])

    def _sold(self, piece: Piece, place: tuple[str, int], base: Base, lines: Sequence[Leg]) -> None:
        """A base into the box of its rate, and into A1 (turnover) or A2 (other income)."""
        box, account = place
        if not base.is_proved:
            self.found.worked_out.append(piece.id)
            part = piece.part(base.cents)
            is_other = bool(lines) and not any(map(_is_turnover, lines))
            self._take(box, piece, account, base=part)
            self._take("A2" if is_other else "A1", piece, account, base=part)
            return
        for at in base.lines:
            part = piece.part(-lines[at].cents)
            self._take(box, piece, account, base=part)
            kind = "A1" if _is_turnover(lines[at]) else "A2"
            self._take(kind, piece, lines[at].account, base=part)

    def _self_assessed(self, piece: Piece, due: Sequence[Leg]) -> None:
        """Tax that the buyer works out himself: the base is what was bought, at the debit."""
        lines = [leg for leg in piece.legs if leg.number[:1] in {"2", "6"}]
        nets = [leg.cents for leg in lines]
        taxes: dict[Decimal, int] = defaultdict(int)
        places: dict[Decimal, tuple[str, str, int]] = {}
        for leg in due:
            rate = self._rate(leg, -leg.cents, nets, alone=len(due) == 1)
            kind = self._bought(piece, leg, lines)
            box = self._rate_box(rate, leg, on="imports" if kind == "A4" else "sales")
            if rate is None or not box:
                self.found.unrated[leg.account] -= leg.cents
                continue
            taxes[rate] -= leg.cents
            places[rate] = (kind, box, leg.account)
            self.found.moved[leg.account] += leg.cents
            self._take(box, piece, leg.account, tax=-leg.cents)
            if kind == "B2":
                self._take("17", piece, leg.account, tax=-leg.cents)
        for rate, base in bases(taxes, nets).items():
            kind, box, account = places[rate]
            if not base.is_proved:
                self.found.worked_out.append(piece.id)
            self._take(box, piece, account, base=base.cents)
            self._take(kind, piece, account, base=base.cents)
            if kind == "A4":
                self._imported(piece)

    def _imported(self, piece: Piece) -> None:
        for leg in piece.legs:
            if role_of(leg.number) in DEDUCTED:
                self._take("24", piece, leg.account, tax=leg.cents)

    def _bought(self, piece: Piece, leg: Leg, lines: Sequence[Leg]) -> str:
        """A2 (in France), A3 (services from abroad), A4 (imports), B2 or B4 (goods)."""
        kind = data()["regimes"].get(piece.regime, "")
        if not kind.startswith(("A", "B")):
            kind = said_by(leg.label, "A4", "A2")
        if not kind:
            roots = _roots("services")
            services = sum(one.cents for one in lines if one.number.startswith(roots))
            country = next((one.country for one in piece.legs if one.country), "")
            goods = "B2" if not country or country in UNION else "B4"
            kind = "A3" if 2 * services > sum(one.cents for one in lines) else goods
        return kind if self.form.box(kind) else "A2"

    def _deducted(self, piece: Piece, by_role: Mapping[str, Sequence[Leg]]) -> None:
        for role, box in DEDUCTED.items():
            for leg in by_role[role]:
                self.found.moved[leg.account] += leg.cents
                self._take(box, piece, leg.account, tax=leg.cents)

    def _untaxed(self, piece: Piece, lines: Sequence[Leg] | None = None) -> None:
        """Turnover without VAT, by the invoice’s regime, the customer’s country, the label."""
        if any(leg.number.startswith(_roots("accruals")) for leg in piece.legs):
            return
        country = next((leg.country for leg in piece.legs if leg.country), "")
        for leg in piece.legs if lines is None else lines:
            if _is_turnover(leg):
                self._take(self._untaxed_box(piece, leg, country), piece, leg.account, -leg.cents)

    def _untaxed_box(self, piece: Piece, leg: Leg, country: str) -> str:
        kind = data()["regimes"].get(piece.regime, "")
        if kind.startswith(("E", "F")):
            return str(kind)
        if country and country != "FR":
            return "F2" if country in UNION else "E1"
        return said_by(leg.label, "E1", "F2") or "E2"

    def _rate(self, leg: Leg, tax: int, nets: Sequence[int], *, alone: bool) -> Decimal | None:
        """What a person said of the account, its label, else what the lines of the entry prove."""
        said = self.rates.get(leg.account) or rate_in(leg.label)
        if said is not None or not tax:
            return said
        return rate_of(tax, nets, known_rates(), whole=alone)

    def _rate_box(self, rate: Decimal | None, leg: Leg, *, on: str = "sales") -> str:
        if rate is None:
            return ""
        key = (rate, on, self.overseas or _is_overseas(leg.label))
        if key not in self.boxes:
            self.boxes[key] = self.form.of_rate(rate, on=on, overseas=key[2])
        return self.boxes[key]


def is_settlement(piece: Piece, by_role: Mapping[str, Sequence[Leg]]) -> bool:
    """Whether the entry declares VAT: nothing but VAT accounts, and what remains of them."""
    if not all(leg.number.startswith(SETTLED_WITH) for leg in piece.legs):
        return False
    ends = any(by_role.get(role) for role in ("payable", "credit", "refund"))
    due = any(by_role.get(role) for role in ("collected", "self_assessed"))
    deducted = any(by_role.get(role) for role in DEDUCTED)
    return ends or (due and deducted)


def _add(sums: dict[int, int], legs: Iterable[Leg]) -> None:
    for leg in legs:
        sums[leg.account] += leg.cents


@cache
def _is_overseas(label: str) -> bool:
    return "dom" in label.lower().replace(",", " ").split()


@cache
def _roots(name: str) -> tuple[str, ...]:
    return tuple(data()[name])


def _is_turnover(leg: Leg) -> bool:
    return leg.number.startswith(_roots("turnover"))
