"""What calling a law costs over writing its formula down in NumPy, for every law."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import numpy as np

from benchmarks.bare import BARE
from benchmarks.report import Row, best_time, duration, ratio
from scalekit import laws

POINTS = 1_000_000

SOLVED = {"perceptron-pruning": (1_000, 5)}
"""Forms without an expression: points for scalekit, and for SciPy, which solves one by one."""

AIM = 2.0
"""How many times the bare expression a law may take."""


def cases() -> list[tuple[str, str]]:
    """Return every law with its default variant, and with those of other forms."""
    found: dict[tuple[str, str], str] = {}
    for slug in laws.names():
        facts = laws.facts(slug)
        for name in (facts.default, *facts.variants):
            found.setdefault((slug, facts.variants[name].form.kind), name)
    return [(slug, name) for (slug, _), name in found.items()]


def inputs_of(law: laws.Law, points: int) -> dict[str, float | np.ndarray]:
    """Return points within the law's range, on a log axis where there is one.

    Coefficients are single numbers.
    """
    rng = np.random.default_rng(0)
    found: dict[str, float | np.ndarray] = {}
    for name, span in law.domain.items():
        size = None if law.inputs[name].coefficient else points
        if span.lower > 0:
            found[name] = np.exp(rng.uniform(np.log(span.lower), np.log(span.upper), size))
        else:
            found[name] = rng.uniform(span.lower, span.upper, size)
    total = sum(found[name] for name in law.facts.parts)
    return found | {name: found[name] / total for name in law.facts.parts}


def bare(law: laws.Law, inputs: dict[str, float | np.ndarray]) -> Callable[[], np.ndarray]:
    """Return what evaluates the bare expression, with all that it needs at hand."""
    form, point = law.bound(**inputs)
    settings = {name: getattr(form, name) for name in form.settings}
    coefficients = SimpleNamespace(**form.printed(), **settings)
    return partial(BARE[form.kind], coefficients, SimpleNamespace(**point))


def apart(law: laws.Law, points: int) -> float:
    """Return the largest relative difference of the law and its bare expression."""
    inputs = inputs_of(law, points)
    return float(np.max(np.abs(bare(law, inputs)() / law(**inputs) - 1)))


def run() -> list[Row]:
    """Return the time of each law on a million points, beside the bare expression."""
    rows, ratios = [], []
    for slug, variant in cases():
        law = laws.get(slug, variant)
        points, compared = SOLVED.get(law.form.kind, (POINTS, POINTS))
        difference = apart(law, min(compared, 10_000))
        if not difference < (1e-4 if law.form.kind in SOLVED else 1e-9):
            raise RuntimeError(f"{slug} differs from its bare expression by {difference:.1e}")
        inputs = inputs_of(law, points)
        mine = best_time(lambda law=law, x=inputs: law(**x), 3)
        other = best_time(bare(law, inputs_of(law, compared)), 3) * points / compared
        ratios.append(mine / other)
        name = slug if variant == laws.facts(slug).default else f"{slug}, {variant}"
        what = "SciPy one by one, scaled" if law.form.kind in SOLVED else "bare NumPy"
        rows.append(
            Row(
                f"{name}, {points:,} points",
                duration(mine),
                f"{what}: {duration(other)} ({ratio(mine / other)})",
                points,
            )
        )
    beyond = sum(value > AIM for value in ratios)
    rows.append(
        Row(
            f"laws beyond {AIM:g} times the bare expression",
            f"{beyond} of {len(ratios)}",
            f"median {ratio(float(np.median(ratios)))}, largest {ratio(max(ratios))}",
            len(ratios),
        )
    )
    return rows
