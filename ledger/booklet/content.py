"""What a plaquette says: the parts asked for, each as a titled table of texts in whole euros.

Totals add up cents and are rounded where they are shown, as a filed return is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clients.models import Dossier
from firm.formats import integer, percent
from firm.models import Firm
from ledger.financials.fill import FilledSection, Line, to_euros
from ledger.forms_booklet import DETAIL, NOTES, PARTS, BookletForm
from ledger.forms_financials import BALANCE_SHEET, FLOWS, INCOME, MARGINS, StatementForm
from ledger.queries.balance_lines import BalanceFilters, balance_lines, in_classes
from ledger.queries.financials import Statement, statement
from ledger.queries.review import STATES, firm_books, review_of
from ledger.queries.years import Period, Year
from ledger.review.programme import cycles

MOST_GROWTH = 10.0
TURNOVER = {"2052": "FL", "SIG": "PROD", "2033-B": "232", "2035": "AG"}
KEYS = (("PROD", "Production de l’exercice"), ("VA", "Valeur ajoutée"),
        ("EBE", "Excédent brut d’exploitation"), ("RNET", "Résultat de l’exercice"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its kind (title, row, total, strong, grand, note), its label and its figures."""

    kind: str
    label: str
    cells: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the plaquette, with an anchor for the summary; `heads` name the figures."""

    key: str
    title: str
    sub: str
    heads: Sequence[str]
    rows: Sequence[Row]
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Key:
    """A figure of the first page, in whole euros, and its growth."""

    label: str
    value: str
    growth: str


@dataclass(frozen=True)
class Booklet:
    """The whole document."""

    dossier: Dossier
    firm: str
    colour: str
    year: Year
    before: Period | None
    keys: Sequence[Key]
    parts: list[Part] = field(default_factory=list)


def booklet(dossier: Dossier, form: BookletForm) -> Booklet:
    """Gather the parts asked for; a constant number of queries.

    The form has a year: who has no books is sent away before.
    """
    assert form.year is not None
    assert form.period is not None
    firm = Firm.objects.filter(pk=dossier.firm_id).first() if dossier.firm_id else None
    margins = statement(dossier, "SIG", form.period, form.before())
    found = Booklet(
        dossier, firm.name if firm else "", firm_books(dossier.firm_id).colour, form.year,
        form.before(), list(_keys(margins)),
    )  # fmt: skip
    for key in form.wanted():
        if key == DETAIL:
            found.parts.append(_detail(dossier, form))
        elif key == NOTES:
            found.parts.extend(_notes(dossier, form))
        else:
            shown = margins if key == MARGINS else _statement(dossier, form, key)
            found.parts.extend(_of_statement(key, shown))
    return found


def _statement(dossier: Dossier, form: BookletForm, key: str) -> Statement:
    assert form.period is not None
    asked = StatementForm({"etat": key, "exercice": form.chosen}, years=form.years)
    return statement(dossier, asked.code_for(dossier), form.period, form.before())


def _keys(margins: Statement) -> Iterator[Key]:
    now, past = margins.now.values, margins.past.values if margins.past else None
    for code, label in KEYS:
        growth = ""
        if past and past[code]:
            ratio = (now[code] - past[code]) / abs(past[code])
            growth = f"{_growth(ratio)} sur un an"
        yield Key(label, _euros(now[code]) or "0", growth)


def _euros(cents: int | None) -> str:
    return integer(to_euros(cents)) if cents and to_euros(cents) else ""


def _of_statement(key: str, found: Statement) -> Iterator[Part]:
    """Each half of a balance sheet is a table of its own; other statements are one."""
    if key == BALANCE_SHEET:
        for at, section in enumerate(found.sections):
            title = f"Bilan, {section.section.title.lower()}"
            yield _part(f"{key}-{at}", title, found, [section], with_title=False)
        return
    yield _part(key, PARTS[key], found, found.sections, with_title=len(found.sections) > 1)


def _part(
    key: str, title: str, found: Statement, sections: Sequence[FilledSection], *, with_title: bool
) -> Part:
    has_less = any(one.section.has_less for one in sections)
    turnover = found.now.values.get(TURNOVER.get(found.form.code, ""), 0)
    has_share = bool(turnover) and key in {INCOME, MARGINS}
    heads = ["Brut", "Amort., dépr.", "Net"] if has_less else ["N"]
    heads += ["% CA"] if has_share else []
    heads += ["N-1", "Écart", "%"] if found.before else []
    rows: list[Row] = []
    for one in sections:
        inside = list(_rows(one, has_less=has_less, has_share=has_share, turnover=turnover,
                            has_before=found.before is not None))  # fmt: skip
        if inside and with_title:
            rows.append(Row("section", one.section.title))
        rows += inside
    form_name = "" if key in {MARGINS, FLOWS} else sections[0].section.form
    return Part(key, title, form_name, heads, rows)


def _rows(
    one: FilledSection, *, has_less: bool, has_share: bool, turnover: int, has_before: bool
) -> Iterator[Row]:
    title = ""
    for line in one.rows:
        if isinstance(line, str):
            title = line
            continue
        if line.is_empty and not line.box.is_grand:
            continue
        if title and not line.box.is_total:
            yield Row("title", title)
        title = ""
        cells = [_euros(line.value), _euros(line.less)] if has_less else []
        cells.append(_euros(line.net) or ("0" if line.box.is_total else ""))
        if has_share:
            cells.append(percent(line.net / turnover) if line.net else "")
        yield Row(_kind(line), line.box.label, cells + (_past(line) if has_before else []))


def _kind(line: Line) -> str:
    box = line.box
    return "grand" if box.is_grand else "strong" if box.is_strong else "total" * box.is_total


def _past(line: Line) -> list[str]:
    return [_euros(line.before), _euros(line.gap), _growth(line.ratio)]


def _growth(ratio: float | None) -> str:
    """A growth that says something: beyond ten times it is said to mean nothing."""
    if ratio is None:
        return ""
    return percent(ratio, signed=True) if abs(ratio) < MOST_GROWTH else "n. s."


def _detail(dossier: Dossier, form: BookletForm) -> Part:
    """Every account beside N-1, by class."""
    assert form.period is not None
    before = form.before()
    rows: list[Row] = []
    for group in in_classes(balance_lines(dossier, BalanceFilters(form.period, before))):
        rows.append(Row("section", group.title))
        for line in group.lines:
            if not (line.sums.closing or line.before):
                continue
            figures = [_balance(line.sums.closing)]
            if before:
                gap = [_euros(line.gap), _growth(line.ratio)]
                figures += [_balance(line.before or 0), *gap]
            rows.append(Row("", f"{line.account}  {line.label}", figures))
    heads = ["Solde N", "Solde N-1", "Écart", "%"] if before else ["Solde N"]
    return Part(DETAIL, PARTS[DETAIL], "D : débiteur, C : créditeur",
                heads, rows)  # fmt: skip


def _balance(cents: int) -> str:
    text = _euros(abs(cents))
    return f"{text}\u00a0{'D' if cents > 0 else 'C'}" if text else ""


def _notes(dossier: Dossier, form: BookletForm) -> Iterator[Part]:
    """The notes of the review, by cycle; nothing when nobody wrote any."""
    assert form.year is not None
    review = review_of(dossier, form.years, form.year)
    rows: list[Row] = []
    for cycle in cycles():
        noted = [one for one in review.of_cycle(cycle.key) if one.note]
        answers = [
            (step, review.answers[cycle.key, step.key])
            for step in cycle.steps
            if (cycle.key, step.key) in review.answers and review.answers[cycle.key, step.key].note
        ]
        if noted or answers:
            rows.append(Row("section", cycle.title))
        for one in noted:
            rows.append(Row("strong", f"{one.account}  {one.label}",
                            [_balance(one.now), STATES[one.state]]))  # fmt: skip
            rows.append(Row("note", one.note))
        for step, answer in answers:
            rows.append(Row("strong", step.label, ["", ""]))
            rows.append(Row("note", answer.note))
    if rows:
        yield Part(NOTES, PARTS[NOTES], "", ["Solde N", "État"], rows)
