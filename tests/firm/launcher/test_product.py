"""`./run` from end to end, around a product of three tiny programs."""

import os
import signal
import time

import pytest

from firm.launcher.processes import start_time
from tests.firm.launcher.conftest import Checkout, comes_true, line_of, said_by

pytestmark = pytest.mark.xdist_group("launcher")
ALL = {"postgres", "valkey", "web", "worker", "beat"}


def test_run_starts_everything_and_ctrl_c_ends_it_within_ten_seconds(
    new_checkout: Checkout,
) -> None:
    product = new_checkout.start()
    pids = new_checkout.pids()
    assert set(pids) == ALL

    began = time.monotonic()
    product.send_signal(signal.SIGINT)
    progress = said_by(product)

    assert product.wait(timeout=10) == 0
    assert time.monotonic() - began < 10
    assert "tables made, demo wanted" in progress
    assert [name for name, pid in pids.items() if start_time(pid)] == []
    assert new_checkout.pids() == {}


def test_the_demo_logins_follow_the_address(checkout: Checkout) -> None:
    product = checkout.start()

    logins = [line_of(product) for _ in range(9)]

    assert logins[1] == "Demo logins, all with the password demo-2026:\n"
    assert logins[2].split()[0] == "alice@martin.example"
    assert logins[8].split()[0] == "fred@durand.example"


def test_kill_9_of_the_launcher_leaves_no_process_and_the_next_start_works(
    checkout: Checkout,
) -> None:
    product = checkout.start()
    groups = checkout.pids().values()

    product.kill()
    product.communicate()

    assert comes_true(lambda: not any(group_lives(pid) for pid in groups))
    checkout.start()


def group_lives(leader: int) -> bool:
    """Whether any process of the group is there and no zombie."""
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return start_time(leader) is not None


def test_kill_9_of_everything_is_survived(checkout: Checkout) -> None:
    product = checkout.start()
    pids = checkout.pids()
    for pid in [product.pid, *pids.values()]:
        os.kill(pid, signal.SIGKILL)
    product.communicate()

    checkout.start()

    assert set(checkout.pids()) == ALL
    assert set(checkout.pids().values()).isdisjoint(pids.values())


def test_the_second_start_says_where_the_first_one_is(checkout: Checkout) -> None:
    checkout.start()

    second = checkout.launcher("up")
    _, said = second.communicate(timeout=10)

    assert second.returncode == 1
    assert f"Already running at http://127.0.0.1:{checkout.port}" in said


def test_a_crashed_part_comes_back_and_its_end_is_told(checkout: Checkout) -> None:
    product = checkout.start()
    crashed = checkout.pids()["beat"]

    os.kill(crashed, signal.SIGKILL)

    assert comes_true(lambda: checkout.pids().get("beat", crashed) != crashed)
    product.send_signal(signal.SIGTERM)
    assert "beat ended by itself (signal 9)" in said_by(product)


def test_a_part_that_cannot_start_ends_all_with_its_last_words(checkout: Checkout) -> None:
    (checkout.root / "celery.py").write_text("raise SystemExit('no such module')")

    product = checkout.launcher("up")
    printed, said = product.communicate(timeout=90)

    assert (product.returncode, printed) == (1, "")
    assert "did not start.\nno such module" in said
    assert checkout.pids() == {}


def test_a_database_that_cannot_be_prepared_starts_nothing(checkout: Checkout) -> None:
    (checkout.root / "manage.py").write_text("raise SystemExit('no such table')")

    product = checkout.launcher("up")
    printed, said = product.communicate(timeout=90)

    assert (product.returncode, printed) == (1, "")
    assert "no such table" in said
    assert "Nothing else was started" in said
