"""What one kind of inference is worth in another: model size, solutions, verifications."""

from __future__ import annotations

from typing import Any

from scalekit.checks import number


def matched_inference_multiplier(size_ratio: Any, inference_to_pretraining: Any) -> Any:
    """Return how many times more inference a small model may use at the FLOP of a larger one.

    M + 3 (M - 1)/R, from M (6 N D + 2 N D_inference) = 6 N D + f 2 N D_inference (Snell et al.,
    arXiv 2408.03314, section 7). Both models see the same pre-training data; what telling
    the difficulty of questions costs there (2048 samples each) is not charged.

    Parameters
    ----------
    size_ratio : float or array
        Parameters of the large over those of the small model, from 1.
    inference_to_pretraining : float or array
        Tokens of all inference over pre-training tokens, not those of one question.

    Raises
    ------
    ValueError
        If an input is out of its range.

    Examples
    --------
    >>> matched_inference_multiplier(14, 0.16)
    257.75
    """
    M = number("size_ratio", size_ratio, 1, lower_open=False)
    return M + 3.0 * (M - 1.0) / number("inference_to_pretraining", inference_to_pretraining)


def solve_verify_cost(solutions: Any, verifications: Any, verification_ratio: Any) -> Any:
    """Return S (1 + lambda V), the cost of solving and verifying in solutions.

    Singhi et al. (arXiv 2504.01005). A vote needs no verification and costs S.

    Parameters
    ----------
    solutions : float or array
        Solutions S, from 0.
    verifications : float or array
        Verifications V of each, from 0.
    verification_ratio : float or array
        Tokens of a verification over those of a solution: 2 for the fine-tuned verifiers of
        the paper, 1 for prompted ones.

    Raises
    ------
    ValueError
        If an input is out of its range.
    """
    S = number("solutions", solutions, lower_open=False)
    V = number("verifications", verifications, lower_open=False)
    ratio = number("verification_ratio", verification_ratio, lower_open=False)
    return S * (1.0 + ratio * V)
