"""Writing the à-nouveaux of a year into the next one: provisional until the year is closed.

Written anew, they keep the letterings of every line that is carried as before.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr
from firm.models import User
from ledger.actions.entries import Line, NewEntry, hold_books, remove_entries, write_entries
from ledger.actions.posting_rows import account_ids, journal_id
from ledger.actions.summaries import refresh_stats
from ledger.models import Account, Entry, FecImport, FiscalYear
from ledger.queries.openings import SHAPE, Carried, NextYear, carried, next_year
from ledger.queries.posting_accounts import Chosen, defaults, posting_accounts

LABEL = "À-nouveaux"
# The lines of two entries that say the same, each with the others' rank among equals; the lettering
# goes from the one to the other.
_KEY = """
SELECT entry_id, line_no, account_id, third_party_id, label, debit, credit, lettering_id,
    lettering_code, lettered_on, extra->>'PieceRef' AS piece, extra->>'PieceDate' AS piece_date,
    row_number() OVER (PARTITION BY account_id, third_party_id, label, debit, credit,
        extra->>'PieceRef', extra->>'PieceDate' ORDER BY lettering_id IS NULL, line_no) AS rank
FROM ledger_entryline WHERE dossier_id = %(dossier)s AND entry_id = """
_HAND_OVER = f"""
WITH was AS ({_KEY} %(was)s), new AS ({_KEY} %(new)s), pair AS MATERIALIZED (
    SELECT w.line_no AS was_no, n.line_no AS new_no, w.lettering_id, w.lettering_code, w.lettered_on
    FROM was w JOIN new n ON n.account_id = w.account_id AND n.rank = w.rank
        AND n.third_party_id IS NOT DISTINCT FROM w.third_party_id AND n.label = w.label
        AND n.debit = w.debit AND n.credit = w.credit AND n.piece IS NOT DISTINCT FROM w.piece
        AND n.piece_date IS NOT DISTINCT FROM w.piece_date
    WHERE w.lettering_id IS NOT NULL
), freed AS (
    UPDATE ledger_entryline l SET lettering_id = NULL, lettering_code = NULL, lettered_on = NULL
    FROM pair p
    WHERE l.dossier_id = %(dossier)s AND l.entry_id = %(was)s AND l.line_no = p.was_no
)
UPDATE ledger_entryline l SET lettering_id = p.lettering_id, lettering_code = p.lettering_code,
    lettered_on = p.lettered_on
FROM pair p WHERE l.dossier_id = %(dossier)s AND l.entry_id = %(new)s AND l.line_no = p.new_no
"""  # noqa: S608 (of constants)


class NoNextYear(BusinessError):
    """No open year begins the day after."""

    code = "no_next_year"
    title = "Exercice suivant absent"


class OpeningsFromFile(Conflict):
    """The year after has its opening entries from a file."""

    code = "openings_from_file"
    title = "À-nouveaux déjà repris"


class OpeningsExist(Conflict):
    """The year before was closed here, and its balances are carried already."""

    code = "openings_exist"
    title = "À-nouveaux déjà écrits"


class Written(NamedTuple):
    """The entry that opens the next year (None: nothing to carry), and what that undid."""

    entry: Entry | None
    lines: int
    result: int
    letterings: list[str]


def write_openings(dossier: Dossier, year: FiscalYear, *, by: User) -> Written:
    """Write, or write anew, the opening entry of the year after from this one's books of today.

    Raises:
        NoNextYear: no open year begins the day after.
        OpeningsFromFile: a file brought the opening entries of that year.
        PeriodLocked: the first day of that year is locked for this person.
    """
    with transaction.atomic():
        hold_books(dossier.id)
        after = _writable(year)
        rows = carried(year)
        result = sum(row.cents for row in rows)
        lines = _lines(dossier, rows, result)
        made, undone = None, list[str]()
        if lines:
            wanted = NewEntry(
                journal_id(dossier, "opening"), year.end + dt.timedelta(days=1), lines,
                piece_ref="AN", label=LABEL, shape=SHAPE, is_opening=True,
            )  # fmt: skip
            (made_id,) = write_entries(dossier, [wanted], by=by)
            made = Entry.objects.get(pk=made_id)
        if after.ours:
            undone = _replace(after.ours, made, by=by)
        refresh_stats(dossier.id)
        audit.record(
            "ledger.openings_written", by=by, dossier_id=dossier.id, year=year.id,
            entry=made.id if made else None, lines=len(lines), result=result, letterings=undone,
        )  # fmt: skip
    return Written(made, len(lines), result, undone)


def remove_openings(dossier: Dossier, year: FiscalYear, *, by: User) -> list[str]:
    """Take the provisional opening entry of the year after away; answers the letterings undone.

    Raises:
        NoNextYear: there is none.
        EntryNotRemovable: it is validated already.
    """
    with transaction.atomic():
        hold_books(dossier.id)
        entry = next_year(year).ours
        if entry is None:
            raise NoNextYear("L’exercice suivant n’a pas d’à-nouveaux écrits ici.")
        removed = remove_entries(dossier.id, [entry.id], by=by)
        refresh_stats(dossier.id)
        audit.record(
            "ledger.openings_removed", by=by, dossier_id=dossier.id, year=year.id,
            letterings=removed.letterings,
        )  # fmt: skip
    return removed.letterings


def give_way(fec_import: FecImport, *, by: User) -> list[str]:
    """Let the opening entries that a file brought replace our provisional ones of the same year.

    Answers the letterings undone.

    Raises:
        OpeningsExist: those written here are validated: the year before is closed.
    """
    brought = Entry.objects.filter(fec_import=fec_import, is_opening=True)
    ours = Entry.objects.filter(
        dossier=fec_import.dossier_id, fiscal_year__in=brought.order_by().values("fiscal_year"),
        fec_import__isnull=True, is_opening=True, shape=SHAPE,
    )  # fmt: skip
    found = dict(ours.values_list("id", "state"))
    if Entry.State.VALIDATED in found.values():
        raise OpeningsExist(
            "Les à-nouveaux de cet exercice viennent déjà de la clôture de l’exercice précédent :"
            " ceux du fichier les compteraient deux fois. Retirez-les du fichier."
        )
    if not found:
        return []
    undone = remove_entries(fec_import.dossier_id, list(found), by=by).letterings
    audit.record(
        "ledger.openings_removed", by=by, dossier_id=fec_import.dossier_id,
        fec_import=fec_import.id, letterings=undone,
    )  # fmt: skip
    return undone


def _writable(year: FiscalYear) -> NextYear:
    after = next_year(year)
    if after.year is None or after.year.state != FiscalYear.State.OPEN:
        raise NoNextYear(
            f"Aucun exercice ouvert ne commence le {date_fr(year.end + dt.timedelta(days=1))} :"
            " ouvrez-le d’abord."
        )
    if after.has_others:
        raise OpeningsFromFile(
            "Les à-nouveaux de l’exercice suivant viennent d’un fichier : ils restent."
            " Comparez-les à la clôture sur la page de clôture."
        )
    return after


def _lines(dossier: Dossier, rows: list[Carried], result: int) -> list[Line]:
    lines = [
        Line.of(
            row.account_id, row.cents, third_party_id=row.third_party_id, label=row.label,
            piece_ref=row.piece_ref, piece_date=row.piece_date,
        )
        for row in rows
    ]  # fmt: skip
    if result:
        lines.append(Line.of(_result_account(dossier, result), -result, label="Résultat"))
    return lines


def _result_account(dossier: Dossier, result: int) -> int:
    """The account of a profit or of a loss, made under its usual number if there is none."""
    given = defaults()["accounts"]["profit" if result > 0 else "loss"]
    known = Account.objects.filter(dossier=dossier, number__startswith=given["root"])
    if found := known.order_by("number").values_list("id", flat=True).first():
        return int(found)
    number = given["root"].ljust(posting_accounts(dossier).length, "0")
    return account_ids(dossier, [Chosen(number, given["label"])])[number]


def _replace(was: Entry, made: Entry | None, *, by: User) -> list[str]:
    """Take the former opening entry away; its letterings go over to the equal lines of the new."""
    if made is not None:
        values = {"dossier": was.dossier_id, "was": was.id, "new": made.id}
        with connection.cursor() as cursor:
            cursor.execute(_HAND_OVER, values)
    return remove_entries(was.dossier_id, [was.id], by=by).letterings
