"""What a browser says of itself, in the words of the person who reads his list of sessions."""

from __future__ import annotations

import ipaddress
import re

# The order matters: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)
# Private networks by RFC 1918 and RFC 4193, and link-local addresses.
_LOCAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


def device_name(user_agent: str) -> str:
    """« Firefox sur Windows »; a program that is no browser is named as it names itself."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} sur {system}"
    return browser or system or user_agent.partition("/")[0][:40].strip() or "Appareil inconnu"


def is_phone(user_agent: str) -> bool:
    """Whether it is held in the hand."""
    return bool(re.search(r"iPhone|iPad|Android", user_agent))


def place_of(ip: str) -> str:
    """« 203.0.113.7 »; this machine and the local network are said in words beside the address."""
    address = ipaddress.ip_address(ip)
    if address.is_loopback:
        return f"{ip} (cet ordinateur)"
    if any(address in network for network in _LOCAL):
        return f"{ip} (réseau local)"
    return ip


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), "")
