"""pass@k: the chance that at least one of k samples is right, for problems of mixed difficulty.

Chen et al. (arXiv 2107.03374) for the estimate from finite samples; Schaeffer et al. (arXiv
2502.17578) for its mean over a distribution of single-sample success rates. Coverage, the
fraction of problems solved by k samples, is the same number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import choice, number, refuse_first_bad, whole
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.log_gamma import mixed_difference
from scalekit.sampling.quadrature import kumaraswamy_nodes

DISTRIBUTIONS = ("beta", "kumaraswamy", "uniform")

SMALL = 1e-3
"""Below this k times the width, four terms of a series are exact to rounding."""


def pass_at_k(n: Any, c: Any, k: Any) -> Any:
    """Return the unbiased pass@k from n samples with c correct, 1 - C(n-c, k)/C(n, k).

    Equation 1 of Chen et al. (arXiv 2107.03374), without factorials. Putting c/n into
    1 - (1-p)^k instead is biased. Not for data whose sampling stopped at the first success.

    Parameters
    ----------
    n : int or array
        Samples drawn, at least 1.
    c : int or array
        Correct ones among them.
    k : int or array
        Samples allowed, 1 to n: nothing is known beyond n without a model of the problems
        (`fit_difficulty`).

    Returns
    -------
    float or array
        Probability, elementwise; the mean over problems is the coverage of a benchmark.

    Raises
    ------
    ValueError
        If a count is no whole number, c is above n, or k above n.

    Examples
    --------
    >>> round(pass_at_k(200, 10, 10), 10)
    0.4085478661
    """
    n, c, k = whole("n", n, 1.0), whole("c", c), whole("k", k, 1.0)
    xp = array_namespace(n, c, k)
    if xp is np:
        refuse_first_bad("c", c, np.less_equal(c, n), "at most n, the samples drawn")
        refuse_first_bad("k", k, np.less_equal(k, n), "at most n, the samples drawn")
    wrong = n - c
    safe = xp.maximum(wrong - k, 0.0) + 1.0
    rate = -xp.expm1(-mixed_difference(safe, c, k))
    return plain(xp.where(wrong < k, 1.0, rate))


def independent_pass_at_k(k: Any, p: Any) -> Any:
    """Return 1 - (1-p)^k, pass@k of one problem whose samples succeed with probability p.

    Parameters
    ----------
    k : float or array
        Samples, from 0.
    p : float or array
        Success rate of one sample.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    k = number("k", k, lower_open=False, unit="samples")
    p = number("p", p, 0.0, 1.0, lower_open=False)
    xp = array_namespace(k, p)
    certain = p >= 1.0
    rate = -xp.expm1(k * xp.log1p(-xp.where(certain, 0.5, p)))
    return plain(xp.where(certain, xp.where(k > 0, 1.0, 0.0), rate))


def beta_pass_at_k(k: Any, alpha: Any, beta: Any) -> Any:
    """Return the mean pass@k over problems whose success rates are Beta(alpha, beta).

    1 - Gamma(alpha+beta) Gamma(beta+k)/(Gamma(beta) Gamma(alpha+beta+k)), appendix E of
    Schaeffer et al. (arXiv 2502.17578).

    Parameters
    ----------
    k : float or array
        Samples, from 0; need not be whole.
    alpha, beta : float or array
        Shape of the distribution, both above 0; a small alpha means many hopeless problems.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> round(beta_pass_at_k(100, 0.3, 4), 10)
    0.6332392069
    """
    k = number("k", k, lower_open=False, unit="samples")
    alpha, beta = number("alpha", alpha), number("beta", beta)
    xp = array_namespace(k, alpha, beta)
    return plain(-xp.expm1(-mixed_difference(beta, alpha, k)))


def uniform_pass_at_k(k: Any, low: Any, high: Any) -> Any:
    """Return the mean pass@k over problems whose success rates are uniform on [low, high].

    1 - [(1-low)^(k+1) - (1-high)^(k+1)]/((high-low)(k+1)), appendix E of Schaeffer et al.
    (arXiv 2502.17578). A power law in k only if `low` is 0.

    Parameters
    ----------
    k : float or array
        Samples, from 0; need not be whole.
    low, high : float or array
        Ends of the range, 0 <= low <= high <= 1; equal ends are one success rate.

    Raises
    ------
    ValueError
        If `low` is above `high`.
    """
    k = number("k", k, lower_open=False, unit="samples")
    low = number("low", low, 0.0, 1.0, lower_open=False)
    high = number("high", high, 0.0, 1.0, lower_open=False)
    xp = array_namespace(k, low, high)
    if xp is np:
        refuse_first_bad("low", low, np.less_equal(low, high), "at most high")
    # 1 - high = (1 - low) (1 - width): both ends keep their digits, however close they are.
    narrow, certain = high <= low, low >= 1.0
    left = xp.where(certain, 0.0, low)
    width = xp.where(narrow, 0.5, (high - left) / (1.0 - left))
    full = width >= 1.0
    decay = (k + 1.0) * xp.log1p(-xp.where(full, 0.5, width))
    lost = xp.where(full, 1.0, -xp.expm1(decay))
    mean = xp.where(narrow, 1.0, lost / ((k + 1.0) * width))
    # Where the mean is close to 1, what is missing from 1 is summed as a series.
    small = (k + 1.0) * width < SMALL
    w = xp.where(small, width, 0.0)
    series = k * w / 2 * (1 - (k - 1) * w / 3 * (1 - (k - 2) * w / 4 * (1 - (k - 3) * w / 5)))
    missing = xp.where(narrow, 0.0, xp.where(small, series, 1.0 - mean))
    decay = k * xp.log1p(-left)
    rate = xp.exp(decay) * missing - xp.expm1(decay)
    return plain(xp.where(certain, xp.where(k > 0, 1.0, 0.0), rate))


def kumaraswamy_pass_at_k(k: Any, alpha: Any, beta: Any, scale: Any = 1.0) -> Any:
    """Return the mean pass@k over success rates of the scaled Kumaraswamy distribution.

    Its density on (0, scale) is proportional to p^(alpha-1) (1-(p/scale)^alpha)^(beta-1),
    equation 52 of Schaeffer et al. (arXiv 2502.17578). There is no closed form; a quadrature
    of fixed size gives about 1e-10.

    Parameters
    ----------
    k : float or array
        Samples, from 0; need not be whole.
    alpha, beta : float or array
        Shape of the distribution, both above 0.
    scale : float or array
        Largest success rate, above 0 up to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    k = number("k", k, lower_open=False, unit="samples")
    alpha, beta = number("alpha", alpha), number("beta", beta)
    scale = number("scale", scale, 0.0, 1.0)
    xp = array_namespace(k, alpha, beta, scale)
    log_p, weights = kumaraswamy_nodes(alpha, beta, scale, k)
    attempts = xp.asarray(k)[..., None]
    # p rounds to 1 only in the last node of scale 1, where nothing is left of (1-p)^k.
    p = xp.minimum(xp.exp(log_p), 1.0 - 2.0**-53)
    return plain(-xp.sum(weights * xp.expm1(attempts * xp.log1p(-p)), axis=-1))


def asymptotic_failure(
    k: Any, alpha: Any, beta: Any = None, distribution: str = "beta", scale: Any = 1.0
) -> Any:
    """Return the failure 1 - pass@k that is left at large k, C Gamma(b) k^-b.

    Theorem 3.1 of Schaeffer et al. (arXiv 2502.17578): where the density of success rates is
    C p^(b-1) near 0, failure falls as a power although every problem's falls exponentially.
    Reached only at large k: a line through k of 1 to 100 has another slope.

    Parameters
    ----------
    k : float or array
        Samples, above 0.
    alpha : float or array
        Exponent of the distribution at 0; ignored for ``"uniform"``, whose exponent is 1.
    beta : float or array, optional
        Second shape; needed but for ``"uniform"``, which ignores it.
    distribution : str
        ``"beta"``, ``"kumaraswamy"`` or ``"uniform"`` (from 0 to `scale`).
    scale : float or array
        Largest success rate, above 0 up to 1.

    Raises
    ------
    ValueError
        If an input is out of its range, `distribution` is unknown, or `beta` is missing.
    """
    choice("distribution", distribution, DISTRIBUTIONS)
    k = number("k", k, unit="samples")
    scale = number("scale", scale, 0.0, 1.0)
    if distribution == "uniform":
        return 1.0 / (scale * k)
    alpha, beta = number("alpha", alpha), number("beta", beta)
    xp = array_namespace(k, alpha, beta, scale)
    log_gamma = _log_gamma_plus_one(alpha)
    if distribution == "kumaraswamy":
        log_amplitude = xp.log(beta) + log_gamma  # alpha Gamma(alpha) is Gamma(1+alpha)
    else:
        log_amplitude = mixed_difference(1.0, beta - 1.0, alpha) + log_gamma
    return plain(xp.exp(log_amplitude - alpha * (xp.log(scale) + xp.log(k))))


def _log_gamma_plus_one(x: Any) -> Any:
    if array_namespace(x) is not np:
        import jax

        return jax.scipy.special.gammaln(1.0 + x)
    from scipy.special import gammaln  # slow to import, and rarely needed

    return gammaln(1.0 + x)
