"""Digests: when they leave, to whom, exactly once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clients.actions import digests
from clients.actions.grants import revoke_access
from clients.demo import Cast
from clients.digests import first_sending, next_sending
from clients.models import Dossier, DossierStats
from firm import scope
from firm.models import DigestPreference, Job, OutgoingEmail, User
from tests.conftest import open_dossier

PARIS = ZoneInfo("Europe/Paris")


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.row("S4.16")
@pytest.mark.parametrize(
    ("activated", "first"),
    [
        (paris(2026, 11, 28, 9), paris(2026, 11, 30, 10)),
        (paris(2026, 11, 30, 9, 59), paris(2026, 11, 30, 10)),
        (paris(2026, 11, 30, 10), paris(2026, 12, 7, 10)),
        (paris(2026, 3, 28, 12), paris(2026, 3, 30, 10)),  # summer time begins on the 29th
        (paris(2026, 10, 24, 12), paris(2026, 10, 26, 10)),  # and ends on the 25th
    ],
)
def test_the_first_one_leaves_the_first_monday_at_ten_in_paris(
    activated: dt.datetime, first: dt.datetime
) -> None:
    assert first_sending(activated) == first


@pytest.mark.parametrize(
    ("frequency", "after", "following"),
    [
        ("daily", paris(2026, 11, 27, 10), paris(2026, 11, 30, 10)),  # a Friday
        ("daily", paris(2026, 12, 24, 10), paris(2026, 12, 25, 10)),  # holidays included
        ("weekly", paris(2026, 10, 19, 10), paris(2026, 10, 26, 10)),
        ("monthly", paris(2026, 11, 2, 10), paris(2026, 12, 7, 10)),
        ("monthly", paris(2026, 11, 30, 10), paris(2026, 12, 7, 10)),
    ],
)
def test_the_next_one_follows_the_frequency(
    frequency: str, after: dt.datetime, following: dt.datetime
) -> None:
    assert next_sending(frequency, after=after) == following


@given(
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.integers(1_577_836_800, 2_208_988_800).map(lambda s: dt.datetime.fromtimestamp(s, dt.UTC)),
)
def test_every_instant_is_ten_in_paris_and_later_than_asked(
    frequency: str, after: dt.datetime
) -> None:
    following = next_sending(frequency, after=after)
    local = following.astimezone(PARIS)
    assert following > after
    assert (local.hour, local.minute) == (10, 0)
    assert local.weekday() == 0 if frequency != "daily" else local.weekday() < 5


SATURDAY = paris(2026, 11, 28, 9)
MONDAY = paris(2026, 11, 30, 10)
Choose = Callable[..., DigestPreference | None]


@pytest.fixture
def choose(cast: Cast) -> Choose:
    def chosen(
        who: str = "bruno", frequency: str = "weekly", now: dt.datetime = SATURDAY
    ) -> DigestPreference | None:
        with open_dossier(cast.people[who], cast.boulangerie):
            return digests.choose_digest(
                cast.boulangerie, frequency=frequency, by=cast.people[who], now=now
            )

    return chosen


def mails(cast: Cast) -> list[OutgoingEmail]:
    with open_dossier(cast.people["alice"], cast.boulangerie):
        return list(OutgoingEmail.objects.filter(kind="digest").order_by("recipient"))


@pytest.mark.row("S4.16")
@pytest.mark.django_db
def test_nothing_leaves_before_its_monday_and_then_exactly_once(cast: Cast, choose: Choose) -> None:
    choose()
    assert digests.send_due(now=MONDAY - dt.timedelta(seconds=1)) == 0
    assert digests.send_due(now=MONDAY) == 1
    assert digests.send_due(now=MONDAY) == 0
    assert digests.send_due(now=MONDAY + dt.timedelta(minutes=5)) == 0
    (mail,) = mails(cast)
    assert mail.recipient == "bruno@martin.example"
    assert "lundi 30\u00a0novembre 2026" in mail.subject
    assert Job.objects.filter(kind="firm.send_mail", idempotency_key=str(mail.pk)).count() == 1


@pytest.mark.row("S4.16")
@pytest.mark.django_db
def test_an_outage_makes_one_late_and_repeats_none(cast: Cast, choose: Choose) -> None:
    choose(frequency="daily")
    assert digests.send_due(now=MONDAY + dt.timedelta(days=3, hours=2)) == 1
    assert len(mails(cast)) == 1
    with scope.open_scope(scope.Scope(user=cast.people["bruno"].pk)):
        assert DigestPreference.objects.get().next_at == paris(2026, 12, 4, 10)


@pytest.mark.django_db
def test_one_monday_sends_them_all_however_many(
    choose: Choose, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "BATCH", 1)
    for who in ("alice", "bruno", "denis"):
        choose(who)
    assert digests.send_due(now=MONDAY) == 3
    assert len(mails(cast)) == 3


@pytest.mark.row("S4.15")
@pytest.mark.django_db
def test_the_frequency_can_be_changed_and_keeps_the_first_monday(choose: Choose) -> None:
    choose(frequency="monthly")
    changed = choose(frequency="daily", now=paris(2026, 11, 28, 18))
    assert changed is not None
    assert (changed.frequency, changed.next_at) == ("daily", MONDAY)


@pytest.mark.row("S4.17")
@pytest.mark.parametrize("who", ["alice", "bruno", "denis"])
@pytest.mark.django_db
def test_everybody_switches_his_own_on_and_off(who: str, cast: Cast, choose: Choose) -> None:
    assert choose(who) is not None
    assert choose(who, frequency="") is None
    assert digests.send_due(now=MONDAY) == 0


@pytest.mark.django_db
def test_a_right_that_has_gone_ends_the_digest(cast: Cast, choose: Choose) -> None:
    choose("bruno")
    with open_dossier(cast.people["alice"], cast.boulangerie):
        revoke_access(cast.boulangerie, of=cast.people["bruno"], by=cast.people["alice"])
    assert digests.send_due(now=MONDAY) == 0
    assert mails(cast) == []


@pytest.mark.row("S4.13")
@pytest.mark.django_db
def test_the_message_gives_the_figures_of_the_dossier(cast: Cast, choose: Choose) -> None:
    with open_dossier(cast.people["alice"], cast.boulangerie):
        DossierStats.objects.update(
            entries=3, cash=-123456, to_book=2, suspense=0, unlettered=1,
            missing_receipts=14,
            last_entry_on=dt.date(2026, 8, 31),
        )  # fmt: skip
    choose("denis")
    digests.send_due(now=MONDAY)
    text = mails(cast)[0].text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Solde de trésorerie au 31/08/2026 : −1 234,56 €" in text
    assert "À comptabiliser : 2 pièces" in text
    assert "Reçus manquants : 14 pièces" in text
    assert "/dossier/boulangerie/parametres/notifications/" in text


@pytest.mark.row("S4.14")
@pytest.mark.django_db
def test_the_page_ticks_email_beside_notifications(
    client: Client, bruno: User, boulangerie: Dossier
) -> None:
    client.force_login(bruno, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("digests:choice", args=[boulangerie.slug])
    assert "Sélectionnez la fréquence" in client.get(url).text
    answer: Any = client.post(url, {"email": "on", "frequency": "monthly"}, follow=True)
    assert "Prochain point le lundi" in answer.text
    assert boulangerie.name in client.get(reverse("digests:mine")).content.decode().replace(
        "&amp;", "&"
    )
    client.post(url, {"frequency": "monthly"})
    assert boulangerie.name not in client.get(reverse("digests:mine")).text
