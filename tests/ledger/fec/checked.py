"""Small books for the tests of the check: entries in, report and artefacts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.fec import columns
from ledger.fec.check import Context, Report, check_file
from ledger.fec.findings import Finding

NAME = "552100554FEC20251231.txt"

_USUAL = {
    "JournalCode": "OD",
    "JournalLib": "Opérations diverses",
    "EcritureNum": "1",
    "EcritureDate": "20250310",
    "CompteNum": "606100",
    "CompteLib": "Fournitures",
    "PieceRef": "P1",
    "PieceDate": "20250310",
    "EcritureLib": "Libellé",
    "Debit": "0,00",
    "Credit": "0,00",
    "ValidDate": "20260131",
    "DateRglt": "20250310",
    "ModeRglt": "virement",
}
_LABELS = {
    "101000": "Capital",
    "120000": "Résultat",
    "401000": "Fournisseurs",
    "404000": "Fournisseurs d’immobilisations",
    "411000": "Clients",
    "445660": "TVA déductible",
    "445710": "TVA collectée",
    "471000": "Compte d’attente",
    "512000": "Banque",
    "530000": "Caisse",
    "606100": "Fournitures",
    "607000": "Marchandises",
    "641000": "Rémunérations",
    "706000": "Prestations",
    "707000": "Ventes de marchandises",
}

Line = dict[str, str]


def line(account: str, cents: int = 0, third: str = "", **zones: str) -> Line:
    """One line: `cents` are a debit when positive; `third` is CompAuxNum, its name made up."""
    side = "Debit" if cents >= 0 else "Credit"
    amount = f"{abs(cents) // 100},{abs(cents) % 100:02d}"
    found = {"CompteNum": account, "CompteLib": _LABELS.get(account, f"Compte {account}")}
    if third:
        found |= {"CompAuxNum": third, "CompAuxLib": f"Tiers {third}"}
    return {**_USUAL, **found, side: amount, **zones}


def entry(*lines: Line, **shared: str) -> list[Line]:
    """The lines of one entry, with what they share: number, date, journal, piece."""
    return [{**one, **shared} for one in lines]


def purchase(
    number: int | str = 1, net: int = 10_000, third: str = "FMETRO", **shared: str
) -> list[Line]:
    """A bill at 20 %: 607 and 44566 against 401."""
    vat = net // 5
    zones = {"JournalCode": "AC", "JournalLib": "Achats", "EcritureNum": str(number)}
    piece = {"PieceRef": f"FA{number}"}
    return entry(
        line("607000", net), line("445660", vat), line("401000", -net - vat, third),
        **{**zones, **piece, **shared},
    )  # fmt: skip


def sale(
    number: int | str = 1, net: int = 10_000, third: str = "CDUPONT", **shared: str
) -> list[Line]:
    """An invoice at 20 %: 411 against 707 and 44571."""
    vat = net // 5
    zones = {"JournalCode": "VE", "JournalLib": "Ventes", "EcritureNum": str(number)}
    piece = {"PieceRef": f"V{number}"}
    return entry(
        line("411000", net + vat, third), line("707000", -net), line("445710", -vat),
        **{**zones, **piece, **shared},
    )  # fmt: skip


def payment(
    number: int | str = 1, cents: int = 12_000, third: str = "CDUPONT", **shared: str
) -> list[Line]:
    """A receipt from a customer, or with negative cents a payment to a supplier, on 512."""
    account = "411000" if cents > 0 else "401000"
    zones = {"JournalCode": "BQ", "JournalLib": "Banque", "EcritureNum": str(number)}
    return entry(
        line("512000", cents), line(account, -cents, third),
        **{**zones, "PieceRef": f"R{number}", **shared},
    )  # fmt: skip


def opening(*lines: Line, **shared: str) -> list[Line]:
    """An opening entry on the first day of the year."""
    zones = {"JournalCode": "AN", "JournalLib": "À nouveaux", "EcritureDate": "20250101"}
    return entry(*lines, **{**zones, "PieceRef": "AN", "PieceDate": "20250101", **shared})


def fec(
    *entries: Sequence[Line],
    header: Sequence[str] = columns.LEGAL,
    sep: str = "\t",
    eol: str = "\r\n",
) -> str:
    """A whole file."""
    rows = [[one.get(name, "") for name in header] for lines in entries for one in lines]
    return "".join(sep.join(row) + eol for row in (header, *rows))


@dataclass
class Checked:
    """A report, its findings and artefacts, read into memory."""

    report: Report
    findings: list[Finding]
    tables: dict[str, list[list[str]]] = field(default_factory=dict)

    @property
    def codes(self) -> dict[str, int]:
        """How often each code was found."""
        return dict(self.report.findings.counts)

    @property
    def verdicts(self) -> tuple[str, str]:
        """Structure, then accounting."""
        return self.report.structure, self.report.accounting

    @property
    def summary(self) -> dict[str, Any]:
        """The preview."""
        return self.report.summary

    def one(self, code: str) -> Finding:
        """The only finding of a code."""
        found = [one for one in self.findings if one.code == code]
        assert len(found) == 1, f"{code}: {found}"
        return found[0]

    def lines_of(self, code: str) -> list[int | None]:
        """The lines of the findings of a code."""
        return [one.line for one in self.findings if one.code == code]

    def column(self, table: str, index: int) -> list[str]:
        """One column of an artefact."""
        return [row[index] for row in self.tables[table]]


def check(
    folder: Path, content: str | bytes, *, name: str = NAME, context: Context | None = None
) -> Checked:
    """Check a file made of `content` and read its artefacts back."""
    path, out = folder / "input.fec", folder / "out"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out.mkdir(exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    report = check_file(path, name=name, context=context or Context(), out=out)
    with report.findings as sink:
        found = list(sink.iter())
    tables = {
        one.stem: [row.split("\t") for row in one.read_text("utf-8").split("\n")[:-1]]
        for one in out.iterdir()
    }
    return Checked(report, found, tables)
