"""Opening a fiscal year: entries made here need one that contains their date."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr
from firm.models import User
from ledger.actions.summaries import refresh_stats
from ledger.models import FiscalYear

LONGEST = 24  # months of a first exercise (C. com. L123-12 asks for accounts every twelve months)


class YearInvalid(BusinessError):
    """Its end precedes its start, or it lasts more than 24 months."""

    code = "year_invalid"
    title = "Exercice invalide"


class YearExists(Conflict):
    """It shares days with a year of the dossier."""

    code = "year_exists"
    title = "Exercice déjà ouvert"


def open_year(dossier: Dossier, *, start: dt.date, end: dt.date, by: User) -> FiscalYear:
    """Open a fiscal year, both ends included.

    Raises:
        YearInvalid: the end precedes the start, or the year lasts more than 24 months.
        YearExists: it shares days with another year of the dossier.
    """
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if end < start or months > LONGEST:
        raise YearInvalid("Un exercice finit après son début et dure 24 mois au plus.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            lock = "SELECT pg_advisory_xact_lock(hashtextextended('fiscal years', %s))"
            cursor.execute(lock, [dossier.pk])
        met = FiscalYear.objects.filter(dossier=dossier, start__lte=end, end__gte=start).first()
        if met:
            raise YearExists(
                f"L’exercice du {date_fr(met.start)} au {date_fr(met.end)} couvre déjà ces dates."
            )
        made: FiscalYear = FiscalYear.objects.create(dossier=dossier, start=start, end=end)
        refresh_stats(dossier.id)
        audit.record(
            "ledger.year_opened", by=by, dossier_id=dossier.id, year=made.id,
            start=start.isoformat(), end=end.isoformat(),
        )  # fmt: skip
    return made
