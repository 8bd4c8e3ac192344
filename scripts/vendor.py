"""Bring the front-end files into `static/`: `python scripts/vendor.py`.

Needs npm, and only here: the copies are committed, so neither running nor testing asks for it.
Versions are pinned in `vendor-package.json` and by sha512 in `vendor-package-lock.json`, which
holds no address.  Two runs give the same bytes; `static/vendor/manifest.json` lists them.
`--relock` writes the lock anew after a change of `vendor-package.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
STATIC = HERE.parent / "static"
VENDOR = STATIC / "vendor"
PACKAGE, LOCK = HERE / "vendor-package.json", HERE / "vendor-package-lock.json"

# package → {file inside the package: file under static/}
FILES = {
    "htmx.org": {
        "dist/htmx.min.js": "vendor/htmx/htmx.min.js",
        "LICENSE": "vendor/htmx/LICENSE",
    },
    "@tabler/core": {"dist/css/tabler.min.css": "vendor/tabler/tabler.min.css"},
    "@tabler/icons": {"LICENSE": "vendor/tabler-icons/LICENSE"},
    "uplot": {
        "dist/uPlot.iife.min.js": "vendor/uplot/uPlot.iife.min.js",
        "dist/uPlot.min.css": "vendor/uplot/uPlot.min.css",
        "LICENSE": "vendor/uplot/LICENSE",
    },
    # Legacy: for browsers that are a few years old.  The decoder is the one without WebAssembly,
    # which the content security policy does not let in.
    "pdfjs-dist": {
        "legacy/build/pdf.min.mjs": "vendor/pdfjs/pdf.min.js",
        "legacy/build/pdf.worker.min.mjs": "vendor/pdfjs/pdf.worker.min.js",
        "wasm/openjpeg_nowasm_fallback.js": "vendor/pdfjs/openjpeg_nowasm_fallback.js",
        "LICENSE": "vendor/pdfjs/LICENSE",
    },
    "@fontsource-variable/inter": {
        "files/inter-latin-wght-normal.woff2": "vendor/inter/inter-latin-wght-normal.woff2",
        "files/inter-latin-ext-wght-normal.woff2": "vendor/inter/inter-latin-ext-wght-normal.woff2",
        "LICENSE": "vendor/inter/LICENSE",
    },
}
SPRITE = "icons.svg"
SYMBOL = (
    '<symbol id="i-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)
# A source map that is not shipped breaks the hashing of static files.
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*)\s*$")


def relock() -> None:
    """Resolve the pinned versions again; the lock keeps hashes and drops every address."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PACKAGE, Path(folder, "package.json"))
        npm(folder, "install", "--package-lock-only", "--omit-lockfile-registry-resolved")
        lock = json.loads(Path(folder, "package-lock.json").read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", "utf-8")


def npm(folder: str, *arguments: str) -> None:
    """Run npm without any package script."""
    subprocess.run(["npm", *arguments, "--ignore-scripts", "--no-audit", "--no-fund"],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL)  # fmt: skip


def sprite(icons: Path) -> bytes:
    """One `<symbol>` per line of `vendor-icons.txt`, in its order."""
    names = (HERE / "vendor-icons.txt").read_text("utf-8").split()
    symbols = [symbol(name, (icons / f"{name}.svg").read_text("utf-8")) for name in names]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    ).encode()


def symbol(name: str, svg: str) -> str:
    """The shapes of one Tabler outline icon, without its invisible bounding box."""
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    shapes = re.findall(r"<(?!path stroke=\"none\")[a-z][^>]*>", inside)
    return SYMBOL.format(name=name, shapes="".join(shapes))


def copy_files(modules: Path) -> dict[str, dict[str, object]]:
    """Copy every listed file; the answer is the manifest, package by package."""
    manifest: dict[str, dict[str, object]] = {}
    for package, files in FILES.items():
        about = json.loads((modules / package / "package.json").read_text("utf-8"))
        contents = {
            target: SOURCE_MAP.sub(b"\n", (modules / package / source).read_bytes())
            for source, target in files.items()
        }
        if package == "@tabler/icons":
            contents[SPRITE] = sprite(modules / package / "icons/outline")
        for target, content in contents.items():
            (STATIC / target).parent.mkdir(parents=True, exist_ok=True)
            (STATIC / target).write_bytes(content)
        manifest[package] = {
            "version": about["version"],
            "licence": about["license"],
            "files": {
                target: hashlib.sha256(content).hexdigest()
                for target, content in sorted(contents.items())
            },
        }
    return manifest


def main() -> None:
    """Install into a temporary folder, then replace `static/vendor` except its notice."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--relock", action="store_true", help="resolve the versions again")
    if options.parse_args().relock or not LOCK.exists():
        relock()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(PACKAGE, Path(folder, "package.json"))
        shutil.copy(LOCK, Path(folder, "package-lock.json"))
        npm(folder, "ci", "--omit=optional")
        for old in VENDOR.glob("*/"):
            shutil.rmtree(old)
        manifest = copy_files(Path(folder, "node_modules"))
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
