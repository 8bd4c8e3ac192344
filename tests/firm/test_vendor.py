"""The vendored front end is what its manifest says, and nothing else."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
MANIFEST = json.loads((STATIC / "vendor/manifest.json").read_text("utf-8"))
FILES = {name: digest for package in MANIFEST.values() for name, digest in package["files"].items()}


@pytest.mark.parametrize("name", FILES)
def test_a_vendored_file_has_the_bytes_of_its_manifest(name: str) -> None:
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == FILES[name]


def test_no_file_is_vendored_outside_the_manifest() -> None:
    found = {str(path.relative_to(STATIC)) for path in (STATIC / "vendor").rglob("*.*")}

    assert found - {"vendor/manifest.json"} <= set(FILES)


def test_each_package_has_its_licence() -> None:
    notice = (STATIC / "vendor/NOTICE").read_text("utf-8")

    for name, package in MANIFEST.items():
        own = [file for file in package["files"] if file.endswith("LICENSE")]
        assert own or name == "@tabler/core", name
        assert package["licence"] in {"MIT", "0BSD", "OFL-1.1", "Apache-2.0"}
    assert "Tabler core" in notice
    assert "MIT" in notice


def test_versions_are_pinned_and_the_lock_holds_no_address() -> None:
    wanted = json.loads((ROOT / "scripts/vendor-package.json").read_text("utf-8"))["dependencies"]
    lock = (ROOT / "scripts/vendor-package-lock.json").read_text("utf-8")

    assert {name: package["version"] for name, package in MANIFEST.items()} == wanted
    assert "://" not in lock
    assert all(
        package["integrity"].startswith("sha512-")
        for path, package in json.loads(lock)["packages"].items()
        if path
    )


def test_the_sprite_holds_the_icons_of_its_list() -> None:
    names = (ROOT / "scripts/vendor-icons.txt").read_text("utf-8").split()
    sprite = (STATIC / "icons.svg").read_text("utf-8")

    assert names == sorted(set(names))
    assert [name for name in names if f'id="i-{name}"' not in sprite] == []
    assert sprite.count("<symbol") == len(names)
