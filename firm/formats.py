"""French numbers, amounts and dates: the one place that writes and reads them.

Amounts are integer cents.  Thousands are parted by U+00A0, the euro sign and the per cent sign
follow U+00A0, a negative carries the true minus U+2212 (Lexique de l'Imprimerie nationale).
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
THIN = "\u202f"
MINUS = "\u2212"
EURO = "\u00a0€"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.",
    "déc.",
)  # fmt: skip
_DECIMALS = tuple(f",{number:02d}" for number in range(100))
_THOUSANDS = tuple(f"{NBSP}{number:03d}" for number in range(1000))
UNITS = ("octets", "Ko", "Mo", "Go", "To")


def amount(cents: int | None, unit: str = EURO) -> str:
    """`-123456` → « −1 234,56 € »; empty for None, « 0,00 € » for a true zero.

    Written for tables of thousands of cells: look-ups in place of format specifications.
    """
    if cents is None:
        return ""
    if cents < 0:
        return MINUS + amount(-cents, unit)
    if cents < 100_000:
        return f"{cents // 100}{_DECIMALS[cents % 100]}{unit}"
    if cents < 100_000_000:
        return f"{cents // 100_000}{_THOUSANDS[cents // 100 % 1000]}{_DECIMALS[cents % 100]}{unit}"
    return f"{cents // 100:,}".replace(",", NBSP) + _DECIMALS[cents % 100] + unit


def amount_plain(cents: int | None) -> str:
    """`123456` → « 1 234,56 », without the euro sign; empty for None."""
    return amount(cents, "")


def sense(cents: int | None) -> str:
    """« D » for a debit balance (positive cents), « C » for a credit one, empty at zero or None."""
    if not cents:
        return ""
    return "D" if cents > 0 else "C"


def integer(number: int | None) -> str:
    """`1847` → « 1 847 »; empty for None."""
    if number is None:
        return ""
    return f"{number:,}".replace(",", NBSP).replace("-", MINUS)


def decimal_fr(number: Decimal | float | int | None, places: int = 2) -> str:
    """`Decimal("1234.5")` → « 1 234,50 », rounded half up at `places` decimals; empty for None."""
    if number is None:
        return ""
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(str(number)).quantize(step, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}".replace(",", NBSP).replace(".", ",")
    return MINUS + text if rounded < 0 else text


def percent(ratio: Decimal | float | None, places: int = 1, signed: bool = False) -> str:
    """`0.26` → « 26,0 % », with `signed` « +26,0 % »; empty for None."""
    if ratio is None:
        return ""
    text = decimal_fr(Decimal(str(ratio)) * 100, places)
    plus = "+" if signed and ratio > 0 and text.strip("0,") else ""
    return f"{plus}{text}{NBSP}%"


def file_size(size: int | None) -> str:
    """`3_200_000` → « 3,2 Mo » (decimal multiples, one decimal under 10); empty for None."""
    if size is None:
        return ""
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    if unit == 0:
        return f"{size}{NBSP}octet" if size < 2 else f"{size}{NBSP}octets"
    shown = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return f"{shown.removesuffix('.0').replace('.', ',')}{NBSP}{UNITS[unit]}"


def siren(number: str | None) -> str:
    """« 552100554 » → « 552 100 554 », a SIRET « 552 100 554 00013 »; anything else unchanged."""
    digits = re.sub(r"\s", "", number or "")
    if not digits.isdigit() or len(digits) not in (9, 14):
        return number or ""
    return NBSP.join(filter(None, (digits[:3], digits[3:6], digits[6:9], digits[9:])))


def plural(number: int, one: str, many: str | None = None) -> str:
    """« 0 ligne », « 1 ligne », « 1 847 lignes »: in French 0 and 1 are singular."""
    word = one if abs(number) < 2 else (many or one + "s")
    return f"{integer(number)}{NBSP}{word}"


def date_fr(day: dt.date | None) -> str:
    """« 20/11/2026 »; empty for None."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day else ""


def date_long(day: dt.date | None) -> str:
    """« vendredi 20 novembre 2026 », « jeudi 1er octobre 2026 »; empty for None."""
    if not day:
        return ""
    number = f"1er{NBSP}" if day.day == 1 else f"{day.day}{NBSP}"
    return f"{DAYS[day.weekday()]} {number}{MONTHS[day.month - 1]} {day.year}"


def date_short(day: dt.date | None) -> str:
    """« 20 nov. »; empty for None."""
    return f"{day.day}{NBSP}{SHORT_MONTHS[day.month - 1]}" if day else ""


def time_fr(moment: dt.datetime | dt.time | None) -> str:
    """« 14 h 32 », « 14 h »; an aware moment must already be in the reader's zone."""
    if moment is None:
        return ""
    return f"{moment.hour}{NBSP}h" + (f"{NBSP}{moment.minute:02d}" if moment.minute else "")


def datetime_fr(moment: dt.datetime | None) -> str:
    """« 20/11/2026 à 14 h 32 »; an aware moment must already be in the reader's zone."""
    return f"{date_fr(moment)} à {time_fr(moment)}" if moment else ""


def period_fr(since: dt.date | None, until: dt.date | None) -> str:
    """« du 01/01/2026 au 31/12/2026 », « depuis le … », « jusqu'au … »; both days are included."""
    if since and until:
        return f"du {date_fr(since)} au {date_fr(until)}"
    if since:
        return f"depuis le {date_fr(since)}"
    return f"jusqu’au {date_fr(until)}" if until else ""


_TERM = re.compile(r"([+-]?)(\d[\d.,]*|[.,]\d+)")


def parse_amount_fr(text: str) -> int | None:
    """Cents read from what a person types: « 1 234,5 », `1234.5`, « −12 € », `12+3`, « 1.234,56 ».

    None for an empty text.

    Raises:
        ValueError: not an amount, or more than two decimals.
    """
    clean = re.sub(r"[\s'’]", "", text).removesuffix("€").replace(MINUS, "-").replace("–", "-")
    if not clean:
        return None
    terms = list(_TERM.finditer(clean))
    if "".join(term.group() for term in terms) != clean:
        raise ValueError(f"not an amount: {text!r}")
    if any(not term.group(1) for term in terms[1:]):
        raise ValueError(f"not an amount: {text!r}")
    return sum(_cents(term.group(2)) * (-1 if term.group(1) == "-" else 1) for term in terms)


def _cents(number: str) -> int:
    """The last separator is the decimal one, unless it repeats or parts exactly three digits."""
    last = max(number.rfind(","), number.rfind("."))
    mark = number[last] if last >= 0 else ""
    other = {",": ".", ".": ",", "": ""}[mark]
    if mark and number.count(mark) > 1:
        if other and other in number:
            raise ValueError(f"not an amount: {number!r}")
        return _grouped(number, mark) * 100
    whole, _, decimals = number.partition(mark) if mark else (number, "", "")
    if len(decimals) > 2:
        raise ValueError(f"not an amount: {number!r}")
    units = _grouped(whole, other) if other and other in whole else int(whole or 0)
    return units * 100 + int(decimals.ljust(2, "0"))


def _grouped(number: str, mark: str) -> int:
    """`1.234.567` → 1234567; every group but the first has three digits."""
    head, *groups = number.split(mark)
    if not head or len(head) > 3 or any(len(group) != 3 for group in groups):
        raise ValueError(f"not an amount: {number!r}")
    return int(head + "".join(groups))


def parse_date_fr(text: str, today: dt.date) -> dt.date | None:
    """A day typed `jj/mm/aaaa`, `jj/mm/aa`, `jj/mm`, `jjmm`, `jjmmaa`, `jjmmaaaa` or `j`.

    A missing month or year is that of `today` (or of the open year, if the caller prefers).
    Also reads ISO `2026-11-20`.  None for an empty text.

    Raises:
        ValueError: not a date, or a day that does not exist.
    """
    clean = text.strip()
    if not clean:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", clean):
        return dt.date.fromisoformat(clean)
    if re.fullmatch(r"\d{4}|\d{6}|\d{8}", clean):
        parts = [part for part in (clean[:2], clean[2:4], clean[4:]) if part]
    elif re.fullmatch(r"\d{1,2}([/.\- ]\d{1,2}([/.\- ](\d{2}|\d{4}))?)?", clean):
        parts = re.split(r"[/.\- ]", clean)
    else:
        raise ValueError(f"not a date: {text!r}")
    day = int(parts[0])
    month = int(parts[1]) if len(parts) > 1 else today.month
    year = int(parts[2]) if len(parts) > 2 else today.year
    return dt.date(year + 2000 if year < 100 else year, month, day)
