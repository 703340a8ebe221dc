"""From counts of successes to the coverage that many more samples would reach.

Two ways. The distribution of success rates over problems is fitted to the counts, and gives
pass@k at any k (Schaeffer et al., arXiv 2502.17578; Kazdan et al., arXiv 2510.05197, fit the same
beta-binomial). Or, as is usual, a straight line is laid through log(-log pass@k), whose points
are correlated, unevenly sure and not on a line: it is here to be compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from scalekit.checks import choice, count, number, refuse_first_bad, single
from scalekit.laws.form import plain
from scalekit.sampling.counts import attempt_counts
from scalekit.sampling.difficulty import Beta, Difficulty, Kumaraswamy
from scalekit.sampling.quadrature import log_kumaraswamy_means

D = TypeVar("D", bound=Difficulty, covariant=True)

FAMILIES = ("beta", "kumaraswamy")


@dataclass(frozen=True)
class DifficultyFit(Generic[D]):
    """The distribution of success rates under which the counts are the most probable.

    Attributes
    ----------
    difficulty : Difficulty
        `Beta` or `Kumaraswamy`.
    log_likelihood : float
        Natural logarithm of the probability of the counts, binomial coefficients left out: for
        comparing families on the same counts.
    """

    difficulty: D
    log_likelihood: float

    def pass_at_k(self, k: Any) -> Any:
        """Return the coverage that the distribution predicts for k samples."""
        return self.difficulty.pass_at_k(k)


@dataclass(frozen=True)
class LogLogFit:
    """The line log(-log pass@k) = log amplitude - exponent log k.

    Attributes
    ----------
    amplitude, exponent : float
        Of -log pass@k = amplitude k^-exponent, natural logarithm.
    """

    amplitude: float
    exponent: float

    def pass_at_k(self, k: Any) -> Any:
        """Return exp(-amplitude k^-exponent), k being samples above 0."""
        k = number("k", k, unit="samples")
        return plain(np.exp(-self.amplitude * k**-self.exponent))


def log_log_fit(k: Any, pass_rates: Any) -> LogLogFit:
    """Return the least-squares line of log(-log pass@k) in log k.

    Parameters
    ----------
    k : array_like, shape (points,)
        Samples, above 0, at least two different.
    pass_rates : array_like, shape (points,)
        pass@k there, above 0 and below 1.

    Raises
    ------
    ValueError
        If the shapes differ, all k are the same, or a rate is 0 or 1, which has no logarithm of
        a logarithm.
    """
    k = np.asarray(number("k", k, unit="samples"))
    rates = np.asarray(number("pass_rates", pass_rates, 0.0, 1.0))
    refuse_first_bad("pass_rates", rates, rates < 1.0, "above 0 and below 1")
    if k.ndim != 1 or k.shape != rates.shape or np.unique(k).size < 2:
        raise ValueError(
            f"k has the shape {k.shape} and pass_rates {rates.shape}; allowed: one shape, with "
            "at least two different k"
        )
    slope, level = np.polyfit(np.log(k), np.log(-np.log(rates)), 1)
    return LogLogFit(amplitude=float(np.exp(level)), exponent=-float(slope))


def fit_difficulty(successes: Any, attempts: Any, family: str = "beta") -> DifficultyFit[Any]:
    """Return the distribution of success rates that makes the counts most probable.

    Each problem's rate is drawn from the distribution, its successes from a binomial: the
    marginal likelihood is beta-binomial for ``"beta"``, and a quadrature for the three
    parameters of ``"kumaraswamy"``. What it says beyond the attempts of a problem rests on the
    family being right near success rates of 0; compare both.

    Parameters
    ----------
    successes : array_like, shape (problems,)
        Attempts that succeeded.
    attempts : int or array_like, shape (problems,)
        Attempts in all, fixed beforehand: not stopped at a success.
    family : str
        ``"beta"`` or ``"kumaraswamy"`` (scaled, Schaeffer et al.).

    Raises
    ------
    ValueError
        If a count is bad (row and value are named), or if all attempts failed, all succeeded
        or no problem had two: no distribution follows.
    """
    choice("family", family, FAMILIES)
    c, n = attempt_counts(successes, attempts)
    if not 0 < c.sum() < n.sum():
        raise ValueError(
            f"successes sum to {c.sum():.12g} in {n.sum():.12g} attempts; allowed: at least one "
            "success and one failure"
        )
    if n.max() < 2:
        raise ValueError(
            "attempts is 1 for every problem; allowed: at least 2 for some, as single attempts do "
            "not tell how uneven the problems are"
        )
    return _fit(c, n, family)


def pass_at_k_interval(
    successes: Any,
    attempts: Any,
    k: Any,
    family: str = "beta",
    level: float = 0.9,
    resamples: int = 200,
    seed: int = 0,
) -> tuple[Any, Any]:
    """Return a bootstrap interval of the predicted pass@k: problems are drawn with replacement.

    It holds what is not known because the problems and the attempts are few, and not that the
    family may be wrong.

    Parameters
    ----------
    successes, attempts, family
        As for `fit_difficulty`.
    k : float or array
        Samples, from 0.
    level : float
        Probability that the interval is to hold, above 0 and below 1.
    resamples : int
        Times the problems are drawn and fitted anew.
    seed : int
        Of the random numbers.

    Returns
    -------
    low, high : float or array
        Of the shape of k.

    Raises
    ------
    ValueError
        If a count is bad (row and value are named), no distribution follows from the counts, or
        another input is out of its range.
    """
    fit_difficulty(successes, attempts, family)
    c, n = attempt_counts(successes, attempts)
    k = number("k", k, lower_open=False, unit="samples")
    level = single("level", level, 0.0, 1.0 - 1e-9)
    rng = np.random.default_rng(count("seed", seed))
    found = []
    for _ in range(count("resamples", resamples, 2)):
        drawn = rng.integers(c.size, size=c.size)
        found.append(_resampled(c[drawn], n[drawn], k, family))
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.array(found), [tail, 1.0 - tail], axis=0)
    return plain(low), plain(high)


def _resampled(c: np.ndarray, n: np.ndarray, k: Any, family: str) -> Any:
    if not 0 < c.sum() < n.sum():  # problems that all failed, or all succeeded
        return np.where(np.asarray(k) > 0, float(c.sum() > 0), 0.0)
    return _fit(c, n, family).pass_at_k(k)


def _fit(c: np.ndarray, n: np.ndarray, family: str) -> DifficultyFit[Any]:
    """Fit the rows that differ, each with the number of problems that have it."""
    rows = different_rows(c, n)
    beta = _fit_beta(*rows)
    return beta if family == "beta" else _fit_kumaraswamy(*rows, beta.difficulty)


def different_rows(c: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the different successes and attempts, and how many problems have each pair."""
    rows, repeats = np.unique(np.stack([c, n]), axis=1, return_counts=True)
    return rows[0], rows[1], repeats


def beta_log_likelihood(
    alpha: float, beta: float, c: np.ndarray, n: np.ndarray, repeats: np.ndarray
) -> float:
    """Return the log-likelihood of counts under a Beta distribution, as `DifficultyFit` has it."""
    from scipy.special import betaln  # slow to import, and rarely needed

    # In this order a small beta does not drown in the attempts.
    each = betaln(alpha + c, beta + (n - c)) - betaln(alpha, beta)
    return float(repeats @ each)


def _fit_beta(c: np.ndarray, n: np.ndarray, repeats: np.ndarray) -> DifficultyFit[Beta]:
    from scipy.optimize import minimize  # slow to import, and rarely needed
    from scipy.special import expit, logit, psi

    def shapes(x: np.ndarray) -> tuple[float, float]:
        total = float(np.exp(x[1]))
        return total * float(expit(x[0])), total * float(expit(-x[0]))

    def objective(x: np.ndarray) -> tuple[float, np.ndarray]:
        a, b = shapes(x)
        value = beta_log_likelihood(a, b, c, n, repeats)
        both = psi(a + b) - psi(a + b + n)
        to_a = repeats @ (psi(a + c) - psi(a) + both)
        to_b = repeats @ (psi(b + (n - c)) - psi(b) + both)
        mixed = a * b / (a + b)
        return -value, -np.array([mixed * (to_a - to_b), a * to_a + b * to_b])

    mean = (repeats @ c) / (repeats @ n)
    # The sum of the shapes: at its lower end problems are always or never solved, at the upper
    # one equally hard, where counts that vary less than binomially end.
    bounds = [(-30.0, 30.0), (-9.0, 12.0)]
    # TNC: L-BFGS-B calls linear algebra, whose threads take longer than all the rest.
    start = [float(logit(mean)), 0.0]
    best = minimize(objective, start, jac=True, method="TNC", bounds=bounds, tol=1e-10)
    return DifficultyFit(Beta(*shapes(best.x)), -float(best.fun))


def _fit_kumaraswamy(
    c: np.ndarray, n: np.ndarray, repeats: np.ndarray, start: Beta
) -> DifficultyFit[Kumaraswamy]:
    from scipy.optimize import minimize  # slow to import, and rarely needed
    from scipy.special import expit, logit

    def difficulty(x: np.ndarray) -> Kumaraswamy:
        return Kumaraswamy(float(np.exp(x[0])), float(np.exp(x[1])), float(expit(x[2])))

    def objective(x: np.ndarray) -> float:
        d = difficulty(x)

        def log_binomial(log_p: np.ndarray) -> np.ndarray:
            return c[:, None] * log_p + (n - c)[:, None] * np.log1p(-np.exp(log_p))

        return -float(repeats @ log_kumaraswamy_means(log_binomial, d.alpha, d.beta, d.scale))

    shapes = [np.log(start.alpha), np.log(start.beta)]
    bounds = [(-8.0, 8.0), (-8.0, 14.0), (-14.0, 9.0)]
    highest = float(np.clip((c / n).max(), 1e-4, 0.99))
    found = [
        minimize(objective, np.clip(x, *np.transpose(bounds)), method="L-BFGS-B", bounds=bounds)
        for x in ([*shapes, 5.0], [shapes[0], 0.0, float(logit(highest))])
    ]
    best = min(found, key=lambda result: float(result.fun))
    return DifficultyFit(difficulty(best.x), -float(best.fun))
