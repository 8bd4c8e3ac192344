"""Demo books: generated files that go through the same import as any other."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from clients.actions.dossiers import create_dossier, update_dossier
from clients.models import Dossier
from firm import jobs, scope
from firm.models import Firm, User
from ledger.actions import fec_import
from ledger.fec import generate
from ledger.fec.write import name_by_law
from ledger.models import FecImport

NAMES = (
    "Garage du Pont Neuf", "Menuiserie Aubrac", "Cabinet dentaire des Lices", "SCI Les Tilleuls",
    "Librairie La Page Blanche", "Transports Kervella", "Institut Belle Rive", "Ferme des Trois Chênes",
    "Plomberie Vasseur et Filles", "Atelier Nord-Sud Architecture", "Pharmacie de la Halle",
    "Boucherie Maréchal", "Auberge du Lac", "Studio Quatre Mains", "Maçonnerie Delmas",
)  # fmt: skip
SIRENS = (
    "552100554", "732829320", "404833048", "443061841", "542065479", "775670417", "303265045",
    "519037584", "343262622", "328024377", "481512341", "390188845", "632012100", "572015246",
    "784608416",
)  # fmt: skip


def demo_dossier(firm: Firm, by: User, rank: int, *, marker: str = "") -> Dossier:
    """One more dossier of a firm, its name and slug told by its rank; found again if it is there."""
    base = NAMES[rank % len(NAMES)]
    name = f"{base} {rank // len(NAMES) + 1}" if rank >= len(NAMES) else base
    if marker:
        name = f"{marker}-{firm.slug}-{rank} {name}"
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        found = Dossier.objects.filter(firm=firm, name=name).first()
        if found:
            return found
        siren = SIRENS[rank] if rank < len(SIRENS) else ""
        taken = siren and Dossier.objects.filter(firm=firm, siren=siren).exists()
        return create_dossier(firm, name=name, by=by, siren="" if taken else siren)


def fill(dossier: Dossier, by: User, *, year: int, lines: int, seed: int, marker: str = "") -> FecImport:
    """Import one generated year into a dossier, as its owner would from the screen.

    `marker` goes into the labels, so that a leak into another dossier is seen at once.
    """
    only = frozenset({dossier.id})
    own = scope.Scope(user=by.id, firm=dossier.firm_id, read=only, write=only)
    with tempfile.TemporaryDirectory() as folder:
        siren = dossier.siren or "552100554"
        path = Path(folder) / name_by_law(siren, dt.date(year, 12, 31))
        generate.generate(
            path, lines=lines, year_end=dt.date(year, 12, 31), siren=siren, seed=seed, marker=marker
        )
        with scope.open_scope(own), path.open("rb") as source:
            if dossier.takeover_date is None:
                update_dossier(dossier, takeover_date=dt.date(year + 1, 1, 1), by=by)
            upload = fec_import.receive(dossier, source, name=path.name, by=by)
    jobs.run(upload.job_id or 0)
    with scope.open_scope(own):
        fresh = FecImport.objects.get(pk=upload.pk)
        job = fec_import.confirm(dossier, fresh, by=by)
    jobs.run(job.id)
    with scope.open_scope(own):
        return FecImport.objects.get(pk=upload.pk)


def has_books(dossier: Dossier, by: User) -> bool:
    """Whether a file was ever received for the dossier."""
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=by.id, firm=dossier.firm_id, read=only)):
        return FecImport.objects.filter(dossier=dossier).exists()
