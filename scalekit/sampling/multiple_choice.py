"""From the probability of the right choice to accuracy: what each metric throws away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalekit.checks import number


@dataclass(frozen=True)
class MultipleChoiceMetrics:
    """One item in the metrics between log-likelihood and accuracy.

    Attributes
    ----------
    log_p_vocab : float
        Natural logarithm of the probability of the correct choice.
    p_vocab : float
        That probability, among all texts.
    p_choices : float
        The same among the choices only.
    accuracy : float
        1 if the correct choice is the most probable one (the first of equals), else 0.
    brier : float
        Squared distance of the probabilities among the choices from the right answer.
    """

    log_p_vocab: float
    p_vocab: float
    p_choices: float
    accuracy: float
    brier: float


def multiple_choice_metrics(probabilities: Any, correct: int = 0) -> MultipleChoiceMetrics:
    """Return the metrics of one multiple-choice item.

    Schaeffer et al. (arXiv 2406.04391), from the authors' summary (secondary); the form of the
    Brier score is unverified. Length normalisation changes which choice is the most probable.

    Parameters
    ----------
    probabilities : sequence of float
        Probability that the model gives to each choice (of a whole sequence, where a choice
        has several tokens), together at most 1.
    correct : int
        Index of the correct choice.

    Raises
    ------
    ValueError
        If there are no two choices, a probability is outside 0 to 1, they sum to more than 1
        or to nothing, or `correct` is no index.
    """
    p = np.asarray(number("probabilities", probabilities, 0.0, 1.0, lower_open=False))
    if p.ndim != 1 or p.size < 2:
        raise ValueError(f"probabilities has the shape {p.shape}; allowed: one for each choice")
    if not 0.0 < p.sum() <= 1.0 + 1e-9:
        raise ValueError(f"probabilities sum to {p.sum():.12g}; allowed: above 0 up to 1")
    if isinstance(correct, bool) or not isinstance(correct, int | np.integer):
        raise ValueError(f"correct is {correct!r}; allowed: a whole number")
    if not 0 <= correct < p.size:
        raise ValueError(f"correct is {correct}; allowed: 0 to {p.size - 1}")
    among, right = p / p.sum(), float(p[correct])
    target = np.arange(p.size) == correct
    return MultipleChoiceMetrics(
        log_p_vocab=math.log(right) if right > 0 else -math.inf,
        p_vocab=right,
        p_choices=float(among[correct]),
        accuracy=float(np.argmax(p) == correct),
        brier=float(np.sum((target - among) ** 2)),
    )
