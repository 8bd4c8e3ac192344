"""What the tests of people share: browsers of the cast, links as their mail gives them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from clients.actions import blocks
from clients.actions.dossiers import create_dossier
from clients.models import Dossier, DossierGrant
from firm import jobs, mailbox, mailer, scope
from firm.models import Firm, Invitation, Job, Membership, OutgoingEmail, User
from tests.firm.access_table import signed_in

PASSWORD = "Un cheval mange 3 pommes"
LINK = re.compile(r"/invitation/[\w-]+/")


def browser(person: User) -> Client:
    client = signed_in(person)
    client.raise_request_exception = True
    return client


def link_of_last_mail() -> str:
    """The path of the link in the latest invitation that was queued; the courier has not run."""
    job = Job.objects.filter(kind=mailer.KIND).latest("id")
    with scope.open_scope(scope.Scope(token=f"mail:{job.idempotency_key}")):
        text = OutgoingEmail.objects.get().text
    found = LINK.search(text)
    assert found, text
    return found[0]


def mail_of_last_job() -> tuple[OutgoingEmail, Job]:
    job = Job.objects.filter(kind=mailer.KIND).latest("id")
    with scope.open_scope(scope.Scope(token=f"mail:{job.idempotency_key}")):
        return OutgoingEmail.objects.get(), job


def invitation_of(email: str, *, firm: Firm | None = None, dossier: Dossier | None = None) -> Any:
    read = frozenset({dossier.pk}) if dossier else None
    with scope.open_scope(scope.Scope(firm=firm.pk if firm else None, read=read)):
        return Invitation.objects.filter(email=email).latest("created_at")


def memberships(firm: Firm) -> dict[str, str]:
    with scope.open_scope(scope.Scope(firm=firm.pk)):
        rows = Membership.objects.filter(firm=firm).select_related("user")
        return {row.user.email.split("@")[0]: row.role for row in rows}


def grants(dossier: Dossier) -> dict[str, str]:
    with scope.open_scope(scope.Scope(read=frozenset({dossier.pk}))):
        rows = DossierGrant.objects.filter(dossier=dossier).select_related("user")
        return {row.user.email.split("@")[0]: row.role for row in rows}


__all__ = ["PASSWORD", "browser", "grants", "invitation_of", "jobs", "link_of_last_mail",
           "mail_of_last_job", "mailbox", "memberships"]  # fmt: skip


def new_dossier(firm: Firm, maker: User, name: str, **changes: Any) -> Dossier:
    with scope.open_scope(scope.Scope(user=maker.pk, firm=firm.pk, firm_write=True)):
        made = create_dossier(firm, name=name, by=maker)
        with scope.extended(read=frozenset({made.pk}), write=frozenset({made.pk})):
            Dossier.objects.filter(pk=made.pk).update(**changes)
            made.refresh_from_db()
    return made


def inside(firm: Firm, *dossiers: Dossier, user: User | None = None) -> Any:
    ids = frozenset(row.pk for row in dossiers)
    return scope.open_scope(
        scope.Scope(user=user.pk if user else None, firm=firm.pk, firm_write=True,
                    read=ids, write=ids)
    )  # fmt: skip


def block(firm: Firm, person: User, by: User) -> None:
    with scope.open_scope(scope.Scope(user=by.pk, firm=firm.pk, firm_write=True)):
        blocks.block(firm, person, by=by)
