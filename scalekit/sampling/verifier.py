"""Sampling until a verifier accepts: what comes back, and how much of it is right.

The model of the notebooks behind arXiv 2411.17501 (independent attempts at one problem, an
accepted answer is returned): a verifier accepts a correct sample with the true-positive rate
(completeness) and a wrong one with the false-positive rate (1 - soundness). Two traps of names:
what the figures of that paper call FPR is the share of wrong ones among the accepted, here
1 - `verifier_precision`; and the mean precision over problems is not the precision of the means.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain

SMALL = 1e-5
"""Below this k times acceptance, three terms of the geometric sum are exact to rounding."""


@dataclass(frozen=True)
class BestOfK:
    """What at most k attempts, stopped at the first accepted sample, end in.

    Attributes
    ----------
    correct, wrong : float or array
        Probability that a correct, or a wrong, sample is returned.
    abstain : float or array
        Probability that none of the k samples is accepted.
    attempts : float or array
        Expected samples drawn.
    """

    correct: Any
    wrong: Any
    abstain: Any
    attempts: Any


@dataclass(frozen=True)
class VerifiedPool:
    """A pool of k samples of which a verifier keeps those that it accepts.

    Attributes
    ----------
    pass_probability : float or array
        Probability that one sample is accepted.
    precision : float or array
        Share of correct samples among the accepted.
    any_selection : float or array
        Probability that at least one of the k is accepted.
    wrong_selection : float or array
        Probability that one is accepted and a random one of the accepted is wrong.
    any_false_pass : float or array
        Probability that at least one wrong sample is accepted.
    expected_passes : float or array
        Expected accepted samples.
    """

    pass_probability: Any
    precision: Any
    any_selection: Any
    wrong_selection: Any
    any_false_pass: Any
    expected_passes: Any


def acceptance(p: Any, true_positive_rate: Any, false_positive_rate: Any) -> tuple[Any, Any]:
    """Return the probabilities that one sample is accepted and that it is rejected.

    Each is summed from its own parts, so that neither loses digits where it is small. Equal
    rates give the same acceptance for every p exactly: rounding must not order the problems.
    """
    blind = true_positive_rate == false_positive_rate
    mixed = p * true_positive_rate + (1 - p) * false_positive_rate
    rest = p * (1 - true_positive_rate) + (1 - p) * (1 - false_positive_rate)
    return (
        _exactly(true_positive_rate, mixed, blind),
        _exactly(1 - true_positive_rate, rest, blind),
    )


def _exactly(value: Any, mixed: Any, blind: Any) -> Any:
    """Return `value` where the rates are equal, else `mixed`, with the derivatives of `mixed`."""
    if array_namespace(value, mixed) is np:
        return np.where(blind, value, mixed)
    rounding = jax.numpy.where(blind, value - mixed, 0.0)
    return mixed + jax.lax.stop_gradient(rounding)


def none_accepted(accepted: Any, rejected: Any, k: Any) -> Any:
    """Return rejected^k, exact where acceptance is tiny; 0^0 and 1^infinity are 1."""
    xp = array_namespace(accepted, rejected, k)
    often, endless = accepted > 0.5, xp.isinf(k)
    exponent = xp.where(endless, 1.0, k)  # derivatives hold at infinity, too
    rare = xp.exp(exponent * xp.log1p(-xp.where(often, 0.5, accepted)))
    finite = xp.where(often, xp.where(often, rejected, 0.5) ** exponent, rare)
    return xp.where(endless, xp.where(accepted == 0, 1.0, 0.0), finite)


def expected_attempts(accepted: Any, rejected: Any, k: Any) -> Any:
    """Return 1 + b + ... + b^(k-1) for rejection b: the samples drawn by at most k attempts.

    A geometric sum, (1 - b^k)/(1 - b); k itself where nothing is ever accepted. Written so that
    its derivatives hold there too.
    """
    xp = array_namespace(accepted, rejected, k)
    few = xp.where(xp.isinf(k), 1.0, k)
    small = xp.where(xp.isinf(k), accepted == 0, few * accepted < SMALL)
    tiny = xp.where(small, accepted, 0.0)
    series = few * (1 - (few - 1) / 2 * tiny * (1 - (few - 2) / 3 * tiny))
    usual = xp.where(small, 0.5, accepted)
    none = none_accepted(usual, xp.where(small, 0.5, rejected), k)
    with_log = -xp.expm1(few * xp.log1p(-xp.where(usual > 0.5, 0.5, usual)))
    some = xp.where((usual > 0.5) | xp.isinf(k), 1 - none, with_log)
    with np.errstate(over="ignore"):  # beyond 1e308 attempts are endless
        usually = some / usual
    return xp.where(small, xp.where(xp.isinf(k), math.inf, series), usually)


def verifier_precision(p: Any, true_positive_rate: Any, false_positive_rate: Any) -> Any:
    """Return P(correct, given accepted), the ceiling of accuracy however many samples are drawn.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample, 0 to 1.
    true_positive_rate, false_positive_rate : float or array
        Probabilities that a correct, and that a wrong, sample is accepted, 0 to 1.

    Returns
    -------
    float or array
        NaN where nothing is ever accepted: there is no such share.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> round(verifier_precision(0.3, 0.9, 0.2), 4)
    0.6585
    """
    p, tpr, fpr = checked(p, true_positive_rate, false_positive_rate)
    return plain(precision(p, tpr, fpr))


def precision(p: Any, true_positive_rate: Any, false_positive_rate: Any) -> Any:
    """Return the precision of inputs that have been checked."""
    xp = array_namespace(p, true_positive_rate, false_positive_rate)
    right, wrong = p * true_positive_rate, (1 - p) * false_positive_rate
    total = right + wrong
    return xp.where(total > 0, right / xp.where(total > 0, total, 1.0), math.nan)


def best_of_k(
    p: Any, k: Any, true_positive_rate: Any = 1.0, false_positive_rate: Any = 0.0
) -> BestOfK:
    """Return what at most k independent attempts end in, stopping at the first accepted one.

    With a perfect verifier, `correct` is pass@k of this p. The accuracy among returned answers
    is `verifier_precision` at every k. If the last rejected sample were returned instead of
    nothing, p (1 - TPR) b^(k-1) would be added to `correct`, b being the chance of rejection.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample on this problem, 0 to 1.
    k : float or array
        Attempts allowed, from 0; infinity gives the ceiling.
    true_positive_rate, false_positive_rate : float or array
        Probabilities that a correct, and that a wrong, sample is accepted, 0 to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> result = best_of_k(0.3, 4, true_positive_rate=0.9, false_positive_rate=0.2)
    >>> round(result.correct, 5), round(result.abstain, 5), round(result.attempts, 5)
    (0.57874, 0.12117, 2.14348)
    """
    p, tpr, fpr = checked(p, true_positive_rate, false_positive_rate)
    k = attempts_allowed(k)
    return best_of(p, k, tpr, fpr)


def best_of(p: Any, k: Any, true_positive_rate: Any, false_positive_rate: Any) -> BestOfK:
    """Return `best_of_k` of inputs that have been checked."""
    xp = array_namespace(p, k, true_positive_rate, false_positive_rate)
    accepted, rejected = acceptance(p, true_positive_rate, false_positive_rate)
    tries = expected_attempts(accepted, rejected, k)
    # Where nothing is ever accepted the shares are 0 though the tries may be endless; where
    # acceptance is so small that its inverse overflows, endless tries still end.
    endless, ends = xp.isinf(tries), accepted > 0
    counted = xp.where(endless, 0.0, tries)

    def share(of: Any) -> Any:
        return xp.where(endless & ends, of / xp.where(ends, accepted, 1.0), of * counted)

    return BestOfK(
        correct=plain(share(p * true_positive_rate)),
        wrong=plain(share((1 - p) * false_positive_rate)),
        abstain=plain(none_accepted(accepted, rejected, k)),
        attempts=plain(tries),
    )


def verified_pool(
    p: Any, k: Any, true_positive_rate: Any = 1.0, false_positive_rate: Any = 0.0
) -> VerifiedPool:
    """Return what a verifier makes of a whole pool of k samples, none spared.

    Parameters
    ----------
    p : float or array
        Accuracy of a single sample on this problem, 0 to 1.
    k : float or array
        Samples in the pool, from 0.
    true_positive_rate, false_positive_rate : float or array
        Probabilities that a correct, and that a wrong, sample is accepted, 0 to 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    p, tpr, fpr = checked(p, true_positive_rate, false_positive_rate)
    k = number("k", k, lower_open=False, unit="samples")
    accepted, rejected = acceptance(p, tpr, fpr)
    share = precision(p, tpr, fpr)
    xp = array_namespace(p, tpr, fpr, k)
    some = accepted * expected_attempts(accepted, rejected, k)
    false_pass = (1 - p) * fpr
    return VerifiedPool(
        pass_probability=plain(accepted),
        precision=plain(share),
        any_selection=plain(some),
        wrong_selection=plain(xp.where(accepted > 0, some * (1 - share), 0.0)),
        any_false_pass=plain(false_pass * expected_attempts(false_pass, 1 - false_pass, k)),
        expected_passes=plain(k * accepted),
    )


def attempts_allowed(k: Any) -> Any:
    """Return the checked number of attempts, which may be endless."""
    return number("k", k, lower_open=False, infinite=True, unit="attempts")


def checked(p: Any, true_positive_rate: Any, false_positive_rate: Any) -> tuple[Any, Any, Any]:
    """Return the three probabilities, each from 0 up to 1."""
    return (
        number("p", p, 0, 1, lower_open=False),
        number("true_positive_rate", true_positive_rate, 0, 1, lower_open=False),
        number("false_positive_rate", false_positive_rate, 0, 1, lower_open=False),
    )
