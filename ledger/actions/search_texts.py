"""The texts that the search reads, brought in step with the imports that stand, by a job.

Their index takes tens of seconds for a million lines: nobody waits for it.  Until a file's texts
are there, and while texts of a file that was undone are left, the search walks the entries.
"""

from __future__ import annotations

from django.db import connection
from django.db.models.functions import Now

from clients.models import Dossier
from firm import jobs
from firm.models import Job
from ledger.models import EntryText, FecImport
from ledger.queries.planner import meet_by
from ledger.queries.search import out_of_step

KIND = "ledger.search_texts"
FEW = 1000
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('search texts', %s))"
_WRITE = """
INSERT INTO ledger_entrytext (dossier_id, entry_id, import_id, date, said, amounts)
SELECT e.dossier_id, e.id, e.fec_import_id, e.date,
    lower(concat_ws(' ', '', e.number, e.piece_ref, e.label, l.said, '')), l.amounts || e.debit
FROM ledger_entry e JOIN (
    SELECT l.entry_id, string_agg(l.label, ' ') FILTER (WHERE strpos(e.label, l.label) = 0) AS said,
        array_agg(DISTINCT abs(l.debit - l.credit)) AS amounts
    FROM ledger_entry e
    JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
    WHERE e.dossier_id = %(dossier)s AND e.fec_import_id = %(import)s{only} GROUP BY 1
) l ON l.entry_id = e.id
WHERE e.dossier_id = %(dossier)s AND e.fec_import_id = %(import)s{only}
    AND NOT EXISTS (SELECT 1 FROM ledger_entrytext t
                    WHERE t.dossier_id = e.dossier_id AND t.entry_id = e.id)
"""
_ALL, _BACK = _WRITE.format(only=""), _WRITE.format(only=" AND e.id IN (SELECT id FROM b_entries)")
_CAME_BACK = """
SELECT fec_import_id, count(*) FROM b_entries WHERE fec_import_id IS NOT NULL GROUP BY 1
"""


class Overtaken(Exception):
    """An import was undone while its texts were written: they must not stay."""


def start(dossier: Dossier) -> Job:
    """Have the dossier's texts brought in step once this transaction commits."""
    return jobs.start(
        KIND, by=None, dossier_id=dossier.id, firm_id=dossier.firm_id,
        label="Préparation de la recherche",
    )  # fmt: skip


def entries_came_back(dossier: Dossier, *, few: int) -> None:
    """Have the texts of the entries of `b_entries` made again: at once if they are `few`.

    Entries that a bulk job takes out of the books lose their texts with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CAME_BACK)
        came = dict(cursor.fetchall())
        ready = FecImport.objects.filter(pk__in=came, searchable_at__isnull=False)
        if sum(came.values()) > few:
            ready.update(searchable_at=None)
            start(dossier)
            return
        for row in ready:
            cursor.execute(_BACK, {"dossier": dossier.id, "import": row.id})


def bring_in_step(dossier_id: int) -> int:
    """Write the texts that are missing and remove those left over; answers how many imports.

    Raises:
        Overtaken: an import changed meanwhile; the caller's transaction rolls back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, (dossier_id,))
        waiting = list(FecImport.objects.filter(out_of_step(), dossier_id=dossier_id))
        for row in waiting:
            stands = row.state == FecImport.State.IMPORTED
            if stands:
                meet_by(hashes=row.entry_count > FEW)
                cursor.execute(_ALL, {"dossier": dossier_id, "import": row.id})
            else:
                EntryText.objects.filter(dossier_id=dossier_id, import_id=row.id).delete()
            same = FecImport.objects.filter(pk=row.pk, state=row.state)
            if not same.update(searchable_at=Now() if stands else None):
                raise Overtaken
    return len(waiting)
