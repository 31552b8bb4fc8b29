"""Every figure that the project promises, measured on real node processes.

    python -m tests.bench.run [--json] [--quick] [--only NAME]...

NAME is one of: submitting, catch-up, propagation, together, footprint. The machine's load stands
beside each measure: on a busy machine the figures are worse, and only a quiet one says much.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import following, footprint, submitting, together
from tests.bench.figures import Figure, table
from tests.bench.machine import Machine, look
from tests.bench.prepared import Prepared, prepare

_ENTRIES, _QUICK_ENTRIES = 50_000, 5_000
_LONG = ("catch-up", "footprint")
Measure = Callable[[Path], Iterator[Figure]]


def main() -> int:
    """Measure, print, and say by the exit code whether every target was met."""
    parser = argparse.ArgumentParser(prog="tests.bench.run", description=(__doc__ or "")[:72])
    parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
    parser.add_argument("--quick", action="store_true", help="fewer entries: a look, no proof")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="acuerdo-bench-") as folder:
        figures, machines = _run(Path(folder), quick=options.quick, only=options.only)
    if options.json:
        report = {
            "quick": options.quick,
            "machine": {name: vars(machine) for name, machine in machines.items()},
            "figures": [figure.as_json() for figure in figures],
        }
        print(json.dumps(report, indent=2))  # noqa: T201
    else:
        for name, machine in machines.items():
            print(f"before {name}: {machine}")  # noqa: T201
        print()  # noqa: T201
        print(table(figures))  # noqa: T201
    return 0 if options.quick or all(figure.meets is not False for figure in figures) else 1


def _run(folder: Path, *, quick: bool, only: list[str]) -> tuple[list[Figure], dict[str, Machine]]:
    measures = _measures(quick=quick)
    unknown = set(only) - set(measures)
    if unknown:
        raise SystemExit(f"no such measure: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    machines: dict[str, Machine] = {}
    for name, measure in measures.items():
        if only and name not in only:
            continue
        home = folder / name
        home.mkdir()
        machines[name] = look(folder)
        print(f"{name} ...", file=sys.stderr)  # noqa: T201
        figures += measure(home)
    return figures, machines


def _measures(*, quick: bool) -> dict[str, Measure]:
    entries = _QUICK_ENTRIES if quick else _ENTRIES
    made: dict[str, Prepared] = {}

    def long_ledger(folder: Path) -> Prepared:
        if "long" not in made:
            home = folder.parent / "long"
            coming = prepare(home, members=200, entries=entries, name="Long")
            made["long"] = asyncio.run(coming)
        return made["long"]

    return {
        "submitting": lambda folder: submitting.measure(folder, quick=quick),
        "catch-up": lambda folder: following.catch_up(long_ledger(folder), folder),
        "propagation": lambda folder: following.propagation(folder, quick=quick),
        "together": lambda folder: together.measure(folder, quick=quick),
        "footprint": lambda folder: footprint.measure(long_ledger(folder), folder, quick=quick),
    }


if __name__ == "__main__":
    sys.exit(main())
