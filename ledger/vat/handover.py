"""The file that hands a VAT return over to an EDI partner, and the acknowledgement that comes back.

What the administration takes is an EDIFACT interchange (INFENT, procedure EDI-TVA) that approved
partners alone may send, signed with their own certificate; it is not made here.  This file is what
such a partner imports: XML in UTF-8 with the identification of the taxpayer and of the period, and
the zones of form 3310CA3 under the codes of the EDI-TVA dictionary (volume III): amounts in whole
euros (type MOA), ticks as « X » (type CCI, `KF` for a return that declares nothing).  Each partner
has an import layout of its own: zones and codes are common to all, tags may have to be mapped once.

The acknowledgement is read from XML of the same family::

    <accuse-edi>
      <reference>…</reference>            the one of the file handed over
      <statut code="accepte|rejete"/>
      <depot>2026112400001234</depot>      number of the deposit (optional)
      <motif code="049">…</motif>          any number of them, for a rejection
    </accuse-edi>

It answers one return and no other: a foreign reference is refused.
"""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from ledger.vat.form import form_at

VERSION = "1.0"
MOST_BYTES = 1024 * 1024
NIL = "KF"
ACCEPTED = frozenset({"accepte", "accepté", "acceptee", "accepted", "a", "ok"})
REJECTED = frozenset({"rejete", "rejeté", "rejetee", "rejected", "r", "ko"})


class UnreadableAnswer(ValueError):
    """Not an acknowledgement; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Header:
    """Who declares what: the taxpayer, the firm that prepares, both days of the period."""

    reference: str
    name: str
    siren: str
    siret: str
    firm: str
    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What came back.  `reason` joins the motives of a rejection."""

    reference: str
    accepted: bool
    deposit: str = ""
    reason: str = ""


def reference_of(siren: str, slug: str, start: dt.date, end: dt.date) -> str:
    """The name of a return in its file and in the answer: « TVA-552100554-20261001-20261031 »."""
    return f"TVA-{siren or slug}-{start:%Y%m%d}-{end:%Y%m%d}"


def zones(
    end: dt.date, base: Mapping[str, int], tax: Mapping[str, int]
) -> list[tuple[str, str, int]]:
    """(zone, line, euros) of every box that holds something, in the order of the form."""
    found = []
    for box in form_at(end).boxes():
        for zone, euros in ((box.base, base.get(box.code, 0)), (box.tax, tax.get(box.code, 0))):
            if zone and euros:
                found.append((zone, box.code, euros))
    return found


def write(header: Header, base: Mapping[str, int], tax: Mapping[str, int]) -> bytes:
    """The file, its boxes in whole euros."""
    form = form_at(header.end)
    root = ET.Element("declaration-tva", version=VERSION, procedure="EDI-TVA", message="INFENT")
    ET.SubElement(root, "reference").text = header.reference
    ET.SubElement(root, "redacteur", nom=header.firm)
    identity = ET.SubElement(root, "formulaire", nom="T-IDENTIF")
    who = ET.SubElement(identity, "redevable", siren=header.siren)
    if header.siret:
        who.set("siret", header.siret)
    who.text = header.name
    ET.SubElement(identity, "periode", debut=f"{header.start:%Y%m%d}", fin=f"{header.end:%Y%m%d}")
    body = ET.SubElement(root, "formulaire", nom=form.code, millesime=str(header.end.year))
    held = zones(header.end, base, tax)
    for zone, line, euros in held:
        ET.SubElement(body, "zone", code=zone, ligne=line, type="MOA").text = str(euros)
    if not held:
        ET.SubElement(body, "zone", code=NIL, ligne="NEANT", type="CCI").text = "X"
    ET.indent(root)
    out: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return out + b"\n"


def read_answer(content: bytes) -> Acknowledgement:
    """An acknowledgement.

    Raises:
        UnreadableAnswer: too large, no XML, or without reference or state.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableAnswer("Cet accusé dépasse 1\u00a0Mo\u00a0: ce n’en est pas un.")
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableAnswer(
            "Ce fichier n’est pas un XML lisible. Demandez l’accusé de réception en XML à votre "
            "partenaire EDI, ou saisissez la réponse."
        ) from error
    reference = _text(root.findtext("reference"))
    state = root.find("statut")
    code = (state.get("code") or state.text or "").strip().lower() if state is not None else ""
    if not reference or code not in ACCEPTED | REJECTED:
        raise UnreadableAnswer(
            "Ce fichier n’est pas un accusé de réception de TVA\u00a0: il y manque la référence ou "
            "le statut (accepté, rejeté)."
        )
    motives = [
        " ".join(filter(None, (_text(one.get("code")), _text(one.text))))
        for one in root.iter("motif")
    ]
    return Acknowledgement(
        reference, code in ACCEPTED, _text(root.findtext("depot"))[:100],
        " ; ".join(filter(None, motives))[:500],
    )  # fmt: skip


def _text(found: str | None) -> str:
    return " ".join((found or "").split())
