"""What a file is, and what it says: the one door of the package for bytes."""

from __future__ import annotations

from firm.formats import amount, date_fr
from ledger.bank.camt import read_camt
from ledger.bank.lines import MOST_BYTES, Statement, StatementTooLong, UnreadableStatement
from ledger.bank.ofx import read_ofx
from ledger.bank.tables import ZIP

CAMT, OFX, CSV, XLSX = "camt", "ofx", "csv", "xlsx"
FORMS = {CAMT: "CAMT.053", OFX: "OFX", CSV: "CSV", XLSX: "XLSX"}
TABLES = (CSV, XLSX)


def form_of(content: bytes) -> str:
    """Its form, judged by its beginning, never by its name.

    Raises:
        UnreadableStatement: it is empty, or a PDF.
        StatementTooLong: too many bytes.
    """
    if len(content) > MOST_BYTES:
        raise StatementTooLong(
            f"Ce fichier dépasse {MOST_BYTES // 1024**2}\u00a0Mo\u00a0: demandez à la banque des "
            "relevés plus courts."
        )
    if not content.strip():
        raise UnreadableStatement("Le fichier reçu est vide. Téléchargez de nouveau le relevé.")
    head = content[:4096]
    if head.startswith(ZIP):
        return XLSX
    if head.startswith(b"%PDF"):
        raise UnreadableStatement(
            "Un relevé PDF ne se lit pas ligne à ligne. Téléchargez-le au format CAMT.053, OFX, "
            "CSV ou XLSX depuis l’espace de la banque."
        )
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").upper()
    if plain.startswith(b"OFXHEADER") or b"<OFX>" in plain or b"<?OFX" in plain:
        return OFX
    if plain.startswith((b"<?XML", b"<DOCUMENT")) or b":CAMT.05" in plain:
        return CAMT
    return CSV


def read(content: bytes, form: str) -> list[Statement]:
    """The statements of a CAMT.053 or an OFX.

    Raises:
        UnreadableStatement: it is none.
        StatementTooLong: too many lines.
    """
    return merged(read_camt(content) if form == CAMT else read_ofx(content))


def merged(statements: list[Statement]) -> list[Statement]:
    """One statement an account: those of several days are put together in order."""
    by_account: dict[str, Statement] = {}
    for one in sorted(statements, key=lambda item: (str(item.since or ""), str(item.until or ""))):
        whole = by_account.get(one.account)
        if whole is None:
            by_account[one.account] = one
            continue
        _follow(whole, one)
    return list(by_account.values())


def _follow(whole: Statement, one: Statement) -> None:
    """Put the next days behind those before; a gap between two balances is told."""
    if None not in (whole.closing, one.opening) and whole.closing != one.opening:
        whole.notes.append(
            f"Le solde d’ouverture du {date_fr(one.since)} ({amount(one.opening)}) n’est pas le "
            f"solde de clôture du jour précédent ({amount(whole.closing)})."
        )
    for line in one.lines:
        whole.add(line)
    whole.closing = one.closing
    whole.until = max(filter(None, (whole.until, one.until)), default=None)
    whole.faults += one.faults
    whole.notes += one.notes
