"""Documents: kept by content, judged by their bytes, served inert, each to whom it may concern."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from clients.actions import documents
from clients.actions.documents import (
    DocumentEmpty,
    DocumentInUse,
    DocumentIsProgram,
    DocumentTooLarge,
    keep_document,
    restore_document,
    trash_document,
)
from clients.document_kinds import clean_name, judge, preview_of
from clients.models import Document, Dossier
from firm.models import AuditEvent, User
from tests.conftest import open_dossier

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n%%EOF\n"
HOME = "/dossier/boulangerie/documents/"
API = "/api/dossiers/boulangerie/documents/"


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, form)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bombe.txt", b"0" * 10_000_000)
    return out.getvalue()


def keep(dossier: Dossier, by: User, content: bytes = PDF, name: str = "facture.pdf") -> Document:
    return keep_document(dossier, io.BytesIO(content), name=name, by=by)


@pytest.mark.parametrize(
    ("content", "kind", "preview"),
    [
        (PDF, "application/pdf", "pdf"),
        (b"\xef\xbb\xbf" + PDF, "application/pdf", "pdf"),
        (b"@PJL\r\n" + PDF, "application/pdf", "pdf"),
        (picture("PNG"), "image/png", "image"),
        (picture("JPEG"), "image/jpeg", "image"),
        (picture("WEBP"), "image/webp", "image"),
        (picture("TIFF"), "image/tiff", ""),
        (archive(), "application/zip", ""),
        ("Relevé d’août\n".encode(), "text/plain; charset=utf-8", "text"),
        ("é".encode() * 40_000, "text/plain; charset=utf-8", "text"),
        ("Déjà réglé en août\n".encode("cp1252"), "text/plain; charset=windows-1252", "text"),
        (b"<!DOCTYPE html><p>x", "text/html", ""),
        (b"bonjour <script>alert(1)</script>", "text/html", ""),
        (b"<?xml version='1.0'?><svg onload='alert(1)'/>", "image/svg+xml", ""),
        (b"<svg onload=alert(1)>", "image/svg+xml", ""),
        (b"<?xml version='1.0'?><Invoice/>", "application/xml", ""),
        (b"\x00\x01\x02rien", "application/octet-stream", ""),
        (b"", "application/octet-stream", ""),
    ],
)  # fmt: skip
def test_a_file_is_judged_by_its_first_bytes(content: bytes, kind: str, preview: str) -> None:
    assert judge(content[: 64 * 1024]) == kind
    assert preview_of(kind) == preview


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Facture n° 12.pdf", "Facture n° 12.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\facture.pdf", "facture.pdf"),
        ("fac\r\nSet-Cookie: x.pdf", "fac Set-Cookie_ x.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\x00b\u200bc.pdf", "abc.pdf"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
        ("...", "document"),
        ("", "document"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_loses_what_could_deceive(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_the_same_bytes_are_stored_once_whatever_their_names(alice: User, inside: Dossier) -> None:
    first, second = keep(inside, alice), keep(inside, alice, name="copie.pdf")

    assert first.sha256 == second.sha256
    assert first.id != second.id
    assert default_storage.listdir(f"documents/{inside.id}")[1] == [first.sha256]
    assert (first.size, first.content_type) == (len(PDF), "application/pdf")
    assert AuditEvent.objects.filter(action="clients.document_kept").count() == 2


def test_what_cannot_be_kept_is_refused_and_nothing_stays(
    alice: User, inside: Dossier, settings: Any
) -> None:
    settings.DOCUMENT_MAX_BYTES = 2_000_000
    with pytest.raises(DocumentEmpty, match="est vide"):
        keep(inside, alice, b"", "vide.pdf")
    with pytest.raises(DocumentTooLarge, match="dépasse 2\u00a0Mo"):
        keep(inside, alice, b"x" * 2_000_001, "gros.txt")
    with pytest.raises(DocumentIsProgram, match="est un programme"):
        keep(inside, alice, b"MZ\x90\x00" + b"\x00" * 100, "facture.pdf")
    assert not Document.objects.exists()
    assert not default_storage.exists(f"documents/{inside.id}")


def test_an_archive_is_kept_as_it_is_and_never_unpacked(alice: User, inside: Dossier) -> None:
    made = keep(inside, alice, archive(), "dix-mega.zip")

    assert made.size < 20_000
    assert preview_of(made.content_type) == ""


def test_the_bin_keeps_a_document_and_gives_it_back(alice: User, inside: Dossier) -> None:
    made = keep(inside, alice)
    trash_document(made, by=alice)
    made.refresh_from_db()
    assert (made.state, made.trashed_at is None) == ("trashed", False)

    restore_document(made, by=alice)
    made.refresh_from_db()
    assert (made.state, made.trashed_at) == ("to_file", None)


def test_what_is_shown_somewhere_is_not_thrown_away(
    alice: User, inside: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "_uses", [lambda _document: "Joint à la facture 12."])
    with pytest.raises(DocumentInUse, match="facture 12"):
        trash_document(keep(inside, alice), by=alice)


@pytest.mark.parametrize(
    ("content", "name", "kind", "is_shown"),
    [
        (PDF, "facture.pdf", "application/pdf", True),
        (picture("PNG"), "ticket.html", "image/png", True),
        (b"bonjour", "lettre.txt", "text/plain; charset=utf-8", True),
        (b"<html><script>alert(1)</script>", "facture.pdf", "application/octet-stream", False),
        (b"<svg onload=alert(1)>", "logo.png", "application/octet-stream", False),
        (archive(), "a.zip", "application/octet-stream", False),
    ],
)
def test_a_document_is_served_inert(
    client: Client, alice: User, boulangerie: Dossier, content: bytes, name: str, kind: str,
    is_shown: bool,
) -> None:  # fmt: skip
    with open_dossier(alice, boulangerie):
        made = keep(boulangerie, alice, content, name)
    client.force_login(alice, backend=BACKEND)
    answer: Any = client.get(f"{HOME}{made.id}/contenu/")

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == kind
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Content-Disposition"].startswith("inline" if is_shown else "attachment")
    saved: Any = client.get(f"{HOME}{made.id}/contenu/?telecharger=1")
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["Content-Type"] == "application/octet-stream"
    assert b"".join(saved.streaming_content) == content


def test_a_browser_that_has_it_is_not_sent_it_again(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = keep(boulangerie, alice)
    client.force_login(alice, backend=BACKEND)
    headers = {"If-None-Match": f'"{made.sha256}"'}

    assert client.get(f"{HOME}{made.id}/contenu/", headers=headers).status_code == 304


def test_bytes_that_the_storage_lost_are_told_in_a_sentence(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = keep(boulangerie, alice)
    default_storage.delete(f"documents/{boulangerie.id}/{made.sha256}")
    client.force_login(alice, backend=BACKEND)
    answer = client.get(f"{HOME}{made.id}/contenu/")

    assert answer.status_code == 404
    assert "n’est plus dans le stockage" in answer.content.decode()


def test_an_employee_sees_his_own_documents_alone(
    client: Client, alice: User, emma: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        hers, other = keep(boulangerie, emma, name="mien.pdf"), keep(boulangerie, alice)
    client.force_login(emma, backend=BACKEND)

    shown: Any = client.get(f"{HOME}{hers.id}/contenu/")
    assert b"".join(shown.streaming_content) == PDF
    assert client.get(f"{HOME}{other.id}/contenu/").status_code == 404
    assert [row["name"] for row in client.get(API).json()["results"]] == ["mien.pdf"]
    assert client.get(f"{API}{other.id}/").status_code == 404
    assert client.get(f"{API}{other.id}/content/").status_code == 404


def test_the_api_takes_a_document_once_for_one_key(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    client.force_login(alice, backend=BACKEND)

    def send() -> Any:
        file = SimpleUploadedFile("facture.pdf", PDF, content_type="text/html")
        return client.post(API, {"file": file}, headers={"Idempotency-Key": "une-fois"})

    first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.json()["content_type"] == "application/pdf"
    assert first.json()["origin"] == "api"
    listed = client.get(API + "?origin=api&q=fact").json()["results"]
    assert [row["id"] for row in listed] == [first.json()["id"]]
    assert client.get(API + "?since=hier").status_code == 422
    content: Any = client.get(f"{API}{first.json()['id']}/content/")
    assert b"".join(content.streaming_content) == PDF


def test_the_api_pages_documents_latest_first(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = [keep(boulangerie, alice, name=f"{n}.pdf") for n in range(3)]
        trash_document(made[2], by=alice)
    client.force_login(alice, backend=BACKEND)
    first = client.get(API + "?limit=1").json()
    second = client.get(f"{API}?limit=1&cursor={first['next']}").json()

    assert [first["results"][0]["name"], second["results"][0]["name"]] == ["1.pdf", "0.pdf"]
    assert second["next"] is None
    trashed = client.get(API + "?state=trashed").json()["results"]
    assert [row["name"] for row in trashed] == ["2.pdf"]


def test_a_bad_file_is_refused_by_api_in_french(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    client.force_login(alice, backend=BACKEND)
    answer = client.post(API, {"file": SimpleUploadedFile("vide.pdf", b"")})

    assert (answer.status_code, answer.json()["code"]) == (422, "document_empty")
    assert "est vide" in answer.json()["detail"]
