"""How often a verifier accepts what is right and what is wrong, from counts of many problems."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalekit.checks import record, single
from scalekit.sampling.count_table import ProblemCounts

LEAST_SPREAD = 1e-6
"""Share of the variation that must lie between problems to tell the two rates apart."""


@dataclass(frozen=True)
class Rate:
    """An estimated probability with its confidence interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class VerifierRates:
    """What counts say of a verifier.

    Attributes
    ----------
    true_positive_rate : Rate
        P(accepted, given correct).
    false_positive_rate : Rate
        P(accepted, given wrong).
    """

    true_positive_rate: Rate
    false_positive_rate: Rate


def fit_verifier(counts: ProblemCounts, level: float = 0.95) -> VerifierRates:
    """Estimate a verifier's true- and false-positive rate.

    Where ``accepted_correct`` was counted, each rate is a share of samples. Where only
    ``accepted`` was, both rates follow from how the accepted share rises with the share that
    is right, by least squares over problems (weighted by 1/attempts, rates held in 0 to 1).
    That needs problems of different success rates, and takes the verifier to be as good on
    hard problems as on easy ones; its intervals are wider.

    An interval covers both that of independent samples (Jeffreys) and that of samples which
    resemble each other within a problem (normal, from the scatter between problems).

    Parameters
    ----------
    counts : ProblemCounts
        Counts with ``accepted``.
    level : float
        Confidence of the intervals, above 0 and below 1.

    Raises
    ------
    ValueError
        If the counts cannot tell the rates; the message says what is missing.
    """
    record("counts", counts, ProblemCounts)
    level = single("level", level, 0.0, 1.0 - 1e-9)
    right, wrong = counts.successes, counts.attempts - counts.successes
    if counts.accepted is None:
        raise ValueError("accepted was not counted; without it nothing is known of the verifier")
    for what, total in (("right", right.sum()), ("wrong", wrong.sum())):
        if total == 0:
            raise ValueError(
                f"no sample is {what}, so how many of those the verifier accepts is unknown"
            )
    if counts.accepted_correct is not None:
        accepted_wrong = counts.accepted - counts.accepted_correct
        return VerifierRates(
            share_of_samples(counts.accepted_correct, right, level),
            share_of_samples(accepted_wrong, wrong, level),
        )
    values, deviations = _regression(counts.accepted, right, wrong)
    totals = (float(right.sum()), float(wrong.sum()))
    return VerifierRates(*map(_rate, values, deviations, totals, (level, level)))


def share_of_samples(part: np.ndarray, of: np.ndarray, level: float = 0.95) -> Rate:
    """Return the share that some samples have of all, where samples of one problem are alike.

    Parameters
    ----------
    part, of : array, shape (problems,)
        Samples of each problem that count, and all of them; these at least one in total.
    level : float
        Confidence of the interval, above 0 and below 1.
    """
    total = float(of.sum())
    value = float(part.sum()) / total
    problems = int(np.count_nonzero(of))
    correction = problems / max(problems - 1, 1)
    deviation = float(np.sqrt(correction * np.sum((part - value * of) ** 2))) / total
    return _rate(value, deviation, total, level)


def _regression(
    accepted: np.ndarray, right: np.ndarray, wrong: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    scale = np.sqrt(right + wrong)
    columns, target = np.stack([right, wrong], axis=1) / scale[:, None], accepted / scale
    normal = columns.T @ columns
    if np.linalg.det(normal) <= LEAST_SPREAD * normal[0, 0] * normal[1, 1]:
        raise ValueError(
            "accepted alone cannot tell the two rates where all problems have the same share of "
            "successes; count accepted_correct as well"
        )
    rates = _boxed(normal, columns.T @ target)
    residual = target - columns @ rates
    inverse = np.linalg.inv(normal)
    scores = columns * residual[:, None]
    correction = len(target) / max(len(target) - 2, 1)
    covariance = correction * inverse @ (scores.T @ scores) @ inverse
    return rates, np.sqrt(np.diag(covariance))


def _boxed(normal: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """Return the x in 0 to 1 with the least x'Nx/2 - m'x: free, or the best on an edge."""
    free = np.linalg.solve(normal, moment)
    if np.all((free >= 0) & (free <= 1)):
        return np.asarray(free)
    edges = []
    for held in (0, 1):
        other = 1 - held
        for value in (0.0, 1.0):
            x = np.full(2, value)
            best = (moment[other] - normal[other, held] * value) / normal[other, other]
            x[other] = np.clip(best, 0.0, 1.0)
            edges.append(x)
    return min(edges, key=lambda x: float(x @ normal @ x / 2 - moment @ x))


def _rate(value: float, deviation: float, samples: float, level: float) -> Rate:
    from scipy.special import betaincinv, ndtri

    value, tail, hits = float(value), (1.0 - level) / 2.0, float(value) * samples
    reach = float(ndtri(1.0 - tail)) * deviation
    shape = hits + 0.5, samples - hits + 0.5
    lower = min(float(betaincinv(*shape, tail)), value - reach)
    upper = max(float(betaincinv(*shape, 1.0 - tail)), value + reach)
    return Rate(
        value, 0.0 if value == 0 else max(lower, 0.0), 1.0 if value == 1 else min(upper, 1.0)
    )
