"""Templates of entries and recurring entries: what they give, each occurrence once."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from clients.actions.locks import PeriodLocked, set_lock
from clients.models import Dossier
from firm.errors import BusinessError, NotFound
from firm.models import User
from ledger.actions import recurring_entries as recurring
from ledger.actions.entry_templates import (
    TemplateInUse,
    TemplateInvalid,
    delete_template,
    save_template,
)
from ledger.entry_formulas import cells, dated, next_after, occurrence
from ledger.models import Entry, EntryOrigin, EntryTemplate, RecurringEntry
from tests.conftest import open_dossier
from tests.ledger.book_pages import words
from tests.ledger.entry_desk import (
    SAISIE,
    rows_of,
    small_books,
    small_books_inside,
    small_books_outside,
    write,
)
from tests.ledger.invoice_desk import signed_in
from tests.ledger.test_entries import in_step

pytestmark = pytest.mark.django_db
__all__ = ["small_books_inside", "small_books_outside"]
D = dt.date


def line(account: str, side: str, how: str, value: int = 0, third: str = "") -> dict[str, Any]:
    return {
        "account": account, "third": third, "label": "", "side": side, "how": how, "value": value,
    }  # fmt: skip


RENT = [
    line("607000", "D", "share", 8_333), line("445660", "D", "rest"),
    line("401000", "C", "share", 10_000, "MOULIN"),
]  # fmt: skip


def template(dossier: Dossier, by: User, lines: Any = None, name: str = "Loyer") -> EntryTemplate:
    return save_template(
        dossier, None, name=name, journal="AC", label="Loyer {mois} {année}", piece_ref="L-{mois}",
        lines=lines or RENT, by=by,
    )  # fmt: skip


def every_month(dossier: Dossier, by: User, **more: Any) -> RecurringEntry:
    given = {
        "template": more.pop("template", None) or template(dossier, by), "rhythm": 1,
        "since": D(2023, 1, 31), "until": None, "amount": 1200_00, **more,
    }  # fmt: skip
    return recurring.save_recurring(dossier, None, by=by, **given)


def test_a_template_gives_balanced_rows_to_the_cent() -> None:
    rows = cells(RENT, label="Loyer {mois} {année}", day=D(2023, 8, 1), amount=1200_00)
    assert [(row["debit"], row["credit"]) for row in rows] == [
        ("999,96", ""), ("200,04", ""), ("", "1\u00a0200,00"),
    ]  # fmt: skip
    assert rows[0]["label"] == "Loyer août 2023"
    empty = cells(RENT, label="L", day=D(2023, 8, 1), amount=None)
    assert [(row["debit"], row["credit"]) for row in empty] == [("", "")] * 3
    assert dated("{mois}", D(2023, 2, 1)) == "février"


def test_occurrences_stay_within_their_month() -> None:
    since = D(2023, 1, 31)
    assert [occurrence(since, 1, n) for n in range(4)] == [
        D(2023, 1, 31), D(2023, 2, 28), D(2023, 3, 31), D(2023, 4, 30),
    ]  # fmt: skip
    assert occurrence(D(2024, 2, 29), 12, 1) == D(2025, 2, 28)
    assert next_after(since, 3, D(2023, 1, 31)) == D(2023, 4, 30)
    assert next_after(D(2023, 11, 30), 1, D(2023, 12, 30)) == D(2024, 1, 30)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "nom"),
        ({"label": ""}, "libellé"),
        ({"journal": "ZZ"}, "journal"),
        ({"lines": [RENT[0]]}, "deux lignes"),
        ({"lines": [line("999999", "D", "fixed", 1), RENT[2]]}, "999999"),
        ({"lines": [line("607000", "D", "fixed", 0), RENT[2]]}, "positive"),
        ({"lines": [line("607000", "X", "fixed", 1), RENT[2]]}, "sens"),
        ({"lines": [line("607000", "D", "fixed", 1, "RIEN"), RENT[2]]}, "RIEN"),
        ({"lines": [line("607000", "D", "rest"), line("401000", "C", "rest")]}, "Une seule"),
    ],
)
def test_a_template_that_would_write_nothing_is_refused(
    inside: Dossier, alice: User, changes: dict[str, Any], said: str
) -> None:
    given = {"name": "L", "journal": "AC", "label": "L", "piece_ref": "", "lines": RENT, **changes}
    with pytest.raises(TemplateInvalid, match=said):
        save_template(inside, None, by=alice, **given)
    assert not EntryTemplate.objects.exists()


@pytest.mark.usefixtures("books")
def test_each_occurrence_is_written_once_and_taken_back(inside: Dossier, alice: User) -> None:
    row = every_month(inside, alice)
    ids = recurring.write_due(inside, D(2023, 3, 31), by=alice)
    assert [entry.date for entry in Entry.objects.filter(pk__in=ids).order_by("date")] == [
        D(2023, 1, 31), D(2023, 2, 28), D(2023, 3, 31),
    ]  # fmt: skip
    first = Entry.objects.get(pk=ids[0])
    assert (first.label, first.piece_ref) == ("Loyer janvier 2023", "L-janvier")
    assert rows_of(ids[0])[1][3] == 200_04
    in_step(inside)
    with pytest.raises(recurring.NothingDue, match="Aucun abonnement"):
        recurring.write_due(inside, D(2023, 3, 31), by=alice)
    row.refresh_from_db()
    assert row.next_on == D(2023, 4, 30)

    assert recurring.undo_written(inside, ids[0], by=alice) == 3
    row.refresh_from_db()
    assert row.next_on == D(2023, 1, 31)
    assert not EntryOrigin.objects.exists()
    in_step(inside)
    with pytest.raises(NotFound):
        recurring.undo_written(inside, ids[0], by=alice)


@pytest.mark.usefixtures("books")
def test_an_occurrence_whose_entry_was_removed_does_not_come_again(
    inside: Dossier, alice: User
) -> None:
    from ledger.actions.entries import remove_entry

    every_month(inside, alice)
    ids = recurring.write_due(inside, D(2023, 2, 28), by=alice)
    remove_entry(Entry.objects.get(pk=ids[0]), by=alice)
    assert EntryOrigin.objects.get(due_on=D(2023, 1, 31)).entry_id is None
    assert recurring.prepare_due(inside, D(2023, 2, 28)) == []


@pytest.mark.usefixtures("books")
def test_it_ends_on_its_last_day_and_goes_on_after_a_change(inside: Dossier, alice: User) -> None:
    row = every_month(inside, alice, until=D(2023, 2, 28))
    recurring.write_due(inside, D(2023, 12, 31), by=alice)
    row.refresh_from_db()
    assert row.next_on is None
    assert Entry.objects.filter(label__startswith="Loyer").count() == 2
    recurring.save_recurring(
        inside, row, template=row.template, rhythm=1, since=row.since, until=D(2023, 4, 30),
        amount=600_00, by=alice,
    )  # fmt: skip
    ids = recurring.write_due(inside, D(2023, 12, 31), by=alice)
    assert [entry.debit for entry in Entry.objects.filter(pk__in=ids)] == [600_00, 600_00]
    recurring.switch_recurring(row, by=alice)
    assert recurring.prepare_due(inside, D(2023, 12, 31)) == []


@pytest.mark.usefixtures("books")
def test_what_cannot_be_written_is_told_and_nothing_is(
    inside: Dossier, alice: User, bruno: User
) -> None:
    every_month(inside, alice)
    (due,) = recurring.prepare_due(inside, D(2023, 1, 31))
    assert due.faults == []
    set_lock(inside, lock_date=D(2023, 2, 28), lock_mode="users_and_admins", by=alice)
    with open_dossier(bruno, inside), pytest.raises(PeriodLocked):
        recurring.write_due(inside, D(2023, 3, 31), by=bruno)
    assert not EntryOrigin.objects.exists()
    with pytest.raises(recurring.RecurringInvalid, match="se termine avant"):
        every_month(inside, alice, template=EntryTemplate.objects.get(), until=D(2022, 1, 1))
    with pytest.raises(recurring.RecurringInvalid, match="le montant"):
        every_month(inside, alice, template=EntryTemplate.objects.get(), amount=None)
    with pytest.raises(TemplateInUse):
        delete_template(EntryTemplate.objects.get(), by=alice)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_write_what_is_due_write_it_once(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
        every_month(boulangerie, alice)
    ready, ends = threading.Barrier(2), []

    def run(person: User) -> None:
        try:
            ready.wait(10)
            with open_dossier(person, boulangerie):
                ends.append(len(recurring.write_due(boulangerie, D(2023, 6, 30), by=person)))
        except BusinessError as refused:
            ends.append(refused.code)  # type: ignore[arg-type]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in (alice, bruno)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, ends)) == ["6", "recurring_nothing_due"]
    with open_dossier(alice, boulangerie):
        assert Entry.objects.filter(label__startswith="Loyer").count() == 6
        in_step(boulangerie)


@pytest.mark.usefixtures("desk")
def test_from_an_entry_to_a_template_to_a_recurring_entry(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    with open_dossier(alice, boulangerie):
        made = write(boulangerie, alice)
    assert "Aucun modèle pour l’instant" in words(client.get(f"{SAISIE}modeles/").content.decode())
    page = client.get(f"{SAISIE}modeles/nouveau/?ecriture={made.id}").content.decode()
    assert 'value="1\u00a0000,00"' in page
    sent = {
        "name": "Farines", "journal": "AC", "label": "Farines {mois}",
        "ligne-account": ["607000", "401000", ""], "ligne-third": ["", "MOULIN", ""],
        "ligne-label": ["", "", ""], "ligne-side": ["D", "C", "D"],
        "ligne-how": ["fixed", "rest", "fixed"], "ligne-value": ["dix", "", ""],
    }  # fmt: skip
    refused = client.post(f"{SAISIE}modeles/nouveau/", sent)
    assert refused.status_code == 422
    assert "Ligne 1 : « dix » n’est pas un montant." in words(refused.content.decode())
    sent["ligne-value"] = ["10,50", "", ""]
    saved = client.post(f"{SAISIE}modeles/nouveau/", sent)
    assert saved.status_code == 302
    assert client.post(f"{SAISIE}modeles/nouveau/", sent).status_code == 422  # one name, once
    with open_dossier(alice, boulangerie):
        row = EntryTemplate.objects.get()
        assert [one["value"] for one in row.lines] == [1050, 0]
    given = client.get(f"{SAISIE}modeles/{row.pk}/lignes/?mois=2023-04").json()
    assert given["lines"][1]["credit"] == "10,50"
    assert given["lines"][0]["label"] == "Farines avril"
    assert client.get(f"{SAISIE}modeles/{row.pk}/").status_code == 200


@pytest.mark.usefixtures("desk")
def test_a_recurring_entry_is_set_up_written_and_taken_back(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    lines = [line("607000", "D", "fixed", 10_50), line("401000", "C", "rest", third="MOULIN")]
    with open_dossier(alice, boulangerie):
        row = template(boulangerie, alice, lines, name="Farines")
    new = {"template": row.pk, "rhythm": "1", "since": "05/01/2023", "until": "", "amount": ""}
    assert client.post(f"{SAISIE}abonnements/nouveau/", {**new, "since": ""}).status_code == 422
    client.post(f"{SAISIE}abonnements/nouveau/", new)
    listed = words(client.get(f"{SAISIE}abonnements/?au=28/02/2023").content.decode())
    assert "Écrire 2 brouillons" in listed
    written = client.post(f"{SAISIE}abonnements/ecrire/", {"au": "28/02/2023"})
    told = words(client.get(written["Location"]).content.decode())
    assert "2 brouillons écrits" in told
    with open_dossier(alice, boulangerie):
        batch = EntryOrigin.objects.order_by("id").first().batch  # type: ignore[union-attr]
        page_of = Entry.objects.get(pk=batch)
    entry = client.get(f"/dossier/boulangerie/comptabilite/ecritures/{page_of.id}/")
    assert "Abonnement Farines Échéance 05/01/2023" in words(entry.content.decode())
    client.post(f"{SAISIE}abonnements/ecritures/{batch}/annuler/")
    with open_dossier(alice, boulangerie):
        assert not EntryOrigin.objects.exists()


@pytest.mark.usefixtures("desk")
def test_the_home_tells_of_what_is_due(client: Client, alice: User, boulangerie: Dossier) -> None:
    signed_in(client, alice)
    assert "échéance à écrire" not in words(client.get("/dossier/boulangerie/").content.decode())
    with open_dossier(alice, boulangerie):
        every_month(boulangerie, alice)
    page = words(client.get("/dossier/boulangerie/").content.decode())
    assert "1 abonnement a une échéance à écrire" in page
