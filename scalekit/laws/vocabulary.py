"""Vocabulary laws (Tao et al., 2407.13623): how many entries go with how many parameters.

N counts the parameters outside the vocabulary, N_v = V d those of one V by d matrix, where
the width d follows from N by a table of steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.laws.form import Form, array_namespace

LARGEST = (5e7, 2e8, 5e8, 1e9, 2e9, 5e9, 1e10, 2e10, 5e10, 1e11, 2e11, 5e11, 1e12)
"""Largest N of each step."""

WIDTHS = (
    512.0, 768.0, 1024.0, 1536.0, 2048.0, 3200.0, 4096.0, 5120.0, 6048.0, 8192.0, 12288.0,
    16384.0, 20480.0, 24576.0,
)  # fmt: skip
"""Width of each step, and of all N above the last."""

COMPRESSION_END = np.log(2e5)
"""ln V from which the compression no longer changes."""

STEPS = 8
"""Steps of Newton's method; four reach the last digit from anywhere."""


def embedding_width(N: Any) -> Any:
    """Return the embedding width that the authors take for N non-vocabulary parameters."""
    xp = array_namespace(N)
    return xp.asarray(WIDTHS)[xp.searchsorted(xp.asarray(LARGEST), N)]


def tokens_per_character(V: Any, a: Any, b: Any, c: Any) -> Any:
    """Return f(V) = a ln^2 V + b ln V + c, constant from V = 200 000 on."""
    xp = array_namespace(V, a, b, c)
    log_V = xp.minimum(xp.log(V), COMPRESSION_END)
    return (a * log_V + b) * log_V + c


class EmbeddingWidth(Form):
    """d(N), a table of steps in the authors' code (utils.py)."""

    kind = "embedding-width"

    def __call__(self, N: Any) -> Any:
        """Width at N non-vocabulary parameters."""
        return embedding_width(N)


class TokensPerCharacter(Form):
    """f(V) = a ln^2 V + b ln V + c: how far a vocabulary compresses text."""

    kind = "tokens-per-character"

    a: Any
    b: Any
    c: Any

    def __call__(self, V: Any) -> Any:
        """Tokens per character with V entries."""
        return tokens_per_character(V, self.a, self.b, self.c)


def _amount(log_N_v: Any, N: Any, entries: bool) -> Any:
    """Return the parameters of the vocabulary, or its entries."""
    found = array_namespace(log_N_v, N).exp(log_N_v)
    return found / embedding_width(N) if entries else found


def _log_compute(N: Any, C: Any, log_N_amplitude: Any) -> Any:
    """Return ln C, of the budget for which N = amplitude sqrt(C) is optimal if C is None."""
    xp = array_namespace(N, C, log_N_amplitude)
    return 2.0 * (xp.log(N) - log_N_amplitude) if C is None else xp.log(C)


class VocabularyIsoflop(Form):
    """N_v = A C^exponent (approach 1); without C the budget is (N / N_amplitude)^2.

    All three approaches give V = N_v / d in place of N_v where ``entries`` is set.
    """

    kind = "vocabulary-isoflop"
    settings = ("entries",)

    log_A: Any
    exponent: Any
    log_N_amplitude: Any
    entries: bool = False

    def __call__(self, N: Any, C: Any = None) -> Any:
        """Evaluate at N non-vocabulary parameters, which matter without C or for entries."""
        log_C = _log_compute(N, C, self.log_N_amplitude)
        return _amount(self.log_A + self.exponent * log_C, N, self.entries)


class VocabularyDerivative(Form):
    """N_v = N_v0 (N / N_0)^gamma (approach 2); C plays no part."""

    kind = "vocabulary-derivative"
    settings = ("entries",)

    log_N_v0: Any
    log_N_0: Any
    gamma: Any
    entries: bool = False

    def __call__(self, N: Any, C: Any = None) -> Any:
        """Evaluate at N non-vocabulary parameters."""
        log_N_v = self.log_N_v0 + self.gamma * (array_namespace(self, N).log(N) - self.log_N_0)
        return _amount(log_N_v, N, self.entries)


class VocabularyParametric(Form):
    """N_v at which the loss of approach 3 has slope 0 along a budget.

    With N and N_v in millions and K = C / 6e15 (so that K / (N + N_v) is tokens in 1e9):
    a2 A2 N_v^-(a2 + 1) = beta B K^-beta (N + N_v)^(beta - 1). Newton's method in ln N_v, in
    which the logarithm of the quotient of both sides is nearly straight.
    """

    kind = "vocabulary-parametric"
    settings = ("entries",)

    log_A2: Any
    log_B: Any
    a2: Any
    beta: Any
    log_N_amplitude: Any
    entries: bool = False

    def __call__(self, N: Any, C: Any = None) -> Any:
        """Evaluate at N non-vocabulary parameters and C FLOP."""
        xp = array_namespace(self, N, C)
        log_K = _log_compute(N, C, self.log_N_amplitude) - np.log(6e15)
        log_n = xp.log(N) - np.log(1e6)
        level = xp.log(self.a2) + self.log_A2 - xp.log(self.beta) - self.log_B + self.beta * log_K
        log_v = log_n
        for _ in range(STEPS):
            log_sum = xp.logaddexp(log_n, log_v)
            excess = (self.a2 + 1.0) * log_v + (self.beta - 1.0) * log_sum - level
            slope = self.a2 + 1.0 + (self.beta - 1.0) * xp.exp(log_v - log_sum)
            log_v = log_v - excess / slope
        return _amount(log_v + np.log(1e6), N, self.entries)


class VocabularyLoss(Form):
    """L_u = -E + A1 / N^a1 + A2 / (V d)^a2 + B / D^beta, as fitted: D is inflated.

    N and V d in millions, D in 1e9 tokens: the characters times f(V / 1000), as in the
    authors' code, where f(V) is meant.
    """

    kind = "vocabulary-loss"

    E: Any
    log_A1: Any
    log_A2: Any
    log_B: Any
    a1: Any
    a2: Any
    beta: Any
    a: Any
    b: Any
    c: Any

    def __call__(self, N: Any, V: Any, H: Any) -> Any:
        """Loss relative to the unigram's, below 0, after H characters."""
        xp = array_namespace(self, N, V, H)
        compression = tokens_per_character(V / 1e3, self.a, self.b, self.c)
        log_D = xp.log(H) - np.log(1e9) + xp.log(compression)
        log_N_v = xp.log(V) + xp.log(embedding_width(N)) - np.log(1e6)
        return (
            -self.E
            + xp.exp(self.log_A1 - self.a1 * (xp.log(N) - np.log(1e6)))
            + xp.exp(self.log_A2 - self.a2 * log_N_v)
            + xp.exp(self.log_B - self.beta * log_D)
        )
