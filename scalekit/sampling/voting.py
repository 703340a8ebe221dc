"""The answer that most samples give: exact chances, normal approximations and a bound.

`probabilities[0]` is the correct answer's share of the samples. What a vote tends to with many
samples is 0 or 1 on each problem, as the correct answer is the most frequent one or not: never
put a mean accuracy over problems in, average the curves instead. A weighted vote is the same
with the shares of `weighted_shares` where a score is known only on average; the scatter of the
scores themselves is then left out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from scalekit.checks import number, single, whole
from scalekit.laws.form import array_namespace, plain

MOST_VOTES = 2000
"""Votes up to which `plurality_vote` counts; beyond, `pairwise_vote_normal` is close."""

LOG_NEGLIGIBLE = -45.0
"""Logarithm of chances that are left out of the sum, below its rounding."""


def majority_vote(p: Any, k: Any) -> Any:
    """Return P(the correct of two answers wins k votes); a tie counts one half.

    Exact binomial sum by the incomplete beta function. An even k is as good as k - 1.

    Parameters
    ----------
    p : float or array
        Chance that one vote is correct, 0 to 1.
    k : int or array
        Votes, a whole number from 1.

    Raises
    ------
    ValueError
        If `p` is outside 0 to 1, or `k` no whole number from 1.

    Examples
    --------
    >>> round(majority_vote(0.6, 11), 6)
    0.753498
    """
    p = number("p", p, 0, 1, lower_open=False)
    k = whole("k", k, 1)
    xp = array_namespace(p, k)
    if xp is np:
        from scipy.special import betainc  # slow to import
    else:
        from jax.scipy.special import betainc
    # P(at least m of 2m - 1 votes are correct); the last vote of an even k changes nothing.
    m = xp.floor((xp.asarray(k) + 1) / 2)
    return plain(betainc(m, m, p))


def majority_vote_normal(p: Any, k: Any) -> Any:
    """Return the normal approximation of `majority_vote`, Phi((p - 1/2) sqrt(k/(p (1 - p)))).

    Parameters
    ----------
    p : float or array
        Chance that one vote is correct, 0 to 1.
    k : float or array
        Votes, above 0.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    p = number("p", p, 0, 1, lower_open=False)
    return pairwise_vote_normal(p, 1 - p, k)


def scattered_vote(p: Any, k: Any) -> Any:
    """Return P(the correct answer wins k votes) where no two wrong samples agree; ties are split.

    The best case for a vote, as `majority_vote` is the worst: two correct samples suffice, and
    a single one ties with all others. The limit of `plurality_vote` for many rare wrong answers.

    Parameters
    ----------
    p : float or array
        Chance that one vote is correct, 0 to 1.
    k : float or array
        Votes, from 1.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> round(scattered_vote(0.3, 11), 6)
    0.895484
    """
    p = number("p", p, 0, 1, lower_open=False)
    k = number("k", k, 1, lower_open=False, unit="votes")
    xp = array_namespace(p, k)
    # Of k votes one is correct with the chance k p (1 - p)^(k - 1), and then wins 1/k of ties.
    log_rest = xp.log1p(-xp.where(p < 1, p, 0.0))
    fewer = xp.exp((k - 1) * log_rest)  # none of the other votes is correct
    none = xp.where(p < 1, fewer * (1 - p), 0.0)
    one = xp.where(p < 1, p * fewer, xp.where(k > 1, 0.0, 1.0))
    return plain(1 - none - (k - 1) * one)


def pairwise_vote_normal(p_1: Any, p_2: Any, k: Any) -> Any:
    """Return the normal approximation of winning against the top rival alone.

    Phi(d sqrt(k/(p_1 + p_2 - d^2))) with d = p_1 - p_2; too high where several rivals are close.

    Parameters
    ----------
    p_1, p_2 : float or array
        Shares of the correct answer and of its top rival, together at most 1.
    k : float or array
        Votes, above 0.

    Raises
    ------
    ValueError
        If an input is out of its range, or the shares sum to more than 1.
    """
    p_1 = number("p_1", p_1, 0, 1, lower_open=False)
    p_2 = number("p_2", p_2, 0, 1, lower_open=False)
    k = number("k", k, unit="votes")
    xp = array_namespace(p_1, p_2, k)
    if xp is np and np.any(np.asarray(p_1) + p_2 > 1 + 1e-9):
        raise ValueError(f"p_1 and p_2 are {p_1} and {p_2}; allowed: a sum of at most 1")
    gap = p_1 - p_2
    variance = p_1 + p_2 - gap * gap
    certain = variance <= 0
    if xp is np:
        from scipy.special import ndtr  # slow to import
    else:
        from jax.scipy.special import ndtr
    chance = ndtr(gap * xp.sqrt(k / xp.where(certain, 1.0, variance)))
    return plain(xp.where(certain, (1 + xp.sign(gap)) / 2, chance))


def vote_error_bound(margin: Any, k: Any, answers: Any) -> Any:
    """Return answers exp(-k margin^2/2), which bounds the error of a vote.

    Theorem 1 of Wu et al. (arXiv 2408.00724) with its proof. Loose: it may be above 1.

    Parameters
    ----------
    margin : float or array
        Share of the correct answer less that of its top rival, 0 to 1.
    k : float or array
        Votes, above 0.
    answers : float or array
        Number of different answers, from 1.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    margin = number("margin", margin, 0, 1, lower_open=False)
    k = number("k", k, unit="votes")
    answers = number("answers", answers, 1, lower_open=False, unit="answers")
    xp = array_namespace(margin, k, answers)
    return plain(answers * xp.exp(-k * margin * margin / 2))


def plurality_vote(probabilities: Any, k: Any) -> Any:
    """Return P(the first answer gets the most of k votes); ties are split evenly.

    Exact: multiplied generating functions, not simulated. The time grows as the square of the
    answers and the cube of the votes; a hundred votes among ten answers take 20 ms.

    Parameters
    ----------
    probabilities : sequence of shape (answers,)
        Shares of the samples, the correct answer first; they sum to 1.
    k : int or array
        Votes, a whole number from 1 to 2000; beyond, use `pairwise_vote_normal`.

    Raises
    ------
    ValueError
        If the shares do not sum to 1, or `k` is no whole number from 1 to 2000.

    Examples
    --------
    >>> round(plurality_vote([0.4, 0.3, 0.3], 10), 3)
    0.498
    """
    shares = shares_of("probabilities", probabilities)
    counts = whole("k", k, 1, MOST_VOTES)
    rivals = tuple(sorted(shares[1:][shares[1:] > 0].tolist()))
    found = [_plurality(float(shares[0]), rivals, int(n)) for n in np.ravel(counts)]
    return plain(np.reshape(found, np.shape(counts)))


def weighted_shares(probabilities: Any, scores: Any) -> Any:
    """Return probabilities times mean scores, summing to 1: what a weighted vote tends to.

    Theorem 2 of Wu et al. (arXiv 2408.00724): the limit is right where the first is largest.

    Parameters
    ----------
    probabilities : sequence of shape (answers,)
        Shares of the samples.
    scores : sequence of shape (answers,)
        Mean score of the samples with each answer, from 0, not all 0.

    Raises
    ------
    ValueError
        If the shares do not sum to 1, or the scores are negative, all 0 or of another number.
    """
    shares = shares_of("probabilities", probabilities)
    scores = np.asarray(number("scores", scores, lower_open=False))
    if scores.shape != shares.shape:
        raise ValueError(f"scores has the shape {scores.shape}; allowed: {shares.shape}")
    product = shares * scores
    if not product.sum() > 0:
        raise ValueError("scores are 0 for every answer that occurs; allowed: one above 0")
    return product / product.sum()


def weighted_vote(probabilities: Any, scores: Any, k: Any, spread: Any = 0.0) -> Any:
    """Return the normal approximation of a weighted vote against the top rival alone; ours.

    Each sample adds its score to its answer. The difference of two sums has the mean
    k (p_1 s_1 - p_2 s_2) and k times the variance of one sample's part of it.

    Parameters
    ----------
    probabilities, scores : sequence of shape (answers,)
        Shares of the samples, the correct answer first, and mean scores.
    k : float or array
        Votes, above 0.
    spread : float
        Standard deviation of a sample's score around the mean of its answer.

    Raises
    ------
    ValueError
        If the shares do not sum to 1, or another input is out of its range.
    """
    from scipy.special import ndtr  # slow to import

    weighted = weighted_shares(probabilities, scores)
    shares = shares_of("probabilities", probabilities)
    if shares.size == 1:
        return plain(np.ones(np.shape(number("k", k))))
    scores = np.asarray(number("scores", scores, lower_open=False))
    spread = single("spread", spread, lower_open=False)
    k = number("k", k, unit="votes")
    pair = [0, 1 + int(np.argmax(weighted[1:]))]
    gain = shares[pair] * scores[pair]
    gap = gain[0] - gain[1]
    variance = float(shares[pair] @ (scores[pair] ** 2 + spread**2) - gap**2)
    if variance <= 0:
        return plain(np.full(np.shape(k), (1 + np.sign(gap)) / 2))
    return plain(ndtr(gap * np.sqrt(np.asarray(k) / variance)))


def shares_of(name: str, probabilities: Any) -> np.ndarray:
    """Return the checked shares of the answers.

    Raises
    ------
    ValueError
        If they are no list or do not sum to 1.
    """
    shares = np.atleast_1d(number(name, probabilities, 0, 1, lower_open=False))
    if shares.ndim != 1 or not shares.size:
        raise ValueError(f"{name} has the shape {shares.shape}; allowed: a list")
    if abs(shares.sum() - 1) > 1e-6:
        raise ValueError(f"{name} sum to {shares.sum():g}; allowed: 1")
    return shares / shares.sum()


@lru_cache(maxsize=4096)
def _plurality(first: float, rivals: tuple[float, ...], k: int) -> float:
    """Return the chance for one k: the sum over the votes m of the first answer.

    Given m, the rivals' votes are multinomial, which is as independent Poisson counts given
    their sum: their distributions, cut at m, are convolved. All terms are positive, so that
    nothing cancels, and the Poisson means sum to the votes left, so that nothing overflows.
    """
    if first == 0:
        return 0.0
    from scipy.special import gammaln  # slow to import

    parts = np.array(rivals) / sum(rivals) if rivals else np.ones(0)
    log_factorial = gammaln(np.arange(k + 1) + 1.0)

    def poisson(mean: float, most: int) -> np.ndarray:
        counts = np.arange(most + 1)
        return np.asarray(np.exp(counts * np.log(mean) - mean - log_factorial[: most + 1]))

    total = 0.0
    # The first answer cannot win with fewer votes than its part of an even split.
    for m in range(-(-k // (len(rivals) + 1)), k + 1):
        left = k - m
        log_chance = log_factorial[k] - log_factorial[m] - log_factorial[left] + m * np.log(first)
        if left:
            log_chance += left * np.log1p(-first) if first < 1 else -np.inf
        if log_chance < LOG_NEGLIGIBLE:
            continue
        if not left:
            total += np.exp(log_chance)
            continue
        # state[t, n]: t rivals have m votes, the rivals so far have n in all.
        state = np.zeros((1, left + 1))
        state[0, 0] = 1.0
        for part in parts:
            pmf = poisson(left * part, min(m, left))
            after = np.zeros((len(state) + 1, left + 1))
            for row, more in zip(state, after[:-1], strict=True):
                more += np.convolve(row, pmf[:m])[: left + 1]
            if m <= left:
                after[1:, m:] += pmf[m] * state[:, : left + 1 - m]
            state = after
        shares = state[:, left] @ (1.0 / (1.0 + np.arange(len(state))))
        total += np.exp(log_chance + left - left * np.log(left) + log_factorial[left]) * shares
    return float(min(total, 1.0))
