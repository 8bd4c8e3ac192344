"""A statement fetched from an address, with a bearer token.

A person may type any address, so nothing of the server's own network may be reached through it: the
name is resolved once, each of its addresses must be public, and that very address is called.  No
redirection is followed.  Hosts of `BANK_TRUSTED_HOSTS` are the operator's own and may be private.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ledger.bank.connections import AccessExpired, ConnectionDown, Taken
from ledger.bank.lines import MOST_BYTES

TIMEOUT = 15
LONGEST = 60  # seconds for a whole answer
REFUSED = (401, 403)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
NOTHING_NEW = (204, 304, 404)


def checked(url: str, trusted: Collection[str]) -> SplitResult:
    """The parts of an address that may be called.

    Raises:
        ConnectionDown: it is none, or not https outside the trusted hosts.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    host = parts.hostname or ""
    if not host or port == 0 or parts.username or parts.scheme not in ("https", "http"):
        raise ConnectionDown(
            "L’adresse n’est pas valide\u00a0: écrivez https://banque.example/releve."
        )
    if parts.scheme == "http" and host not in trusted:
        raise ConnectionDown("L’adresse doit commencer par https://.")
    return parts


@dataclass(frozen=True)
class HttpSource:
    """An address, its token, and the hosts that may be private."""

    url: str
    token: str = ""
    trusted: Collection[str] = ()
    timeout: float = TIMEOUT

    def take(self) -> list[Taken]:
        """What the address answers; nothing when it says that there is nothing.

        Raises:
            AccessExpired: the token is refused.
            ConnectionDown: it cannot be reached, may not be, or answers something else.
        """
        parts = checked(self.url, self.trusted)
        try:
            status, name, content = self._get(parts)
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionDown(
                f"{parts.hostname} ne répond pas ({type(error).__name__}). Nouvel essai "
                "automatique."
            ) from error
        if status in REFUSED:
            raise AccessExpired(
                f"{parts.hostname} refuse l’accès ({status})\u00a0: renouvelez le jeton auprès "
                "de la banque, puis saisissez-le ici."
            )
        if status in NOTHING_NEW:
            return []
        if status != http.client.OK:
            raise ConnectionDown(_answered(parts.hostname or "", status))
        return [Taken(name, content)] if content else []

    def settle(self, taken: Taken, *, refused: str = "") -> None:
        """Nothing: the bank's side keeps its file, and ours knows it by its bytes."""

    def _get(self, parts: SplitResult) -> tuple[int, str, bytes]:
        link = self._link(parts)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "*/*", "User-Agent": "cabinet-banque/1"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            link.request("GET", path, headers=headers)
            answer = link.getresponse()
            content = _read(answer) if answer.status == http.client.OK else b""
            return answer.status, _name(answer, parts), content
        finally:
            link.close()

    def _link(self, parts: SplitResult) -> http.client.HTTPConnection:
        """A connection to an address that was looked at, under the name that was asked for."""
        host, is_secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_secure else 80)
        plain = self._called(self._addresses(host, port), port)
        if not is_secure:
            link = http.client.HTTPConnection(host, port, timeout=self.timeout)
            link.sock = plain
            return link
        context = ssl.create_default_context()
        secure = http.client.HTTPSConnection(host, port, timeout=self.timeout, context=context)
        secure.sock = context.wrap_socket(plain, server_hostname=host)
        return secure

    def _called(self, addresses: list[str], port: int) -> socket.socket:
        """The first address that answers; the last one's error if none does."""
        for address in addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, port), self.timeout)
        return socket.create_connection((addresses[-1], port), self.timeout)

    def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them being public unless the host is trusted.

        Raises:
            ConnectionDown: one is not.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
        if host not in self.trusted and not all(map(_is_public, addresses)):
            raise ConnectionDown(
                f"{host} désigne une adresse du réseau interne\u00a0: elle n’est pas appelée. "
                "L’exploitant peut l’autoriser (BANK_TRUSTED_HOSTS)."
            )
        return addresses


def _read(answer: http.client.HTTPResponse) -> bytes:
    """The body, up to one byte more than a statement may have.

    Raises:
        TimeoutError: it drips.
    """
    began, blocks, size = time.monotonic(), [], 0
    while size <= MOST_BYTES and (block := answer.read1(64 * 1024)):
        blocks.append(block)
        size += len(block)
        if time.monotonic() - began > LONGEST:
            raise TimeoutError
    return b"".join(blocks)


def _is_public(address: str) -> bool:
    """Whether an address, and any older one that it carries, is of the public network."""
    one = ipaddress.ip_address(address)
    return all(each.is_global and not each.is_multicast for each in (one, *_carried(one)))


def _carried(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if isinstance(one, ipaddress.IPv4Address):
        return []
    found = [one.ipv4_mapped, one.sixtofour, *(one.teredo or ())]
    if one in NAT64:
        found.append(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _answered(host: str, status: int) -> str:
    if status in range(300, 400):
        return (
            f"{host} renvoie vers une autre adresse ({status}), qui n’est pas suivie\u00a0: "
            "saisissez l’adresse finale."
        )
    return f"{host} répond {status}. Nouvel essai automatique."


def _name(answer: http.client.HTTPResponse, parts: SplitResult) -> str:
    said = re.search(r'filename="?([^";]+)', answer.getheader("Content-Disposition") or "")
    return (said[1] if said else parts.path.rsplit("/", 1)[-1]) or "releve"
