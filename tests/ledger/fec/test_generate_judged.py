"""Generated books before the judge: two programs that share no code agree to the cent."""

from datetime import date
from pathlib import Path

import pytest

from ledger.fec.check import Context, check_file
from ledger.fec.generate import SectorName, generate
from ledger.fec.write import name_by_law
from tests.ledger.fec.generated import SECTORS, SIREN, YEAR_END


@pytest.mark.parametrize("sector", SECTORS)
def test_clean_books_are_accepted_without_a_finding_and_counted_alike(
    sector: SectorName, tmp_path: Path
) -> None:
    path = tmp_path / name_by_law(SIREN, YEAR_END)
    truth = generate(
        path, lines=5000, year_end=YEAR_END, siren=SIREN, sector=sector, partial_letterings=False
    )

    report = check_file(path, name=path.name)

    with report.findings:
        assert report.findings.counts == {}
    assert (report.structure, report.accounting) == ("conforme", "accept")
    assert (report.lines, report.entries) == (truth.lines, truth.entries)
    assert (report.debit, report.credit) == (truth.debit, truth.credit)
    found = report.summary
    assert found["invoices"] == {
        "sales": {"count": truth.sales.count, "amount": truth.sales.gross},
        "purchases": {"count": truth.purchases.count, "amount": truth.purchases.gross},
    }
    assert found["bank_transactions"]["count"] == sum(one.count for one in truth.bank.values())
    assert found["letterings"] == {"full": truth.letterings.full, "partial": 0}
    assert sum(found["third_parties"].values()) == len(truth.third_parties)
    assert found["accounts"] == len(truth.accounts)


@pytest.mark.parametrize("sector", SECTORS)
def test_a_next_year_is_found_continuous(sector: SectorName, tmp_path: Path) -> None:
    first, second = (tmp_path / name_by_law(SIREN, date(year, 12, 31)) for year in (2024, 2025))
    options = {"siren": SIREN, "lines": 1500, "sector": sector, "partial_letterings": False}
    before = generate(first, year_end=date(2024, 12, 31), **options)  # type: ignore[arg-type]
    generate(second, year_end=date(2025, 12, 31), opening=before.closing, **options)  # type: ignore[arg-type]
    context = Context(siren=SIREN, previous_closing=dict(before.closing))

    report = check_file(second, name=second.name, context=context)

    with report.findings:
        assert report.findings.counts == {}
    assert report.accounting == "accept"
