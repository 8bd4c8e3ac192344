"""The set-up board of a firm: what is done is read from the data, only « passée » is written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clients.models import Dossier, DossierStats
from clients.queries import portfolio
from firm.models import Firm, Invitation, Membership, SetupStep


@dataclass(frozen=True, slots=True)
class Part:
    """A half of a step: its page and what its button says; `url_names` are tried in turn."""

    label: str
    is_done: bool
    action: str
    url_names: tuple[str, ...]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.  `state` is done, todo or skipped."""

    code: str
    title: str
    help: str
    parts: tuple[Part, ...]
    state: str = "todo"
    is_off: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the data says so."""
        return all(part.is_done for part in self.parts)


CODES = ("migration", "gestion-interne", "equipe", "confidentialite")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the data says of a firm."""

    has_books: bool
    has_base: bool
    has_team: bool
    has_confidential: bool


def board(firm: Firm, membership: Membership) -> list[Step]:
    """The steps in order, each done, to do or skipped; in eight queries."""
    skipped = set(SetupStep.objects.filter(firm=firm).values_list("code", flat=True))
    made = []
    for step in _steps(_facts(firm, membership)):
        state = "done" if step.is_done else "skipped" if step.code in skipped else "todo"
        made.append(replace(step, state=state))
    return made


def _facts(firm: Firm, membership: Membership) -> Facts:
    seen = portfolio.reach(membership)
    with seen.opened():
        has_books = DossierStats.objects.filter(last_import_at__isnull=False).exists()
    clients = Dossier.objects.filter(firm=firm, is_firm_own=False)
    return Facts(
        has_books=has_books,
        # One dossier is a trial; a base is several.
        has_base=clients.count() > 1,
        has_team=Membership.objects.filter(firm=firm).count() > 1
        or Invitation.objects.filter(firm=firm).exists(),
        has_confidential=Dossier.objects.filter(firm=firm, is_confidential=True).exists(),
    )


def _steps(facts: Facts) -> tuple[Step, ...]:
    return (
        Step(
            CODES[0], "Migrer les données de votre cabinet",
            "Reprenez la base de vos clients, puis le FEC de chacun\u00a0: rien n’est écrit avant "
            "que vous l’ayez relu, et un import s’annule en entier.",
            (
                Part("Base clients", facts.has_base, "Importer la base clients",
                     ("base:list", "clients:new")),
                Part("Premier FEC", facts.has_books, "Choisir un dossier et importer son FEC",
                     ("clients:list",), "?import=1"),
            ),
        ),
        Step(
            CODES[1], "Activer la gestion interne",
            "Lettres de mission, temps et honoraires du cabinet. L’activation commence par le "
            "choix de l’entité facturante, parmi vos dossiers.",
            (Part("Entité facturante", False, "Activer la gestion interne",
                  ("accounts:settings",)),),
            is_off=True,
        ),
        Step(
            CODES[2], "Inviter votre équipe",
            "Chaque personne choisit elle-même son mot de passe\u00a0; son rôle dit ce qu’elle "
            "voit et ce qu’elle peut faire.",
            (Part("Collaborateurs", facts.has_team, "Inviter un collaborateur",
                  ("people:invite",), "?type=collaborateur"),),
        ),
        Step(
            CODES[3], "Protéger les dossiers confidentiels",
            "Un dossier confidentiel disparaît, son nom compris, pour tous ceux qui ne figurent "
            "pas sur sa liste d’accès.",
            (Part("Dossier confidentiel", facts.has_confidential, "Choisir un dossier",
                  ("clients:list",)),),
        ),
    )  # fmt: skip
