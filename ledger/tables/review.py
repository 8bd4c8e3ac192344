"""The review of a year, as a table: accounts by cycle, who signed them, their notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clients.models import Dossier
from firm.formats import date_fr
from ledger.forms_review import ReviewForm
from ledger.queries.review import STATES, Review, Sheet, review_of
from ledger.queries.years import years_of
from ledger.review.programme import cycles
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, searched, subtitle

COLUMNS = (
    Column("Compte", width=0.9),
    Column("Intitulé", width=2.2),
    Column("Solde N", "balance", 1.2),
    Column("N-1", "balance", 1.2),
    Column("Écart", "amount", 1.1),
    Column("Écart %", "percent", 0.7),
    Column("Seuil", width=0.5),
    Column("État", width=0.8),
    Column("Révisé par", width=1.2),
    Column("Supervisé par", width=1.2),
    Column("Note", width=2.6),
)


def review(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """The accounts that the screen shows for the same address, then the questions answered."""
    years = years_of(dossier)
    form = ReviewForm(asked, years=years)
    found = review_of(dossier, years, form.year) if form.year else None
    kept = form.kept(found.sheets) if found else []
    facts = (searched(form.read("q")), STATES.get(str(form.read("etat")), ""))
    return Table(
        title="Dossier de révision",
        subtitle=subtitle(dossier, form.period, *facts),
        columns=COLUMNS,
        rows=_rows(found, kept, flat=bool(form.sort)) if found else [],
        totals=None,
        count=len(kept),
        file_name=file_name("revision", form.period),
    )


def _rows(found: Review, kept: list[Sheet], *, flat: bool) -> Iterator[Row]:
    if flat:
        yield from (_row(found, one) for one in kept)
        return
    for each in cycles():
        inside = [one for one in kept if one.cycle == each.key]
        progress = found.progress(each)
        if not inside and not progress.answered:
            continue
        yield Row([f"{each.title}\u00a0: {progress.done} sur {progress.accounts} révisés"], "group")
        yield from (_row(found, one) for one in inside)
        for step in each.steps:
            answer = found.answers.get((each.key, step.key))
            if answer is None:
                continue
            said = "Fait" if answer.done_at else "À faire" if answer.is_applicable else "Sans objet"
            name = found.names.get(answer.done_by or 0, "")
            yield Row(["", step.label, *[None] * 5, said, name, "", answer.note])


def _row(found: Review, one: Sheet) -> Row:
    return Row([
        one.account, one.label, one.now, one.before, one.gap, one.ratio,
        "dépassé" if one.is_over else "", STATES[one.state],
        _signed(found, one.revised_by, one.revised_at),
        _signed(found, one.supervised_by, one.supervised_at), one.note,
    ])  # fmt: skip


def _signed(found: Review, person: int | None, at: Any) -> str:
    if at is None:
        return ""
    return f"{found.names.get(person or 0, 'une personne partie')}, {date_fr(at.date())}"
