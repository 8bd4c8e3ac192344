"""People and firms: what a person says of himself, and the first firm of an installation."""

from __future__ import annotations

from itertools import count

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils.text import slugify

from firm import audit, scope
from firm.errors import BusinessError
from firm.models import Firm, Membership, User


class NotAnAddress(BusinessError):
    """What was given as an address is none."""

    code = "not_an_address"
    title = "Adresse invalide"


class NamelessFirm(BusinessError):
    """A firm's name without a single letter or digit."""

    code = "nameless_firm"
    title = "Nom de cabinet manquant"


@transaction.atomic
def change_profile(person: User, *, name: str, single_keys: bool, by: User) -> None:
    """Write down a person's name and whether single letters act on his screens."""
    User.objects.filter(pk=person.pk).update(name=name, single_keys=single_keys)
    audit.record("firm.profile_changed", by=by, person=person.pk)


def create_firm(*, name: str, owner_email: str, by: User | None) -> tuple[Firm, User]:
    """Create a firm and its owner, who has no password yet unless he was known here already.

    `by` is None when the installation's operator does it from the command line.

    Raises:
        NotAnAddress: `owner_email` is no e-mail address.
        NamelessFirm: nothing of `name` is left for an address.
    """
    email = owner_email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotAnAddress(f"« {owner_email} » n’est pas une adresse e-mail.") from error
    if not slugify(name):
        raise NamelessFirm("Donnez au cabinet un nom avec au moins une lettre.")
    with transaction.atomic():
        owner = User.objects.filter(email=email).first() or User.objects.create_user(email)
        new_id = _next_id()
        # The policies let a firm's first member in only under that firm, so the id comes first.
        with scope.open_scope(scope.Scope(user=owner.pk, firm=new_id, firm_write=True)):
            firm = _insert_firm(new_id, name)
            Membership.objects.create(
                firm=firm, user=owner, role=Membership.Role.OWNER, sees_all=True
            )
            audit.record("firm.created", by=by or owner, firm_id=firm.pk, owner=owner.pk)
    return firm, owner


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('firm_firm', 'id'))")
        return int(cursor.fetchone()[0])


def _insert_firm(new_id: int, name: str) -> Firm:
    """Insert it under its name as an address, with a number behind it when that is taken.

    Firms are hidden from one another, so only the insertion itself tells that an address is taken.
    """
    base = slugify(name)[:50]
    for at in count(1):
        slug = base if at == 1 else f"{base}-{at}"
        try:
            with transaction.atomic():
                return Firm.objects.create(id=new_id, name=name.strip(), slug=slug)
        except IntegrityError as error:
            if "slug" not in str(error):
                raise
    raise AssertionError  # count() never ends
