from datetime import date
from itertools import pairwise

import pytest

from ledger.fec.columns import (
    LEGAL,
)
from ledger.fec.description import ExportFacts, JournalFacts, description

FACTS = ExportFacts(
    siren="123456782",
    company="Menuiserie d’Orvault\r\nSARL",
    year_start=date(2024, 1, 1),
    year_end=date(2024, 12, 31),
    file_name="123456782FEC20241231.txt",
    size=1234,
    sha256="ab" * 32,
    journals=[JournalFacts("VE", "Ventes", "ventes", 1, 2)],
    lines=2,
    entries=1,
    debit=123456,
    credit=123456,
    software="Cabinet",
    version="0.1.0",
)


def test_the_description_names_every_zone_code_and_technical_fact() -> None:
    text = description(FACTS)

    numbered = [line for line in text.split("\r\n") if line[:2].strip().isdigit()]
    zones = [line.split()[1] for line in numbered if line[2:4] == "  "]
    assert zones == list(LEGAL)
    for fact in (
        "Entreprise\xa0: Menuiserie d’Orvault SARL",
        "Exercice\xa0: du 01/01/2024 au 31/12/2024",
        "Fichier\xa0: 123456782FEC20241231.txt",
        "UTF-8",
        "tabulation (code 09 hexadécimal)",
        "CR LF",
        "VE\xa0: Ventes (ventes)\u202f; 1 écriture, 2 lignes",
        "Total des débits\xa0: 1\u202f234,56\xa0€",
        "ab" * 32,
        "aucune écriture du fichier n’est en attente de validation",
    ):
        assert fact in text


def test_the_description_says_that_drafts_make_the_file_provisional() -> None:
    facts = {name: getattr(FACTS, name) for name in FACTS.__slots__}
    text = description(ExportFacts(**(facts | {"drafts": 2, "extra_columns": [("Lot", "Lot")]})))

    assert "FICHIER PROVISOIRE\xa0: 2 écritures en brouillard" in text
    assert "à blanc tant que l’écriture n’est pas validée" in text
    assert "19  Lot" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"signed": True, "layout": "BNCT"}, "Sens du montant"),
        ({"is_xml": True, "layout": "BAT"}, "point décimal"),
        ({"encoding": "iso8859-15", "separator": "|", "eol": "\n"}, "translittérés"),
    ],
)
def test_the_description_follows_the_options(options: dict[str, object], said: str) -> None:
    facts = {name: getattr(FACTS, name) for name in FACTS.__slots__}

    assert said in description(ExportFacts(**(facts | options)))


def test_the_description_is_faultless_about_spaces() -> None:
    text = description(FACTS)

    for sign in (":", ";", "!", "?", "»", "%", "€"):
        assert f" {sign}" not in text
    assert "« " not in text
    assert "'" not in text
    assert all(len(line) <= 100 for line in text.split("\r\n"))
    sections = [line for line in text.split("\r\n") if line[:1].isdigit() and line[1:3] == ". "]
    assert all(int(after[0]) == int(before[0]) + 1 for before, after in pairwise(sections))
