"""`Idempotency-Key`: a request sent again by a program that heard no answer is carried out once.

As in the draft « The Idempotency-Key HTTP Header Field » of the IETF.  The key is one person's.
Its row is inserted first, in the transaction of the work: a duplicate that arrives meanwhile waits
at the unique constraint, then finds the answer, or does the work itself if the first was refused.
A refusal is not kept: nothing was done, and the same request may pass once its cause is gone.

Rights are checked before any answer is given again: who has lost them is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from firm.errors import BusinessError, Conflict
from firm.models import KeptAnswer, User

KEPT = dt.timedelta(hours=24)
LONGEST = 255
HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description=(
        "Une clé que vous tirez au hasard (un UUID, 255 caractères au plus). La même demande sous"
        " la même clé reçoit pendant 24 heures la première réponse, avec l’en-tête"
        " `Idempotent-Replayed` ; une autre demande sous cette clé est refusée : 409"
        " `idempotency_clash`."
    ),
)  # fmt: skip

Handler = Callable[..., HttpResponseBase]


class IdempotencyClash(Conflict):
    """The key was used for another request."""

    code = "idempotency_clash"
    title = "Clé déjà employée"


class IdempotencyKeyInvalid(BusinessError):
    """The key is empty, too long, or no plain text."""

    code = "idempotency_key_invalid"
    status = 400
    title = "Clé inutilisable"


def idempotent(handler: Handler) -> Handler:
    """Decorate a `post` of the API: with a key, it does its work once."""

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = _key_of(request)
        if key is None:
            return handler(view, request, *args, **kwargs)
        row, is_first = _reserve(cast(User, request.user).id, key, _fingerprint(request))
        if not is_first:
            return _again(row)
        answer = handler(view, request, *args, **kwargs)
        _keep(row, answer)
        return answer

    documented: Handler = extend_schema(parameters=[HEADER])(once)
    documented.is_idempotent = True  # type: ignore[attr-defined]
    return documented


def _key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (key.strip() and len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalid(
            "La clé de l’en-tête Idempotency-Key doit avoir de 1 à 255 caractères ASCII : prenez un"
            " UUID."
        )
    return key


def _reserve(user: int, key: str, fingerprint: str) -> tuple[KeptAnswer, bool]:
    """The key's row, and whether this request is the one to do the work.

    Raises:
        IdempotencyClash: the key belongs to another request.
    """
    mine = KeptAnswer.objects.filter(user_id=user)
    mine.filter(created_at__lt=Now() - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO firm_keptanswer (user_id, key, fingerprint) VALUES (%s, %s, %s)"
            " ON CONFLICT (user_id, key) DO NOTHING",
            (user, key, fingerprint),
        )
        is_first = cursor.rowcount == 1
    row = mine.get(key=key)
    if row.fingerprint != fingerprint:
        raise IdempotencyClash(
            "Cette clé a déjà servi à une autre demande. Prenez une clé neuve pour chaque demande."
        )
    return row, is_first


def _keep(row: KeptAnswer, answer: HttpResponseBase) -> None:
    """Complete the row with the answer, as text: it is given again to the byte."""
    body = json.dumps(getattr(answer, "data", None), cls=JSONEncoder, ensure_ascii=False)
    KeptAnswer.objects.filter(pk=row.pk).update(status=answer.status_code, body=body)


def _again(row: KeptAnswer) -> Response:
    answer = Response(json.loads(row.body), status=row.status)
    answer["Idempotent-Replayed"] = "true"
    return answer


def _fingerprint(request: Request) -> str:
    """A digest of what is asked; two bodies that say the same in another order are the same."""
    digest = hashlib.sha256()
    asked = [request.method, request.get_full_path(), *_fields(request.data)]
    digest.update(json.dumps(asked, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _fields(data: Any) -> Iterator[Any]:
    """JSON as it is; a form field by field, files by their bytes (boundaries change)."""
    if not hasattr(data, "lists"):
        yield data
        return
    for name, values in sorted(data.lists()):
        yield name, [_file(one) if isinstance(one, UploadedFile) else one for one in values]


def _file(file: UploadedFile[Any]) -> tuple[str | None, str]:
    digest = hashlib.sha256()
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    return file.name, digest.hexdigest()
