"""Demo books: generated files that go through the same import as any other."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from pathlib import Path

from django.utils.text import slugify

from clients.actions.dossiers import create_dossier, update_dossier
from clients.models import Dossier
from firm import jobs, scope
from firm.models import Firm, Job, User
from ledger.actions import fec_import
from ledger.fec import generate
from ledger.fec.write import name_by_law
from ledger.jobs import search_texts
from ledger.models import FecImport

NAMES = (
    "Garage du Pont Neuf", "Menuiserie Aubrac", "Cabinet dentaire des Lices", "SCI Les Tilleuls",
    "Librairie La Page Blanche", "Transports Kervella", "Institut Belle Rive",
    "Ferme des Trois Chênes",
    "Plomberie Vasseur et Filles", "Atelier Nord-Sud Architecture", "Pharmacie de la Halle",
    "Boucherie Maréchal", "Auberge du Lac", "Studio Quatre Mains", "Maçonnerie Delmas",
)  # fmt: skip
YEARS = (2024, 2025)
POLL = 0.2
SECTORS: tuple[generate.SectorName, ...] = ("negoce", "batiment", "services", "boulangerie")


def invented_siren(rank: int) -> str:
    """A SIREN with a right key in a range that the register does not give out."""
    digits = f"9990{rank:04d}"
    doubled = (int(sign) * (2 - at % 2) for at, sign in enumerate(reversed(digits)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"


def demo_dossier(firm: Firm, by: User, rank: int, *, marker: str = "") -> Dossier:
    """One more dossier of a firm, told by its rank; found again if it is there.

    With a marker, `marker-<firm>-<dossier>` stands in its name.
    """
    again = f" {rank // len(NAMES) + 1}" if rank >= len(NAMES) else ""
    name = f"{NAMES[rank % len(NAMES)]}{again}"
    slug = slugify(f"{name} {firm.slug}")
    if marker:
        name = f"{name} {tag(marker, firm, slug)}"
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        found = Dossier.objects.filter(firm=firm, slug=slug).first()
        return found or create_dossier(
            firm, name=name, by=by, slug=slug, siren=invented_siren(rank)
        )


def tag(marker: str, firm: Firm, slug: str) -> str:
    """The text by which a leak out of a dossier is recognised."""
    return f"{marker}-{firm.slug}-{slug}" if marker else ""


def fill(
    dossier: Dossier,
    by: User,
    *,
    lines: int,
    seed: int,
    sector: generate.SectorName,
    marker: str = "",
) -> list[FecImport]:
    """Import two generated years that follow each other, as the dossier's owner would from the
    screen.

    `marker` goes into the labels, so that a leak into another dossier is seen at once.
    """
    closing = None
    done = []
    for year in YEARS:
        with tempfile.TemporaryDirectory() as folder:
            siren = dossier.siren or invented_siren(0)
            path = Path(folder) / name_by_law(siren, dt.date(year, 12, 31))
            truth = generate.generate(
                path,
                lines=lines,
                year_end=dt.date(year, 12, 31),
                siren=siren,
                seed=seed,
                marker=marker,
                opening=closing,
                sector=sector,
            )
            closing = truth.closing
            done.append(import_file(dossier, by, path))
    return done


def import_file(dossier: Dossier, by: User, path: Path) -> FecImport:
    """Receive, check and confirm one file, its jobs run here unless a worker takes them."""
    only = frozenset({dossier.id})
    own = scope.Scope(user=by.id, firm=dossier.firm_id, read=only, write=only)
    with scope.open_scope(own), path.open("rb") as source:
        if dossier.takeover_date is None:
            update_dossier(dossier, takeover_date=dt.date(YEARS[-1] + 1, 1, 1), by=by)
        upload = fec_import.receive(dossier, source, name=path.name, by=by)
    _see_through(upload.job_id or 0)
    with scope.open_scope(own):
        job = fec_import.confirm(dossier, FecImport.objects.get(pk=upload.pk), by=by)
    _see_through(job.id)
    search_texts.run_waiting(dossier.id)
    with scope.open_scope(own):
        done: FecImport = FecImport.objects.get(pk=upload.pk)
        return done


def _see_through(job_id: int) -> None:
    """Until the job is over: a product that runs beside may have woken a worker for it."""
    while not jobs.run(job_id) and not Job.objects.get(pk=job_id).is_over:
        time.sleep(POLL)


def has_books(dossier: Dossier, by: User) -> bool:
    """Whether a file was ever received for the dossier."""
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=by.id, firm=dossier.firm_id, read=only)):
        return FecImport.objects.filter(dossier=dossier).exists()
