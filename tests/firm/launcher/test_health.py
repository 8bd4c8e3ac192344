import socket

import pytest

from firm.launcher.console import LaunchError
from firm.launcher.health import WebAddress


@pytest.mark.parametrize(
    ("host", "bind", "url", "is_loopback"),
    [
        ("127.0.0.1", "127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("localhost", "localhost:8000", "http://localhost:8000", True),
        ("0.0.0.0", "0.0.0.0:8000", "http://127.0.0.1:8000", False),
        ("::1", "[::1]:8000", "http://[::1]:8000", True),
        ("::", "[::]:8000", "http://[::1]:8000", False),
    ],
)
def test_an_address_is_spelled_for_servers_and_for_browsers(
    host: str, bind: str, url: str, is_loopback: bool
) -> None:
    address = WebAddress(host, 8000)

    assert (address.bind, address.url, address.is_loopback) == (bind, url, is_loopback)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(LaunchError, match="PORT must be a number"):
        WebAddress.from_environment()


def test_a_taken_port_is_said_plainly_and_another_proposed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(LaunchError, match=rf"cannot listen on 127.0.0.1:{port} .* PORT="):
            WebAddress("127.0.0.1", port).check_free()

    WebAddress("127.0.0.1", port).check_free()
