"""``python -m benchmarks [name ...] [--save]``: run benchmarks and print one table."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Row, machine, table

USUAL = (
    "slider", "first_paint", "imports", "laws", "solver", "allocations", "serving_sweep",
    "best_samples",
)  # fmt: skip
ON_REQUEST = ("bootstrap",)
"""Benchmarks that run only when named: they need data, or take long."""

RESULTS = Path(__file__).with_name("results.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or the usual ones, and print their table.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words of the command line.

    Returns
    -------
    int
        0, or 1 if a benchmark could not be run; the others still are.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"of {', '.join((*USUAL, *ON_REQUEST))} (default: all but {', '.join(ON_REQUEST)})",
    )
    parser.add_argument("--save", action="store_true", help=f"also write {RESULTS.name}")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in USUAL + ON_REQUEST]
    if unknown:
        parser.error(
            f"no benchmark is called {', '.join(unknown)}; "
            f"there are {', '.join(USUAL + ON_REQUEST)}"
        )
    head = machine()
    rows: list[Row] = []
    failures: list[str] = []
    for name in dict.fromkeys(options.names or USUAL):
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"benchmarks.{name}").run()
        except (OSError, RuntimeError) as problem:
            failures.append(f"{name} was not run: {problem}")
    text = f"{head}\n\n{table(rows)}\n"
    print(text)
    if options.save:
        RESULTS.write_text(f"# Benchmarks\n\nWritten by `make bench`. {text}", encoding="utf-8")
    for line in failures:
        print(line, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
