"""What several files of tests about the portfolio begin with."""

from __future__ import annotations

import pytest

from clients.models import Dossier
from firm.models import Firm, User
from tests.clients.portfolio import make


@pytest.fixture
def clients(martin: Firm, alice: User, bruno: User, chloe: User) -> dict[str, Dossier]:
    return {
        "zebre": make(martin, alice, "Zèbre bleu", to=bruno, stats={"cash": 500, "suspense": -300}),
        "ecole": make(martin, alice, "École du Lac", to=chloe, stats={"unlettered": 4}),
        "oeuf": make(martin, alice, "Œuf à la coque", stats={"imports_to_review": 2}),
        "neuf": make(martin, alice, "Neuf SARL", to=bruno, status="onboarding"),
        "secret": make(martin, alice, "Secret SA", to=chloe, owner=chloe, is_confidential=True),
    }
