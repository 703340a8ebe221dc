"""Published savings of training compute, laid on the curve of a loss law."""

from __future__ import annotations

from collections.abc import Mapping

from scalekit.cards import Card, Marker, cards
from scalekit.laws.law import Law

TOKENS = "D"
"""The input that falls with training compute, 6 N D, while the size stays."""


def fit_on(law: Law) -> bool:
    """Say whether a law tells a loss from training tokens, so that savings can be laid on it."""
    tokens = law.inputs.get(TOKENS)
    return law.output.unit == "nats/token" and tokens is not None and tokens.unit == "tokens"


def laid_on(law: Law, inputs: Mapping[str, float], value: float) -> list[tuple[Card, Marker]]:
    """Return where each saving would reach the present loss: with so many times fewer tokens.

    Parameters
    ----------
    law : Law
        A law that `fit_on` says yes to.
    inputs : mapping of str to float
        What it is called with.
    value : float
        Its loss there, nats/token.
    """
    found = []
    for card in cards():
        if card.saving is not None and TOKENS in inputs:
            less = card.saving.factor
            reason = (
                f"the loss of now with {less:g} times less training compute, which at the same "
                f"size are so many times fewer tokens; published: {card.saving.reason}"
            )
            marker = Marker(law.slug, TOKENS, inputs[TOKENS] / less, value, reason)
            found.append((card, marker))
    return sorted(found, key=lambda pair: pair[1].x)
