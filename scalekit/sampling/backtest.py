"""How well coverage at many samples is foretold from few, where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import count, number, record, whole
from scalekit.sampling.coverage import pass_at_k
from scalekit.sampling.difficulty import Difficulty
from scalekit.sampling.estimate import fit_difficulty, log_log_fit

_POINTS = 20
"""Points of pass@k, evenly spaced in log k, through which the log-log line is laid."""


@dataclass(frozen=True)
class CoverageBacktest:
    """Root mean square error of predicted coverage, by the k predicted.

    Attributes
    ----------
    k : array, shape (n,)
        Samples for which coverage was predicted.
    truth : array, shape (n,)
        Coverage of the distribution that the counts were drawn from.
    distribution_error, line_error : array, shape (n,)
        Errors, as fractions of problems, of `fit_difficulty` and of `log_log_fit`.
    """

    k: np.ndarray
    truth: np.ndarray
    distribution_error: np.ndarray
    line_error: np.ndarray


def simulate_counts(difficulty: Difficulty, problems: int, attempts: Any, seed: int) -> np.ndarray:
    """Return successes of simulated problems, shape (problems,).

    Parameters
    ----------
    difficulty : Difficulty
        Where the success rates come from.
    problems : int
        Number of problems.
    attempts : int or array, shape (problems,)
        Attempts at each problem.
    seed : int
        Of the random numbers.

    Raises
    ------
    ValueError
        If `difficulty` is none, a count is no whole number, or `attempts` has another shape.
    """
    record("difficulty", difficulty, Difficulty)
    problems, attempts = count("problems", problems, 1), whole("attempts", attempts, 1.0)
    if np.ndim(attempts) and np.shape(attempts) != (problems,):
        raise ValueError(
            f"attempts has the shape {np.shape(attempts)}; allowed: one number, or {problems}"
        )
    rng = np.random.default_rng(count("seed", seed))
    rates = difficulty.sample(problems, rng)
    return rng.binomial(np.asarray(attempts, dtype=np.int64), rates, problems)


def coverage_backtest(
    difficulty: Difficulty,
    k: Any,
    problems: int = 128,
    attempts: int = 100,
    repeats: int = 20,
    family: str = "beta",
    seed: int = 0,
) -> CoverageBacktest:
    """Draw counts again and again, predict coverage by both methods, and compare with the truth.

    Parameters
    ----------
    difficulty : Difficulty
        The truth.
    k : array_like
        Samples to predict for, as a rule far above `attempts`.
    problems, attempts, repeats : int
        Size of each experiment, and how many there are.
    family : str
        What `fit_difficulty` fits.
    seed : int
        Of the first experiment; each has its own.

    Raises
    ------
    ValueError
        If an input is out of its range, or the counts drawn leave nothing to fit: all attempts
        failed, or all problems were solved within them.
    """
    k = np.atleast_1d(number("k", k, unit="samples"))
    record("difficulty", difficulty, Difficulty)
    attempts, seed = count("attempts", attempts, 2), count("seed", seed)
    seen = np.unique(np.geomspace(1, attempts, _POINTS).round())
    truth = np.asarray(difficulty.pass_at_k(k))
    by_distribution, by_line = [], []
    for repeat in range(count("repeats", repeats, 1)):
        successes = simulate_counts(difficulty, problems, attempts, seed + repeat)
        by_distribution.append(fit_difficulty(successes, attempts, family).pass_at_k(k) - truth)
        rates = pass_at_k(attempts, successes, seen[:, None]).mean(axis=-1)
        by_line.append(log_log_fit(seen, rates).pass_at_k(k) - truth)
    return CoverageBacktest(
        k=k,
        truth=truth,
        distribution_error=np.sqrt(np.mean(np.square(by_distribution), axis=0)),
        line_error=np.sqrt(np.mean(np.square(by_line), axis=0)),
    )
