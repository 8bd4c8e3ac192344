"""Opening a client account under an address that its maker chose."""

from __future__ import annotations

import re

from django.db import connection, transaction

from clients.actions.dossiers import create_dossier
from clients.models import Dossier
from firm import mailer
from firm.errors import BusinessError
from firm.models import Firm, User

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")
# Parts of our own addresses, and names that would pass for ours.
RESERVED = frozenset((
    "admin", "administrateur", "aide", "api", "assets", "cabinet", "cabinets", "client", "clients",
    "compte", "comptes", "connexion", "dossier", "dossiers", "entreprises", "facturation",
    "healthz", "invitation", "login", "nouveau", "outbox", "parametres", "root", "schema",
    "securite", "static", "statut", "support", "travaux", "www",
))  # fmt: skip


class SlugInvalid(BusinessError):
    """Not an address: 3 to 40 small letters, digits and hyphens."""

    code = "slug_invalid"
    title = "Adresse invalide"


class SlugTaken(BusinessError):
    """The address is another account's somewhere on the platform, or kept for the platform."""

    code = "slug_taken"
    title = "Adresse indisponible"


@transaction.atomic
def open_client_account(firm: Firm, *, name: str, slug: str, by: User, siren: str = "") -> Dossier:
    """Open an empty client account on the plan PRO, whose maker owns it; he gets a mail.

    Unlike any other new dossier it has exactly the address asked for, or is refused.

    Raises:
        SlugInvalid: it is no address.
        SlugTaken: it is taken, or reserved.
        NameMissing, SirenInvalid, SiretInvalid, SirenTaken: as for a new dossier.
    """
    slug = slug.strip().lower()
    if not SLUG.fullmatch(slug) or "--" in slug:
        raise SlugInvalid(
            "L’adresse compte 3 à 40 signes : lettres minuscules sans accent, chiffres et tirets."
        )
    if slug in RESERVED or _is_taken(slug):
        raise SlugTaken(
            f"L’adresse « {slug} » est déjà prise ou réservée. Choisissez-en une autre."
        )
    made = create_dossier(firm, name=name, slug=slug, siren=siren, by=by)
    if made.slug != slug:
        raise SlugTaken(f"L’adresse « {slug} » vient d’être prise. Choisissez-en une autre.")
    mailer.queue(
        kind="account_opened",
        key=f"account-opened:{made.pk}",
        to=by.email,
        subject=f"Le compte client {made.name} est créé",
        text=(
            f"Le compte client « {made.name} » est créé à l’adresse « {made.slug} », sur la "
            "formule PRO. Vous en êtes le propriétaire.\n"
        ),
        dossier_id=made.pk,
        user_id=by.pk,
    )
    return made


def _is_taken(slug: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier_slug_taken(%s)", (slug,))
        return bool(cursor.fetchone()[0])
