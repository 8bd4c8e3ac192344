"""Importing the client base: preview, outcome per row, a second import that updates."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from clients.base_files import HEADINGS, UnreadableBase, read_base, template
from clients.demo import Cast
from clients.models import BaseImport, Dossier, DossierGrant
from firm import jobs, scope
from tests.conftest import open_dossier

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GOOD = (
    "Nom;SIREN;Régime de TVA;Fin d'exercice;Date de reprise;Comptable\n"
    "Garage Dupont;732 829 320;Réel normal, mensuel (CA3);31/12;01/01/2026;bruno@martin.example\n"
    "Fleurs d'Été;;;;;\n"
)


def read(text: str | bytes) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return read_base(io.BytesIO(content), today=timezone.localdate())


def test_a_csv_is_read_whatever_its_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        rows, ignored = read(GOOD.encode(encoding))
        assert [row.values["name"] for row in rows] == ["Garage Dupont", "Fleurs d'Été"]
        assert rows[0].values["vat_regime"] == "monthly"
        assert rows[0].values["year_end"] == "12-31"
        assert rows[0].values["takeover_date"] == "2026-01-01"
        assert ignored == []


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("A;31/02/2026;", "n’est pas une date"),
        ("A;;Trimestrielle peut-être", "n’est pas connu"),
    ],
)
def test_a_faulty_cell_is_told_beside_its_line(cells: str, fault: str) -> None:
    rows, _ignored = read(f"Nom;Date de reprise;Régime de TVA\nB;;\n{cells}\n")
    assert rows[0].faults == []
    assert rows[1].line == 3
    assert fault in rows[1].faults[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 not a workbook", b"SIREN;Ville\n732829320;Lyon\n", b"Nom;SIREN\n"],
)
def test_what_is_no_such_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableBase):
        read(content)


def test_columns_that_mean_nothing_here_are_named() -> None:
    _rows, ignored = read("Nom;Ville;Humeur\nA;Lyon;bonne\n")
    assert ignored == ["Ville", "Humeur"]


def drop(client: Client, content: bytes, name: str = "clients.csv") -> BaseImport:
    answer = client.post(
        reverse("base:list", args=["martin"]),
        {"file": SimpleUploadedFile(name, content)},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    return int(answer.json()["url"].rstrip("/").rpartition("/")[2])  # type: ignore[return-value]


def confirm(client: Client, pk: Any) -> Any:
    client.post(reverse("base:confirm", args=["martin", pk]))
    for job_id in jobs.due():
        jobs.run(job_id)
    return client.get(reverse("base:one", args=["martin", pk])).context["base"]


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.people["alice"], backend=BACKEND)
    return client


def seen_by(cast: Cast, who: str) -> dict[str, Dossier]:
    with scope.open_scope(scope.Scope(user=cast.people[who].pk)):
        return {one.name: one for one in Dossier.objects.all()}


@pytest.mark.django_db
def test_nothing_is_written_before_it_is_confirmed_and_then_all_of_it(
    admin: Client, cast: Cast
) -> None:
    before = seen_by(cast, "alice")
    pk = drop(admin, GOOD.encode())
    assert seen_by(cast, "alice") == before
    page = admin.get(reverse("base:one", args=["martin", pk]))
    assert "Importer 2 lignes" in page.text.replace("\u00a0", " ").replace("\u202f", " ")

    base = confirm(admin, pk)

    assert (base.state, base.count("create"), base.count("refused")) == ("done", 2, 0)
    made = seen_by(cast, "alice")["Garage Dupont"]
    assert (made.siren, made.vat_regime, made.year_end) == ("732829320", "monthly", "12-31")
    with open_dossier(cast.people["alice"], made):
        (grant,) = DossierGrant.objects.filter(dossier=made)
    assert (grant.user_id, grant.role) == (cast.people["bruno"].pk, "assigned")
    assert "Garage Dupont" in seen_by(cast, "bruno")
    assert "Fleurs d'Été" not in seen_by(cast, "bruno")


@pytest.mark.row("X0.3")
@pytest.mark.django_db
def test_the_template_brings_the_existing_clients_with_their_identifier_and_updates_them(
    admin: Client, cast: Cast
) -> None:
    answer = admin.get(reverse("base:template", args=["martin"]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    headings, row = sheet.to_python()[:2]
    assert headings == list(HEADINGS.values())
    assert row[:2] == [str(cast.boulangerie.pk), cast.boulangerie.name]

    changed = {"id": row[0], "name": row[1], "siren": "552100554", "legal_form": "SAS"}
    pk = drop(admin, template([changed]), "clients.xlsx")
    base = confirm(admin, pk)

    assert (base.count("update"), base.count("create")) == (1, 0)
    found = seen_by(cast, "alice")
    assert len(found) == 1
    assert found[cast.boulangerie.name].legal_form == "SAS"
    again = drop(admin, admin.get(reverse("base:template", args=["martin"])).content, "c.xlsx")
    page = admin.get(reverse("base:one", args=["martin", again]))
    assert page.context["base"].count("unchanged") == 1


@pytest.mark.django_db
def test_each_row_has_its_own_outcome(admin: Client, cast: Cast) -> None:
    text = (
        "Identifiant;Nom;SIREN;Comptable\n"
        ";Un;73282932000074;\n"  # a SIRET: its first nine digits
        ";Deux;732829320;\n"  # the same company again
        ";Trois;123456789;\n"  # a false key
        "99999;Quatre;;\n"
        ";;;bruno@martin.example\n"
        ";Six;;eve@durand.example\n"
        ";=1+1;;\n"
    )
    pk = drop(admin, text.encode())
    base = confirm(admin, pk)
    assert [row["action"] for row in base.rows] == [
        "create", "refused", "refused", "refused", "refused", "refused", "create",
    ]  # fmt: skip
    assert base.rows[0]["values"]["siret"] == "73282932000074"
    said = [row["message"] for row in base.rows[1:6]]
    for word, message in zip(
        ("à la ligne 2", "SIREN", "99999", "nom manque", "collaborateur"), said, strict=True
    ):
        assert word in message
    detail = admin.get(reverse("base:outcome", args=["martin", pk])).text
    assert ";'=1+1;" in detail


@pytest.mark.row("X0.2")
@pytest.mark.parametrize(("who", "status"), [("bruno", 403), ("denis", 404), ("eve", 404)])
@pytest.mark.django_db
def test_migrating_the_firms_data_is_for_administrators(
    who: str, status: int, client: Client, cast: Cast
) -> None:
    client.force_login(cast.people[who], backend=BACKEND)
    for name in ("base:list", "base:template"):
        assert client.get(reverse(name, args=["martin"])).status_code == status
    file = SimpleUploadedFile("c.csv", GOOD.encode())
    assert client.post(reverse("base:list", args=["martin"]), {"file": file}).status_code == status


@pytest.mark.django_db
def test_another_administrator_does_not_read_it(admin: Client, cast: Cast) -> None:
    from firm.models import Membership

    pk = drop(admin, GOOD.encode())
    martin = cast.firms["martin"]
    with scope.open_scope(
        scope.Scope(user=cast.people["alice"].pk, firm=martin.pk, firm_write=True)
    ):
        Membership.objects.filter(user=cast.people["chloe"]).update(role="admin", sees_all=True)
    admin.force_login(cast.people["chloe"], backend=BACKEND)
    assert admin.get(reverse("base:list", args=["martin"])).status_code == 200
    assert admin.get(reverse("base:one", args=["martin", pk])).status_code == 404


@pytest.mark.django_db
def test_it_is_confirmed_or_dropped_once(admin: Client, cast: Cast) -> None:
    pk = drop(admin, GOOD.encode())
    assert admin.post(reverse("base:drop", args=["martin", pk])).status_code == 302
    assert admin.post(reverse("base:confirm", args=["martin", pk])).status_code == 409
    assert len(seen_by(cast, "alice")) == 1


@pytest.mark.django_db
def test_a_row_that_names_the_accountant_who_is_there_changes_nothing(
    admin: Client, cast: Cast
) -> None:
    own = f"{cast.boulangerie.pk};{cast.boulangerie.name};"
    text = f"Identifiant;Nom;Comptable\n{own}bruno@martin.example\n"
    pk = drop(admin, text.encode())
    page = admin.get(reverse("base:one", args=["martin", pk]))
    assert page.context["base"].rows[0]["action"] == "unchanged"


@pytest.mark.django_db
def test_the_preview_costs_the_same_queries_for_one_row_and_for_thirty(admin: Client) -> None:
    def cost(rows: int) -> int:
        lines = "".join(f"Client {at};bruno@martin.example\n" for at in range(rows))
        with CaptureQueriesContext(connection) as asked:
            drop(admin, f"Nom;Comptable\n{lines}".encode())
        return len(asked)

    cost(1)  # what is asked once a process
    assert cost(1) == cost(30)
