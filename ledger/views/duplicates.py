"""« Doublons »: the pairs to settle, both sides of one beside their documents, the decision."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from clients.access import DossierRequest, dossier_view
from firm.formats import date_fr
from firm.templatetags.formats import amount
from ledger.actions import duplicates
from ledger.models import DuplicateFlag
from ledger.queries import duplicates as found
from ledger.queries.duplicate_reasons import source_label
from ledger.views.bulk_items import tell_moved

Kind = DuplicateFlag.Kind
TABS = {"factures": Kind.INVOICE, "banque": Kind.TRANSACTION}


class Compared(NamedTuple):
    """One line of the comparison; `differs` is what the eye must find."""

    label: str
    first: str | SafeString
    second: str | SafeString
    differs: bool
    is_number: bool = False


@dossier_view(needs="books.read")
def duplicate_list(request: DossierRequest) -> HttpResponse:
    """The open pairs of invoices, or of bank transactions, and the one in `paire` beside them."""
    tab = request.GET.get("liste", "")
    page = found.open_pairs(TABS.get(tab, Kind.INVOICE), request.GET.get("apres", ""))
    if tab not in TABS:
        tab = "factures"
        if not page.total and page.counts[Kind.TRANSACTION]:
            tab, page = "banque", found.open_pairs(Kind.TRANSACTION)
    base = reverse("ledger:duplicates", args=[request.dossier.slug])
    context: dict[str, Any] = {
        "page": page,
        "tab": tab,
        "tabs": [
            ("factures", "Factures", f"{base}?liste=factures", page.counts[Kind.INVOICE]),
            ("banque", "Banque", f"{base}?liste=banque", page.counts[Kind.TRANSACTION]),
        ],
        "more": f"?liste={tab}&apres={page.next}" if page.next else "",
    }
    return render(request, "ledger/duplicates.html", context)


@dossier_view(needs="books.read")
def pair(request: DossierRequest, pk: int) -> HttpResponse:
    """Both sides of a pair: what they say, where they differ, their documents."""
    flag = found.one_pair(pk)
    before, after = found.neighbours(flag)
    is_open = "archived" not in {flag.first.booking, flag.second.booking}  # type: ignore[attr-defined]
    context = {
        "flag": flag,
        "rows": list(_compared(flag)),
        "sides": _sides(request, flag),
        "before": before,
        "after": after,
        "is_open": is_open and flag.state != DuplicateFlag.State.DISMISSED,
        "may_decide": request.rights.may("duplicates.manage"),
        "tab": "factures" if flag.kind == Kind.INVOICE else "banque",
    }
    return render(request, "ledger/duplicate.html", context)


@dossier_view(needs="duplicates.manage", methods=("POST",))
def dismiss_pair(request: DossierRequest, pk: int) -> HttpResponse:
    """« Pas un doublon », and on to the next pair."""
    flag = found.one_pair(pk)
    _before, after = found.neighbours(flag)
    duplicates.dismiss(flag, by=request.user)
    undo = reverse("ledger:reconsider_duplicate", args=[request.dossier.slug, pk])
    messages.success(
        request, "Ce n’est pas un doublon : la paire ne sera plus proposée.",
        extra_tags=f"undo:{undo}",
    )  # fmt: skip
    return _on(request, flag, after)


@dossier_view(needs="duplicates.manage", methods=("POST",))
def reconsider_pair(request: DossierRequest, pk: int) -> HttpResponse:
    """« Annuler » of a dismissal."""
    duplicates.reconsider(found.one_pair(pk), by=request.user)
    return redirect("ledger:duplicate", request.dossier.slug, pk)


@dossier_view(needs="duplicates.manage", methods=("POST",))
def confirm_pair(request: DossierRequest, pk: int) -> HttpResponse:
    """« Archiver celle-ci »: the side in `cote` goes, the other stays; on to the next pair."""
    flag = found.one_pair(pk)
    _before, after = found.neighbours(flag)
    gone = flag.second if request.POST.get("cote") == "2" else flag.first  # type: ignore[attr-defined]
    job = duplicates.archive_side(request.dossier, flag, archived=gone.id, by=request.user)
    tell_moved(request, job, "archivé", "archivés")
    return _on(request, flag, after)


def _on(request: DossierRequest, flag: DuplicateFlag, after: int | None) -> HttpResponse:
    slug = request.dossier.slug
    if after:
        return redirect("ledger:duplicate", slug, after)
    tab = "factures" if flag.kind == Kind.INVOICE else "banque"
    return redirect(f"{reverse('ledger:duplicates', args=[slug])}?liste={tab}")


def _sides(request: DossierRequest, flag: DuplicateFlag) -> list[dict[str, Any]]:
    slug = request.dossier.slug
    out = []
    for rank, row in enumerate((flag.first, flag.second), 1):  # type: ignore[attr-defined]
        document = row.document
        out.append({
            "rank": rank,
            "row": row,
            "document": document,
            "url": _url("clients:document", slug, document.id) if document else "",
            "entry_url": reverse("ledger:entry", args=[slug, row.entry_id]) if row.entry_id else "",
        })  # fmt: skip
    return out


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _compared(flag: DuplicateFlag) -> list[Compared]:
    """The comparison, line by line; lines that both leave empty are left out."""
    read = _of_invoice if flag.kind == Kind.INVOICE else _of_transaction
    one, other = read(flag.first), read(flag.second)  # type: ignore[attr-defined]
    return [
        Compared(label, value, other[label][0], value != other[label][0], is_number)
        for label, (value, is_number) in one.items()
        if value or other[label][0]
    ]


def _of_invoice(row: Any) -> dict[str, tuple[str | SafeString, bool]]:
    return {
        "Tiers": (row.third_party.label if row.third_party else "", False),
        "Numéro": (row.number, False),
        "Date": (_day(row.issue_date), False),
        "Échéance": (_day(row.due_date), False),
        "HT": (amount(row.net), True),
        "TVA": (amount(row.vat), True),
        "TTC": (amount(row.gross), True),
        "Devise": (row.currency if row.currency != "EUR" else "", False),
        "Origine": (source_label(row.source), False),
        "État": (row.get_booking_display(), False),
        "Reçue le": (date_fr(row.created_at.date()), False),
    }


def _of_transaction(row: Any) -> dict[str, tuple[str | SafeString, bool]]:
    return {
        "Compte": (row.bank_account.name, False),
        "Date": (_day(row.date), False),
        "Date de valeur": (_day(row.value_date), False),
        "Montant": (amount(row.amount), True),
        "Libellé": (row.label, False),
        "Référence": (row.reference, False),
        "Tiers": (row.third_party.label if row.third_party else "", False),
        "Origine": (source_label(row.source), False),
        "Référence de la banque": (row.external_id, False),
        "État": (row.get_booking_display(), False),
    }


def _day(day: Any) -> str:
    return date_fr(day) if day else ""
