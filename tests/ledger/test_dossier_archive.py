"""A dossier as one archive, and back in another firm: the same books; a tampered one is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from clients.models import Dossier
from firm import scope
from firm.errors import BusinessError
from firm.models import AuditEvent, Firm, OutgoingEmail, User
from ledger.models import AnomalyDismissal, Entry, EntryText
from ledger.portable import reading
from ledger.portable.reading import open_archive
from ledger.portable.tables import portable_tables
from ledger.queries.drift import drifts, stale_counters
from tests.clients.account_acts import signed_in
from tests.conftest import open_dossier
from tests.ledger.duplicate_items import D, invoice, search, supplier
from tests.ledger.portable_dossiers import (
    PDF,
    exported,
    manifest_of,
    portrait,
    rewritten,
    run_all,
    taken_in,
    validate_some,
    with_document,
)
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send

pytestmark = pytest.mark.django_db(transaction=True)
FILES = (REAL, "111111111FEC20221231.TXT")


def books(dossier: Dossier, by: User, name: str = REAL) -> None:
    row = confirm(dossier, by, send(dossier, by, (DATA / name).read_bytes(), name))
    assert row.state == "imported", row.error
    run_all()
    with_document(dossier, by)


@pytest.mark.row("B18", "X3.2")
@pytest.mark.parametrize("name", FILES)
def test_exported_and_taken_in_elsewhere_it_is_the_same_dossier(
    name: str, boulangerie: Dossier, alice: User, eve: User, durand: Firm, tmp_path: Path
) -> None:
    books(boulangerie, alice, name)
    validate_some(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        moulin = supplier(boulangerie, "Moulin neuf")
        for _ in range(2):
            invoice(boulangerie, moulin, "FA-9001", 60_000, D(2025, 3, 10))
        search(boulangerie, alice)
        AnomalyDismissal.objects.create(
            dossier=boulangerie, year_end=D(2022, 12, 31), rule="small_asset", line_no=1,
            entry_id=Entry.objects.order_by("-id").values_list("id")[:1], reason="Vu",
            act=uuid.uuid4(), created_by=alice.id,
        )  # fmt: skip
    before = portrait(boulangerie, alice)
    assert all(before.values()), [key for key, rows in before.items() if not rows]

    _job, content = exported(boulangerie, alice)
    other, job = taken_in(durand, eve, content, tmp_path)

    assert job.state == "done", job.error
    with open_dossier(eve, other):
        other.refresh_from_db()
    assert (other.status, other.firm_id) == ("active", durand.id)
    assert portrait(other, eve) == before
    kept = f"documents/{other.id}/{hashlib.sha256(PDF).hexdigest()}"
    with default_storage.open(kept) as source:
        assert source.read() == PDF
    assert default_storage.exists(f"fec/{other.id}/{before['imports'][0][1]}")
    with open_dossier(eve, other):
        assert list(drifts(other.id)) == []
        assert stale_counters(other.id) == []
        assert EntryText.objects.filter(dossier_id=other.id).exists()
    assert portrait(boulangerie, alice) == before


@pytest.mark.row("B18", "X3.2")
def test_the_archive_holds_what_people_read_and_names_the_hash_of_all_of_it(
    boulangerie: Dossier, alice: User
) -> None:
    books(boulangerie, alice)
    job, content = exported(boulangerie, alice)
    manifest = manifest_of(content)
    with open_dossier(alice, boulangerie):
        acts = AuditEvent.objects.filter(action__endswith="_exported")
        assert [event.action for event in acts] == ["ledger.dossier_exported"], (
            "what another runner may write again is no act of its own"
        )
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        names = set(held.namelist())
        for each in manifest["files"]:
            data = held.read(each["path"])
            assert (len(data), hashlib.sha256(data).hexdigest()) == (each["size"], each["sha256"])
        year = "exercices/2022-08-31/"
        assert f"{year}000000000FEC20220831.txt" in names
        assert {f"{year}{name}.{form}" for name in ("balance", "grand-livre")
                for form in ("csv", "xlsx")} <= names  # fmt: skip
        balance = held.read(f"{year}balance.csv").decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(balance), delimiter=";"))) > 50
        entries = held.read("donnees/ledger.entry.jsonl").splitlines()
        assert len(entries) == 2033
        assert json.loads(entries[0])["number"]
        people = json.loads(held.read("personnes.json"))
        assert "denis@boulangerie.example" in {each["email"] for each in people}
        assert {"journal.jsonl", "mails.jsonl", "dossier.json", "contacts.json"} <= names
    assert names == {each["path"] for each in manifest["files"]} | {"manifest.json"}
    with open_dossier(alice, boulangerie):
        event = AuditEvent.objects.get(action="ledger.dossier_exported")
        assert event.details["sha256"] == hashlib.sha256(content).hexdigest()
        mail = OutgoingEmail.objects.get(kind="dossier_export")
        assert (mail.recipient, f"/{job.id}/" in mail.text) == (alice.email, False)
        assert "/dossier/boulangerie/parametres/export/" in mail.text


def _other_row(members: dict[str, bytes]) -> None:
    name = "donnees/ledger.account.jsonl"
    members[name] = members[name].replace(b"Banque", b"Caisse") + b""
    members[name] = members[name][:-2] + b"X\n"


def _missing(members: dict[str, bytes]) -> None:
    del members["personnes.json"]


def _added(members: dict[str, bytes]) -> None:
    members["donnees/autre.jsonl"] = b"{}\n"


def _slip(members: dict[str, bytes]) -> None:
    members["../../etc/passwd"] = b"x"


def _absolute(members: dict[str, bytes]) -> None:
    members["/etc/passwd"] = b"x"


def _bomb(members: dict[str, bytes]) -> None:
    members["donnees/gros.jsonl"] = b"\0" * (reading.FREE_GROWTH + (8 << 20))


def _version(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps({**manifest, "version": 99}).encode()


def _no_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def _odd_manifest(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b'{"format": "cabinet-dossier"}'


@pytest.mark.row("B18")
def test_an_archive_that_is_not_what_was_exported_is_refused_and_leaves_nothing(
    boulangerie: Dossier, alice: User, eve: User, durand: Firm, tmp_path: Path
) -> None:
    _job, content = exported(boulangerie, alice)
    cases: list[tuple[Any, str, str]] = [
        (_other_row, "archive_tampered", "empreinte"), (_missing, "archive_tampered", "personnes"),
        (_added, "archive_tampered", "autre.jsonl"), (_slip, "archive_unsafe", "passwd"),
        (_absolute, "archive_unsafe", "passwd"), (_bomb, "archive_unsafe", "démesuré"),
        (_version, "archive_version", "version 99"),
        (_no_manifest, "archive_unreadable", "manifeste"),
        (_odd_manifest, "archive_unreadable", "manifeste"),
    ]  # fmt: skip
    with open_dossier(alice, boulangerie):
        supplier(boulangerie, "Banque")
    for change, code, said in cases:
        with pytest.raises(BusinessError) as refused:
            taken_in(durand, eve, rewritten(content, change), tmp_path)
        assert (refused.value.code, said in refused.value.message) == (code, True), change
    for broken in (content[:-40], b"pas une archive", b""):
        with pytest.raises(reading.ArchiveUnreadable):
            taken_in(durand, eve, broken, tmp_path)
    with scope.open_scope(scope.Scope(user=eve.id, firm=durand.id)):
        assert not Dossier.objects.filter(slug__startswith="boulangerie").exists()


@pytest.mark.row("B18")
def test_a_size_that_lies_is_found_before_the_bytes_are_taken(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    _job, content = exported(boulangerie, alice)

    def shrink(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["files"][0]["size"] = 1
        members["manifest.json"] = json.dumps(manifest).encode()

    path = tmp_path / "menteuse.zip"
    path.write_bytes(rewritten(content, shrink))
    with pytest.raises(reading.ArchiveTampered):
        open_archive(path)


@pytest.mark.row("B18")
def test_every_business_table_goes_along_or_is_left_out_by_name() -> None:
    labels = {table.label for table in portable_tables()}
    assert {"ledger.entryline", "ledger.invoice", "ledger.lettering", "clients.document",
            "ledger.duplicateflag", "clients.contact"} <= labels  # fmt: skip
    order = [table.name for table in portable_tables()]
    for table in portable_tables():
        for parent in set(table.keys.values()) - {table.name}:
            assert order.index(parent) < order.index(table.name), (table.name, parent)


@pytest.mark.row("B18")
def test_by_the_screen_and_by_the_command_the_archive_becomes_a_dossier(
    boulangerie: Dossier, alice: User, eve: User, durand: Firm, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        supplier(boulangerie, "Moulin")
    _job, content = exported(boulangerie, alice)
    sent = io.BytesIO(content)
    sent.name = "boulangerie.zip"
    answer = signed_in(eve).post("/cabinet/durand/archives/", {"file": sent})
    assert answer.status_code == 302
    run_all()
    slug = answer["Location"].strip("/").split("/")[1]
    assert signed_in(eve).get(f"/dossier/{slug}/").status_code == 200
    assert signed_in(alice).get(f"/dossier/{slug}/").status_code == 404

    path = tmp_path / "boulangerie.zip"
    path.write_bytes(content)
    said = io.StringIO()
    call_command("dossier_import", str(path), "--firm", "durand", "--name", "Reprise", stdout=said)
    other = said.getvalue().split()[-1]
    assert other != slug
    page = signed_in(eve).get(f"/dossier/{other}/").content.decode()
    assert "Reprise" in page
    path.write_bytes(content[:-9])
    with pytest.raises(CommandError, match="archive de dossier"):
        call_command("dossier_import", str(path), "--firm", "durand")
    with pytest.raises(CommandError, match="Aucun cabinet"):
        call_command("dossier_import", str(path), "--firm", "inconnu")


def test_jobs_bins_and_the_keys_of_a_bank_stay_at_home() -> None:
    labels = {table.label for table in portable_tables()}

    assert {"ledger.invoice", "ledger.banktransaction", "ledger.bankrule"} <= labels
    assert not {"ledger.bankconnection", "ledger.jobrow", "ledger.sealedarchive"} & labels
    assert not any("binned" in label for label in labels)
