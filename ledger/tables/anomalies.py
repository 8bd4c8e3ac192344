"""The anomaly report of a year, as a table: each rule, then what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clients.models import Dossier
from firm.formats import plural
from ledger.anomalies.catalogue import FAMILIES, SEVERITIES
from ledger.forms_anomalies import SHOWN, AnomalyForm
from ledger.queries.anomalies import DISMISSED, Hit, RuleCount, Wanted, counts, hit_page
from ledger.queries.anomaly_sql import Scene
from ledger.queries.years import period_of_year, years_of
from ledger.tables import Column, Row, Table
from ledger.tables.naming import file_name, subtitle

BATCH = 2000
COLUMNS = (
    Column("Gravité", width=0.9),
    Column("Règle", width=2.6),
    Column("Date", "date", 0.9),
    Column("Jal", width=0.5),
    Column("Écriture", width=0.9),
    Column("Pièce", width=1.2),
    Column("Compte", width=0.9),
    Column("Tiers", width=1.6),
    Column("Libellé", width=3),
    Column("Montant", "amount", 1.2),
    Column("Motif", width=1.8),
)


def anomalies(dossier: Dossier, asked: Mapping[str, Any]) -> Table:
    """What the screen counts for the same address, hit by hit; the rule opened there counts not."""
    form = AnomalyForm(asked, years=years_of(dossier))
    if form.year is None:
        return Table("Anomalies", subtitle(dossier, None), COLUMNS, (), file_name="anomalies")
    scene = Scene.of(dossier, form.year, form.years)
    found = counts(scene, form.codes)
    kept = form.shown == DISMISSED
    total = sum(row.kept if kept else row.hits for row in found)
    period = period_of_year(form.years, form.year)
    facts = (
        SEVERITIES.get(form.read("gravite"), ""),  # type: ignore[call-overload]
        FAMILIES.get(form.read("famille"), ""),
        dict(SHOWN)[form.shown].lower(),
        plural(total, "anomalie"),
    )
    amount = sum(row.kept_amount if kept else row.amount for row in found)
    return Table(
        title="Anomalies",
        subtitle=subtitle(dossier, period, *facts),
        columns=COLUMNS,
        rows=_rows(scene, found, form.shown),
        totals=["Total", *[""] * 8, amount, ""],
        count=total,
        file_name=file_name("anomalies", period),
    )


def _rows(scene: Scene, found: Sequence[RuleCount], shown: str) -> Iterator[Row]:
    for row in found:
        count = row.kept if shown == DISMISSED else row.hits
        if not count:
            continue
        why = row.whole.reason if row.whole else ""
        title = f"{row.rule.severity_label} : {row.rule.title} ({count})"
        yield Row([title, *[""] * 10], "group")
        for hit in _hits(scene, row, shown):
            yield _row(row, hit, why)


def _hits(scene: Scene, row: RuleCount, shown: str) -> Iterator[Hit]:
    after = ""
    while True:
        page = hit_page(scene, row.rule, Wanted(shown, limit=BATCH), after)
        yield from page.hits
        after = page.after
        if not after:
            return


def _row(row: RuleCount, hit: Hit, why: str) -> Row:
    rule, shown = row.rule, hit.shown
    return Row([
        rule.severity_label, rule.title, hit.date if hit.entry_id else None, shown.journal,
        shown.number, shown.piece_ref, shown.line_account or hit.account, shown.third_label,
        shown.label if hit.entry_id else shown.account_label, hit.amount, hit.reason or why,
    ])  # fmt: skip
