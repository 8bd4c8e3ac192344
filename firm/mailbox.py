"""The embedded mailbox: the messages that the file backend writes when no mail server is named.

One file a message, as `firm.mailer` sends them: the message's bytes, then a rule of 79 dashes.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends import filebased

NAME = re.compile(r"\d{8}-\d{6}-\d+")
_RULE = re.compile(rb"\n-{79}\n\Z")


class EmailBackend(filebased.EmailBackend):
    """Django's backend, each connection with a file of its own.

    Django names the file after the second and the backend's address in memory: the next backend
    often gets the same address, and its message was then lost behind the first one's.
    """

    _fname: str | None

    def _get_filename(self) -> str:
        if self._fname is None:
            moment = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
            self._fname = str(Path(self.file_path) / f"{moment}-{uuid4().int}.log")
        return self._fname


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as its reader sees it."""

    id: str
    subject: str
    sender: str
    to: str
    sent_at: dt.datetime
    message_id: str
    text: str = ""
    html: str = ""

    def pieces(self) -> list[tuple[str, bool]]:
        """The text cut at its web addresses; True marks an address."""
        cut = re.split(r"(https?://\S+)", self.text)
        return [(piece, at % 2 == 1) for at, piece in enumerate(cut) if piece]


def letters(limit: int = 200) -> list[Letter]:
    """The latest messages, newest first, without their bodies."""
    return [_letter(path, whole=False) for path in list(_files())[:limit]]


def letter(name: str) -> Letter | None:
    """One message, whole; None when there is no such file."""
    path = _folder() / f"{name}.log"
    return _letter(path, whole=True) if NAME.fullmatch(name) and path.is_file() else None


def holds(message_id: str) -> bool:
    """Whether a message with this Message-ID was delivered here; never, with a real mail server."""
    return settings.IS_EMBEDDED_MAIL and any(
        _letter(path, whole=False).message_id == message_id for path in _files()
    )


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _files() -> Iterator[Path]:
    found = [path for path in _folder().glob("*.log") if NAME.fullmatch(path.stem)]
    yield from sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _letter(path: Path, *, whole: bool) -> Letter:
    parser = BytesParser(EmailMessage, policy=policy.default)
    message = parser.parsebytes(_RULE.sub(b"", path.read_bytes()), not whole)
    # Raw: the structured parsers of Python 3.11 break on some malformed headers.
    headers = {name.lower(): str(value) for name, value in message.raw_items()}
    sent_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    if "date" in headers:
        dated = email.utils.parsedate_to_datetime(headers["date"])
        # « -0000 », which Django writes, is read without a zone: it means UTC.
        sent_at = dated if dated.tzinfo else dated.replace(tzinfo=dt.UTC)
    return Letter(
        id=path.stem,
        subject=_words(headers, "subject"),
        sender=_words(headers, "from"),
        to=_words(headers, "to"),
        sent_at=sent_at,
        message_id=headers.get("message-id", ""),
        text=_part(message, "plain") if whole else "",
        html=_part(message, "html") if whole else "",
    )


def _words(headers: dict[str, str], name: str) -> str:
    return str(make_header(decode_header(headers.get(name, ""))))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
