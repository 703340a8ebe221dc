"""Samples of one problem that resemble each other: a model of ours.

Two kinds of alike must not be mixed. That problems differ in difficulty already makes samples
of a data set alike; this is the spread of `accuracies`. Here samples of one problem are alike
beyond that: in each run (a prompt, a seed, a shared prefix) the accuracy itself is drawn from a
Beta distribution around the problem's p, and the k samples of that run share it. Then any two
samples of a run have the correlation `correlation`, and the number correct is beta-binomial.
"""

from __future__ import annotations

import math
from typing import Any

from scalekit.checks import number, single
from scalekit.laws.form import array_namespace, plain
from scalekit.sampling.coverage import beta_pass_at_k, independent_pass_at_k
from scalekit.sampling.difficulty import Difficulty, from_mean_and_spread


def correlated_pass_at_k(p: Any, k: Any, correlation: Any) -> Any:
    """Return the chance that one of k samples of a run is correct, beta-binomial.

    1 - E[(1 - q)^k] for q ~ Beta with mean p and correlation 1/(alpha + beta + 1). Independent
    samples for correlation 0; for 1 all k are the same sample and the chance is p.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample of the problem, 0 to 1.
    k : float or array
        Samples in a run, from 0.
    correlation : float or array
        Of any two samples' correctness, 0 to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> [round(correlated_pass_at_k(0.3, 16, c), 3) for c in (0.0, 0.2, 1.0)]
    [0.997, 0.895, 0.3]
    """
    p = number("p", p, 0, 1, lower_open=False)
    k = number("k", k, lower_open=False, unit="samples")
    correlation = number("correlation", correlation, 0, 1, lower_open=False)
    xp = array_namespace(p, k, correlation)
    inner = (p > 0) & (p < 1) & (correlation > 0) & (correlation < 1)
    total = 1 / xp.where(inner, correlation, 0.5) - 1
    mean = xp.where(inner, p, 0.5)
    mixed = beta_pass_at_k(k, mean * total, (1 - mean) * total)
    # All k the same sample: p, unless there is none.
    alone = independent_pass_at_k(xp.where(correlation == 1, xp.minimum(k, 1.0), k), p)
    return plain(xp.where(inner, mixed, alone))


def effective_samples(k: Any, correlation: Any) -> Any:
    """Return k/(1 + (k - 1) correlation), the independent samples that tell as much of the mean.

    The design effect of cluster sampling. It counts for estimating an accuracy, and roughly for
    votes; coverage of hard problems suffers less, see `correlated_pass_at_k`.

    Parameters
    ----------
    k : float or array
        Samples in a run, above 0; infinity gives the limit.
    correlation : float or array
        Of any two samples' correctness, 0 to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    k = number("k", k, infinite=True, unit="samples")
    correlation = number("correlation", correlation, 0, 1, lower_open=False)
    xp = array_namespace(k, correlation)
    endless = xp.isinf(k)
    count = xp.where(endless, 1.0, k)
    least = xp.where(correlation > 0, correlation, 1.0)
    limit = xp.where(correlation > 0, 1 / least, math.inf)
    return plain(xp.where(endless, limit, count / (1 + (count - 1) * correlation)))


def correlated_runs(p: float, correlation: float) -> Difficulty:
    """Return the distribution of the accuracies of runs at one problem.

    Its `nodes` let every function of difficulty answer for correlated samples.

    Parameters
    ----------
    p : float
        Accuracy of a single sample, 0 to 1.
    correlation : float
        Of any two samples' correctness, 0 to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    correlation = single("correlation", correlation, 0, 1, lower_open=False)
    return from_mean_and_spread(p, math.sqrt(correlation))
