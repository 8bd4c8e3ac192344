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
from ledger.queries.search import out_of_step

KIND = "ledger.search_texts"
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
    WHERE e.dossier_id = %(dossier)s AND e.fec_import_id = %(import)s GROUP BY 1
) l ON l.entry_id = e.id
WHERE e.dossier_id = %(dossier)s AND e.fec_import_id = %(import)s
"""


class Overtaken(Exception):
    """An import was undone while its texts were written: they must not stay."""


def start(dossier: Dossier) -> Job:
    """Have the dossier's texts brought in step once this transaction commits."""
    return jobs.start(
        KIND, by=None, dossier_id=dossier.id, firm_id=dossier.firm_id,
        label="Préparation de la recherche",
    )  # fmt: skip


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
                cursor.execute(_WRITE, {"dossier": dossier_id, "import": row.id})
            else:
                EntryText.objects.filter(dossier_id=dossier_id, import_id=row.id).delete()
            same = FecImport.objects.filter(pk=row.pk, state=row.state)
            if not same.update(searchable_at=Now() if stands else None):
                raise Overtaken
    return len(waiting)
