"""The chain of a dossier's validated entries, read and recomputed from what the books say today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from ledger import chain
from ledger.models import ChainAnchor, FiscalYear, YearSeal
from ledger.queries.planner import meet_by

BLOCK = 200_000
# The contents of the links `low` to `high` (both included) of `{links}`, end to end, in order: each
# the SHA-256 of PostgreSQL's text form of a row and of its lines' rows.  Dates are days since
# 2000-01-01, amounts cents; lettering is no part of it.
CONTENT = """
WITH link AS MATERIALIZED (
    SELECT entry_id, chain_seq, documents FROM {links}
    WHERE dossier_id = %(dossier)s AND fiscal_year_id = %(year)s
      AND chain_seq BETWEEN %(low)s AND %(high)s
), line AS (
    SELECT l.entry_id, string_agg(ROW(l.line_no, a.number, t.role, t.code,
        l.date - DATE '2000-01-01', l.label, l.debit, l.credit, l.foreign_amount, l.currency,
        l.extra::text)::text, '' ORDER BY l.line_no) AS said
    FROM link k JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = k.entry_id
    JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account_id
    LEFT JOIN ledger_thirdparty t ON t.dossier_id = %(dossier)s AND t.id = l.third_party_id
    GROUP BY 1
)
SELECT string_agg(sha256(convert_to(ROW({version}, j.code, e.number, e.date - DATE '2000-01-01',
        e.piece_ref, e.piece_date - DATE '2000-01-01', e.label, e.is_opening, f.sha256,
        k.documents)::text || coalesce(line.said, ''), 'UTF8')), ''::bytea ORDER BY k.chain_seq),
    count(*), min(k.chain_seq), max(k.chain_seq)
FROM link k
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = k.entry_id AND e.state = 'validated'
    AND e.fiscal_year_id = %(year)s
JOIN ledger_journal j ON j.dossier_id = %(dossier)s AND j.id = e.journal_id
LEFT JOIN ledger_fecimport f ON f.dossier_id = %(dossier)s AND f.id = e.fec_import_id
LEFT JOIN line ON line.entry_id = k.entry_id
"""
_CONTENT = CONTENT.format(links="ledger_entryseal", version=chain.VERSION)
_HEADS = """
SELECT string_agg(head, ''::bytea ORDER BY chain_seq), array_agg(chain_seq ORDER BY chain_seq),
    array_agg(entry_id ORDER BY chain_seq)
FROM ledger_entryseal WHERE dossier_id = %(dossier)s AND fiscal_year_id = %(year)s
  AND chain_seq BETWEEN %(low)s AND %(high)s
"""
_LAST = """
SELECT chain_seq, head FROM ledger_entryseal
WHERE dossier_id = %s AND fiscal_year_id = %s ORDER BY chain_seq DESC LIMIT 1
"""
# What has no link though it is validated, or whose number leaves a gap in its journal.
_STRAY = """
SELECT e.id, e.number FROM ledger_entry e
WHERE e.dossier_id = %(dossier)s AND e.fiscal_year_id = %(year)s AND e.state = 'validated'
  AND NOT EXISTS (SELECT 1 FROM ledger_entryseal s
                  WHERE s.dossier_id = e.dossier_id AND s.entry_id = e.id)
ORDER BY e.date, e.id LIMIT 1
"""
_GAP = """
SELECT entry_id FROM (
    SELECT entry_id, chain_seq,
        journal_no - lag(journal_no) OVER (PARTITION BY journal_id ORDER BY journal_no) AS step
    FROM ledger_entryseal
    WHERE dossier_id = %(dossier)s AND fiscal_year_id = %(year)s AND journal_no IS NOT NULL) n
WHERE step <> 1 ORDER BY chain_seq LIMIT 1
"""
_UNSEEN = """
SELECT * FROM (
    SELECT DISTINCT ON (s.dossier_id, s.fiscal_year_id) s.dossier_id, s.fiscal_year_id, s.chain_seq,
        s.head, y.start, y."end"
    FROM ledger_entryseal s
    JOIN ledger_fiscalyear y ON y.dossier_id = s.dossier_id AND y.id = s.fiscal_year_id
    WHERE s.dossier_id = ANY (%(dossiers)s)
    ORDER BY s.dossier_id, s.fiscal_year_id, s.chain_seq DESC) last
WHERE NOT EXISTS (
    SELECT 1 FROM ledger_chainanchor a WHERE a.dossier_id = last.dossier_id
      AND a.fiscal_year_id = last.fiscal_year_id AND a.chain_seq = last.chain_seq)
"""


class Head(NamedTuple):
    """Where the chain of a year stands: its last link (0 when it has none) and its head."""

    seq: int
    head: bytes


class Broken(NamedTuple):
    """The first link of a year that is not what it was; `entry` is None when it is no entry's."""

    year: FiscalYear
    seq: int
    entry: int | None
    why: str


def head_of(year: FiscalYear) -> Head:
    """The last link of a year, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, (year.dossier_id, year.id))
        row = cursor.fetchone()
    if row is None:
        return Head(0, chain.first_head(year.start, year.end))
    return Head(row[0], bytes(row[1]))


def verify(dossier_id: int) -> Iterator[tuple[FiscalYear, int, Broken | None]]:
    """Each year with a chain, how many links were verified, and what is broken first, if any."""
    for year in FiscalYear.objects.filter(dossier=dossier_id).order_by("start"):
        checked, broken = verify_year(year)
        if checked or broken:
            yield year, checked, broken


def verify_year(year: FiscalYear) -> tuple[int, Broken | None]:
    """Recompute the chain of a year, block by block; answers the links seen and the first fault."""
    witnesses = {
        row.chain_seq: bytes(row.head) for row in ChainAnchor.objects.filter(fiscal_year=year)
    }
    seal = YearSeal.objects.filter(fiscal_year=year).first()
    if seal is not None:
        witnesses[seal.chain_seq] = bytes(seal.head)
    head, low, seen = chain.first_head(year.start, year.end), 1, 0
    meet_by(hashes=True)
    while True:
        block = _block(year, low)
        if block is None:
            break
        broken, head, count = _verify_block(year, block, head, low, witnesses)
        seen += count
        if broken:
            return seen, broken
        low += BLOCK
    missing = [seq for seq in witnesses if seq > seen]
    if missing:
        return seen, Broken(year, min(missing), None, "le maillon attesté n’existe plus")
    return seen, _loose(year)


class _Block(NamedTuple):
    contents: bytes
    heads: bytes
    seqs: list[int]
    entries: list[int]


def _block(year: FiscalYear, low: int) -> _Block | None:
    values = {"dossier": year.dossier_id, "year": year.id, "low": low, "high": low + BLOCK - 1}
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, values)
        heads, seqs, entries = cursor.fetchone()
        if not seqs:
            return None
        cursor.execute(_CONTENT, values)
        contents, _count, _first, _last = cursor.fetchone()
    return _Block(bytes(contents or b""), bytes(heads), seqs, entries)


def _verify_block(
    year: FiscalYear, block: _Block, head: bytes, low: int, witnesses: dict[int, bytes]
) -> tuple[Broken | None, bytes, int]:
    """The first fault of a block, its last good head, and how many links are good."""
    size = chain.SIZE
    for rank, found in enumerate(chain.heads(head, block.contents)):
        seq, why = low + rank, ""
        if block.seqs[rank] != seq:
            return Broken(year, seq, None, "un maillon manque"), head, rank
        if found != block.heads[rank * size : (rank + 1) * size]:
            why = "son contenu a changé"
        elif witnesses.get(seq, found) != found:
            why = "l’empreinte attestée diffère"
        if why:
            return Broken(year, seq, block.entries[rank], why), head, rank
        head = found
    count = len(block.contents) // size
    if count < len(block.seqs):
        gone = Broken(year, low + count, block.entries[count], "l’écriture n’est plus là")
        return gone, head, count
    return None, head, count


def _loose(year: FiscalYear) -> Broken | None:
    values: dict[str, Any] = {"dossier": year.dossier_id, "year": year.id}
    with connection.cursor() as cursor:
        cursor.execute(_STRAY, values)
        if row := cursor.fetchone():
            return Broken(year, 0, row[0], "elle est validée sans maillon")
        cursor.execute(_GAP, values)
        if row := cursor.fetchone():
            return Broken(year, 0, row[0], "la numérotation de son journal a un trou")
    return None


def heads_of(dossier_ids: list[int]) -> list[dict[str, Any]]:
    """The last link of every year of these dossiers that no anchor bears yet; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, {"dossiers": dossier_ids})
        names = ("dossier", "year", "seq", "head", "start", "end")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
