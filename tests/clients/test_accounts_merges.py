"""An empty duplicate goes into the dossier that has the books, and comes back."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.actions.contacts import replace_contacts
from clients.actions.grants import grant_access
from clients.actions.merges import (
    DuplicateHasBooks,
    MergeOver,
    NotMergeable,
    merge_dossiers,
    undo_merge,
)
from clients.demo import Cast
from clients.models import Contact, Dossier, DossierGrant, DossierStats
from firm import scope
from ledger.actions.invoices import InvoiceDraft, create_invoice
from ledger.models import Invoice, Journal
from tests.clients.account_acts import new_dossier, signed_in

pytestmark = pytest.mark.django_db
SIREN = "732829320"


def both_open(cast: Cast, *dossiers: Dossier) -> object:
    ids = frozenset(row.pk for row in dossiers)
    alice = cast.people["alice"]
    return scope.open_scope(
        scope.Scope(user=alice.pk, firm=cast.firms["martin"].pk, read=ids, write=ids)
    )


def duplicate(cast: Cast) -> Dossier:
    """A second dossier of the boulangerie: its SIREN, a contact, one more user, no books."""
    alice = cast.people["alice"]
    made = new_dossier(cast, "Boulangerie (doublon)", slug="doublon", siren=SIREN)
    with both_open(cast, made):  # type: ignore[attr-defined]
        replace_contacts(made, contacts=[{"name": "Mme Lefèvre"}], by=alice)
        grant_access(made, to=cast.people["fred"], role="client_accountant", by=alice)
    return made


@pytest.mark.row("B5")
def test_a_merge_fills_what_is_missing_and_hides_the_duplicate_until_it_is_undone(
    cast: Cast,
) -> None:
    alice, into = cast.people["alice"], cast.boulangerie
    source = duplicate(cast)
    browser, his = signed_in(alice), signed_in(cast.people["fred"])
    asked = {"doublon": "doublon", "dans": "boulangerie", "confirmation": "doublon"}
    assert "Boulangerie (doublon)" in browser.get("/cabinet/martin/clients/fusionner/", asked).text
    page = "/cabinet/martin/clients/fusionner/"
    assert browser.post(page, {**asked, "confirmation": "x"}).status_code == 422
    assert browser.post(page, asked).status_code == 302
    assert browser.get("/dossier/doublon/").status_code == 404
    assert his.get("/dossier/doublon/").status_code == 404
    assert his.get("/dossier/boulangerie/").status_code == 200
    with both_open(cast, into):  # type: ignore[attr-defined]
        assert Dossier.objects.get(pk=into.pk).siren == SIREN
        assert Contact.objects.get().name == "Mme Lefèvre"
        from clients.models import DossierMerge

        merge = DossierMerge.objects.get()
        undo_merge(merge, by=alice)
        assert Dossier.objects.get(pk=into.pk).siren == ""
        assert not Contact.objects.exists()
        assert not DossierGrant.objects.filter(user=cast.people["fred"]).exists()
        with pytest.raises(MergeOver):
            undo_merge(merge, by=alice)
    assert his.get("/dossier/doublon/").status_code == 200
    with both_open(cast, source):  # type: ignore[attr-defined]
        assert Dossier.objects.get(pk=source.pk).siren == SIREN
        assert Contact.objects.get().name == "Mme Lefèvre"


@pytest.mark.row("B5")
def test_dossiers_with_books_are_not_merged_and_the_sentence_says_what_to_do(cast: Cast) -> None:
    alice, into, source = cast.people["alice"], cast.boulangerie, duplicate(cast)
    with both_open(cast, into, source):  # type: ignore[attr-defined]
        Journal.objects.create(dossier=source, code="BQ", label="Banque")
        with pytest.raises(DuplicateHasBooks, match="dans l’autre sens"):
            merge_dossiers(source, into=into, by=alice)
        Journal.objects.create(dossier=into, code="BQ", label="Banque")
        with pytest.raises(DuplicateHasBooks, match="tous deux des livres"):
            merge_dossiers(source, into=into, by=alice)
        with pytest.raises(NotMergeable):
            merge_dossiers(source, into=source, by=alice)
        Dossier.objects.filter(pk=into.pk).update(siren="552100554")
        with pytest.raises(NotMergeable, match="deux entreprises"):
            merge_dossiers(source, into=into, by=alice)


@pytest.mark.row("S4.11")
def test_a_takeover_date_that_comes_and_goes_with_a_merge_is_followed(cast: Cast) -> None:
    alice, into = cast.people["alice"], cast.boulangerie
    source = duplicate(cast)
    with both_open(cast, source, into):  # type: ignore[attr-defined]
        create_invoice(
            into, InvoiceDraft(number="F-1", issue_date=dt.date(2025, 3, 1)), by=alice,
            direction="purchase",
        )  # fmt: skip
        Dossier.objects.filter(pk=source.pk).update(takeover_date=dt.date(2026, 1, 1))
        merge = merge_dossiers(source, into=into, by=alice)
        assert DossierStats.objects.get(dossier=into).missing_receipts == 0
        assert Invoice.objects.get().is_pre_takeover
        undo_merge(merge, by=alice)
        assert DossierStats.objects.get(dossier=into).missing_receipts == 1
        assert not Invoice.objects.get().is_pre_takeover


def test_the_assistant_proposes_the_merge_beside_the_field(cast: Cast) -> None:
    duplicate(cast)
    page = "/cabinet/martin/clients/numero/"
    told = signed_in(cast.people["alice"]).get(page, {"siren": SIREN, "dossier": "boulangerie"})
    assert "doublon=boulangerie&amp;dans=doublon" in told.text
    valid = signed_in(cast.people["alice"]).get(page, {"siren": "552 100 554"}).text
    assert "Numéro valide" in valid
    assert "clé juste" in signed_in(cast.people["alice"]).get(page, {"siren": "1"}).text
