"""What comes back every month: pay, social charges, VAT, rent, loan, bank fees, coins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.fec.generate.chart import INPUT_VAT, OUTPUT_VAT
from ledger.fec.generate.desk import Desk, Task
from ledger.fec.generate.purchases import Purchases
from ledger.fec.write import Record

_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_ASSETS: Final = ("218300", "215400", "218200")
_LOAN_MONTHS: Final = 60
_CHARGES_DAY: Final = 15
_VAT_DAY: Final = 20
_LOAN_DAY: Final = 5
_ASSETS_DAY: Final = 10
_RESULT_MONTH: Final = 5  # the sixth month, by position
_COINS_LEFT: Final = 20_000


def month_name(day: date) -> str:
    """« janvier 2024 »."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


class Agenda:
    """The fixed tasks of each day: before the trade of the day, or after it.

    Each comes with the most lines that it may write, so that trade leaves room for it.
    """

    def __init__(self, desk: Desk, purchases: Purchases) -> None:
        self.desk = desk
        self.purchases = purchases
        self.reserved = 0
        self._mornings: dict[int, list[tuple[int, Task]]] = {}
        self._evenings: dict[int, list[tuple[int, Task]]] = {}
        for rank, month in enumerate(desk.calendar.months()):
            self._plan_month(rank, month)

    def morning(self) -> Iterator[list[Record]]:
        """What is entered before the trade of the day."""
        yield from self._run(self._mornings)

    def evening(self) -> Iterator[list[Record]]:
        """What sums up the trade of the day or of the month."""
        yield from self._run(self._evenings)

    def _run(self, tasks: dict[int, list[tuple[int, Task]]]) -> Iterator[list[Record]]:
        for lines, task in tasks.pop(self.desk.offset, ()):
            self.reserved -= lines
            yield from task()

    def _add(self, offset: int, lines: int, task: Task, *, late: bool = False) -> None:
        tasks = self._evenings if late else self._mornings
        tasks.setdefault(offset, []).append((lines, task))
        self.reserved += lines

    def _plan_month(self, rank: int, month: list[int]) -> None:
        plan, calendar = self.desk.plan, self.desk.calendar
        bank = [offset for offset in calendar.bank if month[0] <= offset <= month[-1]]

        def on(day: int) -> int:
            """The first bank day from a day of the month on, the last one at worst."""
            return next((one for one in bank if calendar.days[one].day >= day), bank[-1])

        if plan.has("rent"):
            self._add(month[0], 3, self._rent)
        if plan.has("loan"):
            self._add(on(_LOAN_DAY), 3, self._loan)
        if plan.has("staff"):
            self._add(on(_CHARGES_DAY), 8, self._social_charges)
            self._add(bank[-1], 9 * plan.workplaces + 2, self._pay)
        if plan.has("till"):
            self._add(bank[-1], 4, self._coins, late=True)
        if (rank + 1) % plan.months_per_bank_fee == 0:
            self._add(bank[-1], 4, self._bank_fees, late=True)
        if rank == _RESULT_MONTH:
            self._add(on(_CHARGES_DAY), 5, self._result)
            self._add(bank[-1], 4, self._dividends_and_tax)
        if rank * plan.assets_bought // 12 != (rank + 1) * plan.assets_bought // 12:
            self._add(on(_ASSETS_DAY), 3, self._asset)
        self._plan_vat(rank, month[-1], on(_VAT_DAY))

    def _plan_vat(self, rank: int, last: int, payment: int) -> None:
        """A return closes its period; the period before is paid in the month that follows it."""
        months = self.desk.plan.months_per_return
        if rank % months == 0:
            self._add(payment, 2, self._vat_payment)
        if (rank + 1) % months == 0:
            self._add(last, 10, self._vat_return, late=True)

    def _rent(self) -> Iterator[list[Record]]:
        yield self.purchases.rent(month_name(self.desk.books.date))

    def _asset(self) -> Iterator[list[Record]]:
        yield self.purchases.asset(_ASSETS[int(self.desk.random() * len(_ASSETS))])

    def _loan(self) -> Iterator[list[Record]]:
        """A constant part of the capital, and interest on what is left of it."""
        books = self.desk.books
        owed = -books.balance("164000")
        if owed <= 0:
            return
        capital = min(owed, max(5_000, self.desk.plan.turnover // 20 // _LOAN_MONTHS))
        interest = owed * 29 // 10_000
        amounts = {"164000": capital, "661100": interest, "512000": -capital - interest}
        label = f"Échéance emprunt {month_name(books.date)}"
        yield books.simple(books.bank, self.desk.bank_ref("PR"), label, amounts)

    def _pay(self) -> Iterator[list[Record]]:
        desk, books = self.desk, self.desk.books
        plan = desk.plan
        gross_of_all = int(plan.turnover * plan.sector.payroll_share / 12 / 1.42)
        gross = int(gross_of_all / plan.workplaces * (0.97 + 0.06 * desk.random()))
        month = month_name(books.date)
        net_of_all = 0
        for place in range(1, plan.workplaces + 1):
            amounts = {
                "641100": gross,
                "645100": gross * 32 // 100,
                "645300": gross * 8 // 100,
                "645200": gross * 2 // 100,
                "431000": -(gross * 43 // 100),
                "437300": -(gross * 12 // 100),
                "437200": -(gross * 3 // 100),
                "442100": -(gross * 5 // 100),
            }
            amounts["421000"] = -sum(amounts.values())
            net_of_all -= amounts["421000"]
            ref = f"PA{books.date:%y%m}-{place}"
            yield books.simple(books.payroll, ref, f"Salaires {month}", amounts)
        yield books.simple(
            books.bank,
            desk.bank_ref("VI"),
            f"Virement salaires {month}",
            {"421000": net_of_all, "512000": -net_of_all},
        )

    def _social_charges(self) -> Iterator[list[Record]]:
        """What the last pay left owing, one direct debit by organism."""
        books = self.desk.books
        names = {
            "431000": "URSSAF",
            "437300": "Retraite",
            "442100": "DGFIP prélèvement à la source",
        }
        for number, name in names.items():
            owed = -books.balance(number)
            if owed > 0:
                amounts = {number: owed, "512000": -owed}
                yield books.simple(books.bank, self.desk.bank_ref("PR"), f"Prlvt {name}", amounts)

    def _vat_return(self) -> Iterator[list[Record]]:
        """Output minus input VAT, rounded to the euro as on form 3310-CA3; a credit is kept."""
        books = self.desk.books
        numbers = (*OUTPUT_VAT.values(), "445200", *INPUT_VAT)
        amounts = {number: -books.balance(number) for number in numbers}
        if not any(amounts.values()):
            return
        exact = sum(amounts.values())
        rounded = (exact + 50) // 100 * 100
        kept = "445670" if rounded < 0 else "445510"
        amounts[kept] = amounts.get(kept, 0) - rounded
        amounts["658000" if rounded > exact else "758000"] = rounded - exact
        label = f"TVA {month_name(books.date)}"
        yield books.simple(books.misc, f"TVA{books.date:%y%m}", label, amounts)

    def _vat_payment(self) -> Iterator[list[Record]]:
        books = self.desk.books
        owed = -books.balance("445510")
        if owed > 0:
            amounts = {"445510": owed, "512000": -owed}
            yield books.simple(books.bank, self.desk.bank_ref("PR"), "Prlvt DGFIP TVA", amounts)

    def _bank_fees(self) -> Iterator[list[Record]]:
        books = self.desk.books
        fee = 1_890 + self.desk.plan.turnover // 200_000
        label = f"Frais de tenue de compte {month_name(books.date)}"
        yield books.simple(
            books.bank, self.desk.bank_ref("FR"), label, {"627000": fee, "512000": -fee}
        )
        if self.desk.plan.has("second bank"):
            yield books.simple(
                books.second_bank, self.desk.bank_ref("FR"), label, {"627000": 990, "512100": -990}
            )

    def _coins(self) -> Iterator[list[Record]]:
        """Coins are taken to the bank: two entries that meet in the account of transfers."""
        books = self.desk.books
        coins = (books.balance("530000") - _COINS_LEFT) // 1000 * 1000
        if coins <= 0:
            return
        ref = self.desk.bank_ref("VE")
        out, into = {"580000": coins, "530000": -coins}, {"512000": coins, "580000": -coins}
        yield books.simple(books.cash, ref, "Versement espèces en banque", out)
        yield books.simple(books.bank, ref, "Versement espèces", into)

    def _result(self) -> Iterator[list[Record]]:
        """The meeting allots last year's result: reserves and a dividend, or losses forward."""
        books = self.desk.books
        profit, loss = -books.balance("120000"), books.balance("129000")
        ref, label = f"AG{books.date:%Y}", "Affectation du résultat"
        if profit > 0:
            dividend = profit // 3 // 100 * 100
            amounts = {"120000": profit, "106800": dividend - profit, "457000": -dividend}
            yield books.simple(books.misc, ref, label, amounts)
        if loss > 0:
            yield books.simple(books.misc, ref, label, {"119000": loss, "129000": -loss})

    def _dividends_and_tax(self) -> Iterator[list[Record]]:
        books = self.desk.books
        for number, label in (("457000", "Dividendes"), ("444000", "Prlvt DGFIP IS solde")):
            owed = -books.balance(number)
            if owed > 0:
                amounts = {number: owed, "512000": -owed}
                yield books.simple(books.bank, self.desk.bank_ref("VI"), label, amounts)
