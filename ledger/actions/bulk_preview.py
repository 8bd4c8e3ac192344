"""What a bulk job would do, counted on the rows that were picked: amounts are signed cents.

Everything here reads `b_items` and `b_entries`; a handful of statements, whatever their number.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from firm.formats import amount, date_fr, integer, plural
from ledger.actions.bulk_pick import REASONS, Selection, mark
from ledger.models import BankAccount, FecImport, Invoice, Journal

_GROUPS = """
SELECT what, grp, reason, count(*), coalesce(sum(amount), 0), count(*) FILTER (WHERE is_drawn)
FROM b_items GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_ENTRIES = """
SELECT count(*), coalesce(sum(line_count), 0), coalesce(sum(debit), 0),
    count(*) FILTER (WHERE is_opening)
FROM b_entries
"""
_LINES = """
SELECT left(a.number, 1), sum(s.net)::bigint, sum(s.n)
FROM (SELECT l.account_id, sum(l.debit - l.credit) AS net, count(*) AS n
      FROM b_entries e JOIN {lines} l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
      GROUP BY 1) s
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = s.account_id GROUP BY 1 ORDER BY 1
"""
_LETTERINGS = """
SELECT count(DISTINCT l.lettering_id)
FROM b_entries e JOIN {lines} l ON l.dossier_id = %(dossier)s AND l.entry_id = e.id
WHERE l.lettering_id IS NOT NULL
"""
_FEC = """
SELECT e.fec_import_id, count(*), sum(e.line_count), sum(e.debit)
FROM (SELECT DISTINCT entry_id FROM b_items WHERE is_fec AND entry_id IS NOT NULL
        AND NOT was_binned AND (reason IS NULL OR reason = 'fec')) g
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = g.entry_id
WHERE e.fec_import_id IS NOT NULL GROUP BY 1 ORDER BY 1
"""
_STANDS = """
SELECT fec_import_id, count(*), sum(line_count), sum(debit) FROM ledger_entry
WHERE dossier_id = %(dossier)s AND fec_import_id = ANY (%(imports)s) GROUP BY 1
"""
CLASSES = {
    "1": "Capitaux", "2": "Immobilisations", "3": "Stocks", "4": "Tiers", "5": "Trésorerie",
    "6": "Charges", "7": "Produits", "8": "Comptes spéciaux",
}  # fmt: skip
DIRECTIONS = {"purchase": "Factures d’achat", "sale": "Factures de vente"}
SIDES = {"purchase": "purchases", "sale": "sales", "bank": "bank"}


def describe(selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
    """The preview of what was picked, as a job keeps it and screens and the API show it."""
    rows = _rows(_GROUPS, values)
    groups = _groups(rows)
    entries, lines, debit, openings = _rows(_ENTRIES, values)[0]
    is_back = selection.operation == "restore"
    held = "ledger_binnedentryline" if is_back else "ledger_entryline"
    effect, letterings = [], 0
    if entries:
        effect = _effect(_rows(_LINES.format(lines=held), values), is_back=is_back)
        letterings = _rows(_LETTERINGS.format(lines=held), values)[0][0]
    found = {
        "operation": selection.operation,
        "groups": groups,
        "counts": _counts(rows) | {
            "entries": int(entries), "lines": int(lines), "letterings": int(letterings),
        },
        "amounts": _amounts(rows) | {"entries": int(debit)},
        "effect": effect,
        "result": sum(one["amount"] for one in effect if one["class"] in {"6", "7"}),
        "skipped": _skipped(rows),
        "fec": [] if is_back else _fec(selection, values),
        "mark": mark(),
    }  # fmt: skip
    found["warnings"] = _warnings(selection, found, openings, drawn=sum(row[5] for row in rows))
    return found


def total(found: dict[str, Any]) -> int:
    """How many invoices, transactions and entries go: what progress and reports count."""
    return sum(group["count"] for group in found["groups"])


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _groups(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = _names({grp for _what, grp, *_others in rows})
    groups: dict[str, dict[str, Any]] = {}
    for what, grp, reason, count, cents, _drawn in rows:
        one = groups.setdefault(grp, {
            "key": grp, "what": what, "label": names.get(grp, grp), "count": 0, "amount": 0,
            "skipped": 0, "protected": 0, "reasons": [],
        })  # fmt: skip
        if reason is None:
            one["count"] += count
            one["amount"] += int(cents)
        elif reason == "fec":
            one["protected"] += count
        else:
            one["skipped"] += count
            one["reasons"].append(REASONS[reason])
    return list(groups.values())


def _names(keys: set[str]) -> dict[str, str]:
    """The French name of each group: « Factures d’achat, e-mail », « Opérations, Livret »."""
    sources = {**dict(Invoice.Source.choices), "issued": "émises ici"}
    accounts = {f"bank:{row.pk}": row.name for row in BankAccount.objects.all()}
    codes = {f"journal:{row.pk}": row.code for row in Journal.objects.all()}
    names = {}
    for key in keys:
        head, _colon, rest = key.partition(":")
        if head in DIRECTIONS:
            source = str(sources.get(rest, rest))
            names[key] = f"{DIRECTIONS[head]}, {source if source.isupper() else source.lower()}"
        elif head == "bank":
            names[key] = f"Opérations, {accounts.get(key, 'compte retiré')}"
        elif head == "journal":
            names[key] = f"Écritures, journal {codes.get(key, 'retiré')}"
        else:
            names[key] = "Écritures déjà archivées"
    return names


def _counts(rows: list[tuple[Any, ...]]) -> dict[str, int]:
    taken = [row for row in rows if row[2] is None]
    return {
        "invoices": sum(row[3] for row in taken if row[0] in {"i", "k"}),
        "transactions": sum(row[3] for row in taken if row[0] == "t"),
        "skipped": sum(row[3] for row in rows if row[2] is not None),
    }


def _amounts(rows: list[tuple[Any, ...]]) -> dict[str, int]:
    sums = {"purchases": 0, "sales": 0, "bank": 0}
    for _what, grp, reason, _count, cents, _drawn in rows:
        side = SIDES.get(grp.partition(":")[0])
        if reason is None and side:
            sums[side] += int(cents)
    return sums


def _skipped(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for _what, _grp, reason, count, *_others in rows:
        if reason:
            counts[reason] = counts.get(reason, 0) + count
    return [
        {"reason": reason, "label": REASONS[reason], "count": count}
        for reason, count in sorted(counts.items())
    ]


def _effect(rows: list[tuple[Any, ...]], *, is_back: bool) -> list[dict[str, Any]]:
    """By how much the balance of each class moves: debit positive."""
    sign = 1 if is_back else -1
    return [
        {"class": digit, "label": CLASSES.get(digit, "Autres comptes"), "amount": sign * int(net),
         "lines": int(lines)}
        for digit, net, lines in rows
    ]  # fmt: skip


def _fec(selection: Selection, values: dict[str, Any]) -> list[dict[str, Any]]:
    """What would go of each file if its rows were included, and what would remain of it."""
    going = _rows(_FEC, values)
    ids = [row[0] for row in going]
    stands = {row[0]: row[1:] for row in _rows(_STANDS, {**values, "imports": ids})}
    files = FecImport.objects.in_bulk(ids)
    goes = selection.include_fec or selection.operation == "reset"
    return [
        {
            "import": str(key), "file_name": files[key].file_name,
            "imported_on": date_fr(files[key].imported_at), "included": goes,
            "entries": int(count), "lines": int(lines), "amount": int(debit),
            "entries_left": int(stands[key][0] - count), "lines_left": int(stands[key][1] - lines),
            "amount_left": int(stands[key][2] - debit),
        }
        for key, count, lines, debit in going
    ]  # fmt: skip


def _warnings(
    selection: Selection, found: dict[str, Any], openings: int, *, drawn: int
) -> list[dict[str, str]]:
    out = []
    for one in found["fec"]:
        what = (
            f"{plural(one['entries'], 'écriture')}, {plural(one['lines'], 'ligne')},"
            f" {amount(one['amount'])}"
        )
        fate = "à retirer de" if one["included"] else "protégées, qui restent dans"
        out.append(("fec", f"{what} : {fate} {one['file_name']}."))
    letterings = found["counts"]["letterings"]
    if letterings and selection.operation != "restore":
        out.append((
            "letterings",
            f"Lettrages défaits : {integer(letterings)}. Une restauration les remet dès que toutes"
            " leurs lignes sont là.",
        ))  # fmt: skip
    if drawn:
        out.append((
            "drawn",
            f"Éléments qui suivent leur écriture, même hors de la sélection : {integer(drawn)}.",
        ))  # fmt: skip
    if openings and selection.operation != "restore":
        out.append(("openings", f"Écritures d’à-nouveaux concernées : {integer(openings)}."))
    return [{"code": code, "message": message} for code, message in out]
