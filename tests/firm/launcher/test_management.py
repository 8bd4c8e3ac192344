import signal

import pytest

from tests.firm.launcher.conftest import Checkout, comes_true, line_of

pytestmark = pytest.mark.xdist_group("launcher")


def test_only_the_command_writes_to_standard_output(checkout: Checkout) -> None:
    command = checkout.launcher("manage", "print", "DATABASE_URL")

    printed, said = command.communicate("typed, ", timeout=90)

    assert command.returncode == 0
    assert printed.startswith("typed, postgresql://firm_app@/firm?host=")
    assert printed.count("\n") == 1
    assert "noise of print" in said
    assert checkout.pids() == {}


@pytest.mark.parametrize("code", [0, 3])
def test_the_commands_exit_code_is_ours(checkout: Checkout, code: int) -> None:
    command = checkout.launcher("manage", "exit", str(code))
    command.communicate(timeout=90)

    assert command.returncode == code


def test_the_tables_are_made_once_and_without_a_demo(new_checkout: Checkout) -> None:
    first = new_checkout.launcher("manage", "exit", "0").communicate(timeout=90)[1]
    second = new_checkout.launcher("manage", "exit", "0").communicate(timeout=90)[1]

    assert "tables made, demo 0" in first
    assert "tables made" not in second


def test_a_command_beside_the_product_uses_its_engines_and_leaves_them(checkout: Checkout) -> None:
    product = checkout.start()
    before = checkout.pids()

    command = checkout.launcher("manage", "print", "REDIS_URL")
    printed, said = command.communicate(timeout=90)

    assert printed == f"unix://{checkout.data.valkey}/valkey.sock\n"
    assert "Creating the database" not in said
    assert checkout.pids() == before
    assert product.poll() is None


def test_two_commands_at_once_share_the_engines_of_the_first(checkout: Checkout) -> None:
    (checkout.root / "manage.py").write_text(
        "import os, sys, time\n"
        "if sys.argv[1] == 'prepare': sys.exit()\n"
        "print(os.environ['REDIS_URL'], flush=True)\n"
        "while not os.path.exists(sys.argv[1]): time.sleep(0.05)\n"
    )
    first = checkout.launcher("manage", "first-may-end")
    line_of(first)
    pids = checkout.pids()
    second = checkout.launcher("manage", "second-may-end")
    line_of(second)

    (checkout.root / "first-may-end").touch()
    assert not comes_true(lambda: first.poll() is not None, seconds=0.7)
    assert checkout.pids() == pids
    (checkout.root / "second-may-end").touch()
    assert (second.wait(timeout=10), first.wait(timeout=10)) == (0, 0)


def test_an_interrupted_command_ends_and_so_do_its_engines(checkout: Checkout) -> None:
    (checkout.root / "manage.py").write_text(
        "import sys, time\n"
        "if sys.argv[1] == 'prepare': sys.exit()\n"
        "print('begun', flush=True)\n"
        "time.sleep(600)\n"
    )
    command = checkout.launcher("manage", "wait")
    line_of(command)

    command.send_signal(signal.SIGINT)

    assert command.wait(timeout=10) == 128 + signal.SIGINT
    assert checkout.pids() == {}


def test_a_command_that_reads_files_alone_waits_for_no_engine(new_checkout: Checkout) -> None:
    command = new_checkout.launcher("manage", "fec_check", "PATH")

    assert command.communicate("typed, ", timeout=30)[0] == "typed, /usr/bin:/bin\n"
    assert not new_checkout.data.root.exists()
