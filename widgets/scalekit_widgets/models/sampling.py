"""State of the Sampling app: problems, a verifier, prices, and a strong model to compare with."""

from __future__ import annotations

import math
from collections.abc import Hashable
from itertools import product
from typing import Any

import numpy as np
import param

from scalekit import sampling
from scalekit.sampling.verifier import BestOfK
from scalekit_widgets.models import sampling_compute as maths
from scalekit_widgets.models.counted import Counted, assess
from scalekit_widgets.models.published_tasks import Task, tasks
from scalekit_widgets.models.state import State
from scalekit_widgets.models.whole import Whole

NEAR = 0.01
"""Part of the best net worth that counts as no loss."""
TAILS = {"Normal": "normal", "Heavy: now and then a wrong one scores very high": "t3"}
VOTES = {"All agree: the worst case for a vote": "agree", "No two agree: the best case": "scatter"}
INSIDE = (7, 3, 2, 2)
"""Points looked at in the intervals of accuracy, unevenness and the verifier's two rates."""
LOWEST, HIGHEST = 1e-5, 1.0 - 1e-5
"""Accuracies that can be set: at 0 and 1 there is no question."""


def _rate(default: float, label: str, ends: tuple[float, float] = (0.0, 1.0)) -> param.Number:
    return param.Number(default, bounds=ends, label=label, doc="fraction")


def _usd(
    default: float, lower: float, upper: float, label: str, *, free: bool = False
) -> param.Number:
    """Return a price; one that may be `free` can be typed as 0, below the slider."""
    ends = {"bounds": (0.0 if free else lower, upper), "softbounds": (lower, upper)}
    return param.Number(default, label=label, doc="USD", **ends)


class SamplingState(State):
    """What the Sampling app knows; set it from code as from its sliders.

    Prices are in USD, all else are fractions and counts. What a right answer is worth is 1 USD
    unless set: then all prices are in units of that worth.
    """

    accuracy = _rate(0.3, "Accuracy of one sample", (LOWEST, HIGHEST))
    spread = param.Number(0.5, bounds=(0.0, 1.0), label="Unevenness of the problems",
                          doc="0 alike, 1 all or nothing")  # fmt: skip
    samples = Whole(16.0, bounds=(1.0, maths.MEASURED), label="Samples allowed", doc="a problem")
    true_positive_rate = _rate(0.95, "Right samples accepted")
    false_positive_rate = _rate(0.1, "Wrong samples accepted")
    worth = _usd(1.0, 1e-4, 1e6, "Worth of a right answer")
    wrong_price = _usd(1.0, 1e-6, 1e7, "Price of a wrong answer", free=True)
    sample_price = _usd(0.01, 1e-7, 1e4, "Price of a sample")
    check_price = _usd(0.001, 1e-7, 1e4, "Price of a verification", free=True)
    strong_accuracy = _rate(0.7, "Accuracy of the strong model", (LOWEST, HIGHEST))
    strong_price = _usd(0.1, 1e-7, 1e5, "Price of one of its answers")
    strong_checked = param.Boolean(False, label="The verifier checks its answer too")
    ranking = _rate(0.8, "Right samples score above wrong ones", (0.5, 0.9999))
    tail = param.Selector(default="normal", objects=list(TAILS.values()),
                          label="Scores of wrong samples")  # fmt: skip
    votes = param.Selector(default="agree", objects=list(VOTES.values()),
                           label="Wrong samples in a vote")  # fmt: skip
    counted = param.Parameter(None, doc="what a person's counts say, as `Counted`")

    shared = (
        "accuracy", "spread", "samples", "true_positive_rate", "false_positive_rate", "worth",
        "wrong_price", "sample_price", "check_price", "strong_accuracy", "strong_price",
        "strong_checked", "ranking", "tail", "votes",
    )  # fmt: skip

    def __init__(self, **params: Any) -> None:
        self._kept: dict[str, tuple[Hashable, Any]] = {}
        self.taken = 0.0  # samples allowed when the counts were taken
        self.rates_from: tuple[str, tuple[float, float]] | None = None  # file of the rates
        super().__init__(**params)

    # What the numbers mean -----------------------------------------------------------

    @property
    def k(self) -> int:
        """Samples allowed."""
        return int(self.samples)

    @property
    def wrong_cost(self) -> float:
        """Price of a wrong answer, in right answers."""
        return float(self.wrong_price / self.worth)

    @property
    def attempt_cost(self) -> float:
        """Price of a sample and its verification, in right answers."""
        return float((self.sample_price + self.check_price) / self.worth)

    @property
    def strong(self) -> maths.StrongAnswer:
        """One answer of the strong model."""
        # A verifier that accepts nothing right is not asked.
        checked = bool(self.strong_checked) and self.true_positive_rate > 0
        accepted, passed = self.rates if checked else (1.0, 1.0)
        return maths.StrongAnswer(
            right=float(self.strong_accuracy * accepted),
            wrong=float((1.0 - self.strong_accuracy) * passed),
            price=float(self.strong_price + self.check_price * checked),
            checked=checked,
        )

    @property
    def rates(self) -> tuple[float, float]:
        """True- and false-positive rate of the verifier."""
        return float(self.true_positive_rate), float(self.false_positive_rate)

    @property
    def task(self) -> Task | None:
        """The published task that the problems are those of."""
        here = (self.accuracy, self.spread)
        return next((t for t in tasks().values() if (t.accuracy, t.spread) == here), None)

    @property
    def own_counts(self) -> Counted | None:
        """A person's counts, while the problems are those that were fitted to them."""
        found = self.counted
        if found is None:
            return None
        here, there = (self.accuracy, self.spread), (found.difficulty.mean, found.spread.value)
        return found if np.allclose(here, there, rtol=1e-3, atol=0.0) else None

    @property
    def measured(self) -> float:
        """Most samples of a problem that were measured: of these, or for one's own settings of any.

        Beyond, coverage is extrapolated.
        """
        if self.own_counts is not None:
            return float(self.own_counts.counts.attempts.max())
        return maths.MEASURED if self.task is None else float(self.task.law.domain["k"].upper)

    @property
    def were_measured(self) -> bool:
        """Whether the problems are those of counts, and not settings of one's own."""
        return self.own_counts is not None or self.task is not None

    def extrapolates(self, k: float) -> bool:
        """Say whether a number of samples is beyond what was measured.

        Endless ones are a limit, and of settings of one's own nothing but a consequence.
        """
        return k > self.measured and (self.were_measured or math.isfinite(k))

    @property
    def difficulty(self) -> sampling.Difficulty:
        """The problems as a distribution."""
        return sampling.from_mean_and_spread(self.accuracy, self.spread)

    # What follows ---------------------------------------------------------------------

    def compute(self) -> None:
        """Answer the question."""
        self.problems: maths.Problems = self._keep(
            "problems", (self.accuracy, self.spread), maths.problems
        )
        asked = (self.accuracy, self.spread, *self.rates)
        self.verified: maths.Ends = self._keep(
            "verified", asked, lambda *_: maths.verified(self.problems, *self.rates)
        )
        self.ceiling: BestOfK = self._keep(
            "ceiling", asked, lambda *_: maths.outcome(self.problems, math.inf, *self.rates)
        )
        self.chosen = maths.outcome(self.problems, self.k, *self.rates)
        p, weights = self.problems
        self.advice = sampling.advise_attempts(
            p, weights, *self.rates, self.wrong_cost, self.attempt_cost, NEAR
        )
        self.advised = self.measured if self.beyond else self.best
        self.at_best = maths.outcome(self.problems, self.advised, *self.rates)
        self.net_worth = self.worth * self.verified.worth(self.wrong_cost, self.attempt_cost, 0.0)

    def _keep(self, name: str, key: Hashable, make: Any) -> Any:
        """Return what was made for this key, or make it anew."""
        if self._kept.get(name, (None,))[0] != key:
            self._kept[name] = (key, make(*key))  # type: ignore[misc]
        return self._kept[name][1]

    @property
    def best(self) -> float:
        """The best number of samples: 0 for none, infinity where more always pay.

        Where more make no difference that anybody would notice, the least of these numbers.
        """
        return float(min(self.advice.k, self.advice.settled))

    @property
    def settled(self) -> bool:
        """Whether more than the best number of samples make no difference."""
        return bool(0 < self.advice.settled <= self.advice.k and math.isfinite(self.best))

    @property
    def beyond(self) -> bool:
        """Whether the best number of samples lies beyond all that were measured."""
        return self.extrapolates(self.best)

    @property
    def best_worth(self) -> float:
        """Net worth of a problem with the advised number of samples, USD."""
        return self.worth_of(self.at_best) if self.beyond else self.worth * self.advice.utility

    def best_with(self, fpr: float) -> float:
        """Return the best number of samples with another false-positive rate."""
        return self._best(self.problems, self.true_positive_rate, fpr)

    def _best(self, of: maths.Problems, tpr: float, fpr: float) -> float:
        found = sampling.advise_attempts(*of, tpr, fpr, self.wrong_cost, self.attempt_cost, NEAR)
        return float(min(found.k, found.settled))

    def worth_of(self, found: BestOfK) -> float:
        """Return the net worth of an outcome in USD a problem."""
        gained = found.correct - self.wrong_cost * found.wrong
        return float(self.worth * gained - self.spent(found))

    def spent(self, found: BestOfK) -> float:
        """Return what the samples and verifications of an outcome cost, USD a problem."""
        if math.isinf(found.attempts):
            return math.inf
        return float((self.sample_price + self.check_price) * found.attempts)

    @property
    def strong_worth(self) -> float:
        """Net worth of one answer of the strong model, USD."""
        strong = self.strong
        gained = self.worth * strong.right - self.wrong_price * strong.wrong
        return float(gained - strong.price)

    @property
    def coverage(self) -> np.ndarray:
        """Share of the problems that a perfect verifier would solve, over SAMPLES."""
        return np.asarray(self.difficulty.pass_at_k(maths.SAMPLES))

    def best_map(self) -> np.ndarray:
        """Return the best number of samples over RATES and COSTS."""
        key = (self.accuracy, self.spread, self.true_positive_rate, self.attempt_cost)
        return self._keep(
            "map", key, lambda *_: maths.best_map(self.problems, key[2], self.attempt_cost)
        )

    def ends(self) -> dict[str, maths.Ends]:
        """Return what every strategy with several samples ends in."""
        gap = maths.score_gap(self.ranking)
        problems = (self.accuracy, self.spread)
        return {
            "verifier": self.verified,
            "vote": self._keep(
                "vote", (*problems, self.votes), maths.voted,
            ),
            "score": self._keep(
                "score", (*problems, gap, self.tail),
                lambda *_: maths.scored(self.problems, gap, self.tail),
            ),
        }  # fmt: skip

    def strategy_worth(self) -> dict[str, np.ndarray]:
        """Return the net worth of every strategy over SAMPLES, USD a problem."""
        costs = (self.wrong_cost, self.sample_price / self.worth, self.check_price / self.worth)
        found = {name: self.worth * e.worth(*costs) for name, e in self.ends().items()}
        return found | {"strong": np.full(maths.SAMPLES.size, self.strong_worth)}

    def strategy_best(self) -> dict[str, tuple[float, float]]:
        """Return the best number of samples of every strategy, and its net worth in USD.

        For a vote and a score exact up to `EVERY` samples, beyond only one of `SAMPLES`.
        """
        worth = self.strategy_worth()
        found = {
            name: (float(maths.SAMPLES[y.argmax()]), float(y.max())) for name, y in worth.items()
        }
        if self.advised > 0:
            found["verifier"] = self.advised, self.best_worth
        return found

    def winners(self) -> np.ndarray:
        """Return which strategy is worth most over WRONG_COSTS and SAMPLE_COSTS."""
        ratio = float(self.check_price / self.sample_price)
        strong = self.strong
        key = (self.accuracy, self.spread, *self.rates, self.ranking, self.tail, self.votes, ratio,
               strong, self.worth)  # fmt: skip
        return self._keep(
            "winners", key, lambda *_: maths.winners(self.ends(), ratio, strong, self.worth)
        )

    @property
    def cost_per_solved(self) -> np.ndarray:
        """Cost of samples and verifications for each problem that ends right, USD, over SAMPLES."""
        unit = self._keep(
            "solved cost", (self.accuracy, self.spread, *self.rates),
            lambda *_: sampling.cost_per_solved(*self.problems, maths.SAMPLES, 1.0, *self.rates),
        )  # fmt: skip
        return np.asarray((self.sample_price + self.check_price) * unit.cost_per_solved)

    @property
    def cheaper_up_to(self) -> int:
        """The most samples, up to the last of SAMPLES, that solve for less than the strong model.

        0 if none do.
        """
        cheaper = np.flatnonzero(self.cost_per_solved < self.strong.cost_per_solved)
        if not cheaper.size or cheaper[-1] == maths.SAMPLES.size - 1:
            return int(maths.SAMPLES[-1]) if cheaper.size else 0
        between = np.arange(*maths.SAMPLES[cheaper[-1] : cheaper[-1] + 2])
        price = self.sample_price + self.check_price
        cost = sampling.cost_per_solved(*self.problems, between, price, *self.rates)
        cheap = np.flatnonzero(np.asarray(cost.cost_per_solved) < self.strong.cost_per_solved)
        return int(between[cheap[-1]]) if cheap.size else int(between[0])

    def break_even(self) -> sampling.BreakEven:
        """Return where samples meet the strong model in accuracy, and where in price."""
        price = self.sample_price + self.check_price
        strong = self.strong
        key = (self.accuracy, self.spread, *self.rates, price, strong.right, strong.price)
        found: sampling.BreakEven = self._keep(
            "even", key,
            lambda *_: sampling.break_even(
                *self.problems, price, strong.right, strong.price, *self.rates
            ),
        )  # fmt: skip
        return found

    # A person's own counts ---------------------------------------------------------------

    def load_counts(self, content: bytes, name: str) -> Counted:
        """Take a person's counts, and set problems, verifier and samples to what they say.

        Raises
        ------
        ValueError
            If the file is no table of counts (file, line and reason); the state stays.
        """
        found = assess(content, name)
        values = {
            "accuracy": min(max(found.difficulty.mean, LOWEST), HIGHEST),
            "spread": found.spread.value,
        }
        if found.rates is not None:
            values["true_positive_rate"] = found.rates.true_positive_rate.value
            values["false_positive_rate"] = found.rates.false_positive_rate.value
        values = {key: float(f"{value:.4g}") for key, value in values.items()}  # as links carry
        with self.together():
            self.set(values)
            self.counted = found
            self.compute()
            if self.advised >= 1:
                self.set({"samples": min(self.advised, self.param.samples.bounds[1])})
            if found.rates is not None:
                self.rates_from = found.name, self.rates
            self.taken = self.samples
        return found

    def counted_best(self) -> tuple[float, float, float]:
        """Return the best number of samples for the counts, at the prices that are set.

        The least and the most of it as well, over a grid of all 95 % intervals.
        """
        found = self.counted
        tpr, fpr = found.rates.true_positive_rate, found.rates.false_positive_rate

        def best(accuracy: float, spread: float, tpr: float, fpr: float) -> float:
            accuracy = min(max(accuracy, LOWEST), HIGHEST)
            return self._best(maths.problems(accuracy, spread), tpr, fpr)

        ranges = [(rate.lower, rate.upper) for rate in (found.accuracy, found.spread, tpr, fpr)]
        here = best(found.difficulty.mean, found.spread.value, tpr.value, fpr.value)
        # The best number may be largest within a range: not at the ends alone.
        steps = [np.linspace(*ends, n).tolist() for ends, n in zip(ranges, INSIDE, strict=True)]
        others = [best(*point) for point in product(*steps)]
        return here, min(here, *others), max(here, *others)

    def missing_from_link(self) -> str:
        """See `State.missing_from_link`: counts stay with whoever has their file."""
        if self.own_counts is None:
            return ""
        return (
            f"The link carries the numbers that were fitted, not {self.counted.name}: whoever "
            "opens it is not told how many samples were measured."
        )
