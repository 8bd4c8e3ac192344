"""`manage bench NAME`: work timed beside its limit, in the same run."""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.bench import Result

SIZES = {
    "anomalies": 1_000_000,
    "bulk": 100_000,
    "chain": 300_000,
    "faults": 20,
    "entry": 100_000,
    "fec": 1_000_000,
    "lettering": 100_000,
    "portfolio": 12_000,
    "posting": 200,
    "search": 1_000_000,
    "statements": 1_000_000,
}


HEAD = ("work", "seconds", "× limit", "goal", "peak MiB")


class Command(BaseCommand):
    """Run a benchmark and print its table, or its figures as JSON."""

    help = "Mesure un travail à côté de sa limite, dans la même exécution."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which one, how large, and in what form."""
        parser.add_argument("name", choices=sorted(SIZES))
        parser.add_argument("--size", type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        del args
        name = options["name"]
        size = options["size"] or SIZES[name]
        bench = importlib.import_module(f"ledger.bench.{name}")
        results: Iterable[Any] = bench.run(size)
        if options["json"]:
            rows = [{**asdict(result), **_ratio(result)} for result in results]
            self.stdout.write(json.dumps({"bench": name, "size": size, "results": rows}))
            return
        head: tuple[str, ...] = getattr(bench, "HEAD", HEAD)
        self.stdout.write(line_of(head))
        self.stdout.write("|" + "---|" * len(head))
        mismatches = 0
        for result in results:
            self.stdout.write(
                row_of(result) if isinstance(result, Result) else line_of(result.cells)
            )
            self.stdout.flush()
            mismatches += getattr(result, "mismatches", 0)
        if mismatches:
            raise CommandError(f"{mismatches} mismatches.")


def line_of(cells: Iterable[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


def _ratio(result: Any) -> dict[str, float | None]:
    return {"ratio": result.ratio} if isinstance(result, Result) else {}


def row_of(result: Result) -> str:
    """One line of the table."""
    ratio = f"{result.ratio:.1f} × {result.limit}" if result.ratio else ""
    unit = "×" if result.limit else "s"
    goal = "" if result.goal is None else f"≤ {result.goal:g} {unit}"
    peak = "" if result.peak_mib is None else f"{result.peak_mib:.0f}"
    seconds = f"{result.seconds:.3f}" if result.seconds < 1 else f"{result.seconds:.1f}"
    return f"| {result.name} | {seconds} | {ratio} | {goal} | {peak} |"
