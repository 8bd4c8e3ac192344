"""SIREN and SIRET as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from clients import company_numbers
from clients.actions.dossiers import YearEndInvalid, create_dossier, read_year_end, update_dossier
from clients.company_numbers import SirenInvalid, SiretInvalid
from clients.demo import Cast
from clients.models import Dossier
from firm import scope
from tests.conftest import open_dossier

SIREN, SIRET = "732829320", "73282932000074"
LA_POSTE_OFFICE = "35600000049837"


@pytest.mark.row("S0.13")
@pytest.mark.row("B5")
def test_a_siret_gives_its_siren_and_is_kept() -> None:
    assert company_numbers.read("732 829 320 00074") == (SIREN, SIRET)
    assert company_numbers.read("732.829.320-00074") == (SIREN, SIRET)
    assert company_numbers.read("732\u00a0829\u202f320") == (SIREN, "")
    assert company_numbers.read("  ") == ("", "")


@pytest.mark.parametrize(
    "typed", ["732829321", "73282932", "7328293200", "A32829320", "１２３４５６７８９"]
)
def test_what_is_no_siren_is_refused(typed: str) -> None:
    with pytest.raises(SirenInvalid, match="neuf chiffres"):
        company_numbers.read(typed)


def test_a_siret_with_a_wrong_key_is_refused_by_its_own_name() -> None:
    with pytest.raises(SiretInvalid, match="clé du SIRET"):
        company_numbers.read("73282932000075")


def test_the_offices_of_la_poste_add_up_to_a_multiple_of_five_instead() -> None:
    assert not luhn.is_valid(LA_POSTE_OFFICE)
    assert company_numbers.read(LA_POSTE_OFFICE).siret == LA_POSTE_OFFICE
    with pytest.raises(SiretInvalid):
        company_numbers.read("35600000049838")


def test_a_siret_of_another_company_does_not_go_with_a_siren() -> None:
    with pytest.raises(SiretInvalid, match="pas celui de ce SIREN"):
        company_numbers.read_pair("552100554", SIRET)
    assert company_numbers.read_pair("", SIRET) == (SIREN, SIRET)


@given(st.integers(0, 10**8 - 1).map(lambda n: f"{n:08d}"))
def test_nine_digits_pass_if_and_only_if_their_key_adds_up(head: str) -> None:
    for key in "0123456789":
        digits = head + key
        if luhn.is_valid(digits):
            assert company_numbers.read(digits) == (digits, "")
        else:
            with pytest.raises(SirenInvalid):
                company_numbers.read(digits)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("31/12", "12-31"), ("3112", "12-31"), ("30.6", "06-30"), ("09-30", "09-30"), ("", "")],
)
def test_a_year_end_is_a_day_of_the_year(typed: str, kept: str) -> None:
    assert read_year_end(typed) == kept


@pytest.mark.parametrize("typed", ["31/02", "29/02", "32/01", "décembre", "12-32", "1/1/2025"])
def test_what_is_no_day_of_every_year_is_refused(typed: str) -> None:
    with pytest.raises(YearEndInvalid):
        read_year_end(typed)


@pytest.mark.django_db
def test_a_dossier_keeps_its_siret_until_its_siren_changes(cast: Cast, inside: Dossier) -> None:
    alice = cast.people["alice"]
    update_dossier(inside, by=alice, siren=SIRET)
    assert (inside.siren, inside.siret) == (SIREN, SIRET)
    update_dossier(inside, by=alice, siren=SIREN)
    assert inside.siret == SIRET
    update_dossier(inside, by=alice, siren="552100554")
    assert (inside.siren, inside.siret) == ("552100554", "")


@pytest.mark.django_db
def test_a_siret_typed_for_a_new_dossier_makes_no_second_company(cast: Cast) -> None:
    firm, alice = cast.firms["martin"], cast.people["alice"]
    with scope.open_scope(scope.Scope(user=alice.id, firm=firm.id, firm_write=True)):
        made = create_dossier(firm, name="Alfa", siren=SIRET, by=alice)
        with pytest.raises(Exception, match="déjà celui du dossier «\xa0Alfa"):
            create_dossier(firm, name="Alfa bis", siren=SIREN, by=alice)
    with open_dossier(alice, made):
        assert Dossier.objects.get(pk=made.pk).siret == SIRET
