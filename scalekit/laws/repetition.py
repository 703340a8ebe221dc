"""Data-constrained training (2305.16264): what repeated tokens and excess parameters are worth."""

from __future__ import annotations

from typing import Any

from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.form import Form, array_namespace


def effective_tokens(D: Any, U: Any, R_D: Any) -> Any:
    """Return what D tokens over U unique ones are worth in unique tokens; R_D is the 1/e scale."""
    xp = array_namespace(D, U, R_D)
    unique = xp.minimum(U, D)
    repetitions = D / unique - 1.0
    return unique * (1.0 - R_D * xp.expm1(-repetitions / R_D))


def effective_parameters(N: Any, N_unique: Any, R_N: Any) -> Any:
    """Return what N parameters are worth when N_unique is optimal for the unique tokens."""
    xp = array_namespace(N, N_unique, R_N)
    base = xp.minimum(N, N_unique)
    excess = N / base - 1.0
    return base * (1.0 - R_N * xp.expm1(-excess / R_N))


class Repetition(Form):
    """The Chinchilla form on effective parameters and effective tokens."""

    kind = "repetition"
    positive = ("alpha", "beta")

    log_A: Any
    log_B: Any
    log_E: Any
    alpha: Any
    beta: Any
    R_D: Any
    R_N: Any

    def fresh(self) -> SumOfPowers:
        """Return the law without repetition, which it becomes when U >= D."""
        return SumOfPowers(self.log_A, self.log_B, self.log_E, self.alpha, self.beta)

    def optimal_parameters(self, U: Any) -> Any:
        """Return the parameters that are compute-optimal for U unique tokens seen once."""
        xp = array_namespace(self, U)
        log_G = (xp.log(self.alpha) + self.log_A - xp.log(self.beta) - self.log_B) / (
            self.alpha + self.beta
        )
        return xp.exp(self.beta / self.alpha * (xp.log(U) + log_G) + log_G)

    def effective_tokens(self, D: Any, U: Any) -> Any:
        """Return what D tokens are worth in unique tokens when U of them are unique."""
        return effective_tokens(D, U, self.R_D)

    def effective_parameters(self, N: Any, U: Any) -> Any:
        """Return what N parameters are worth when U unique tokens are there to train them."""
        return effective_parameters(N, self.optimal_parameters(U), self.R_N)

    def __call__(self, N: Any, D: Any, U: Any) -> Any:
        """Loss at N parameters and D tokens of which U are unique (U is cut at D)."""
        xp = array_namespace(self, N, D, U)
        return self.over_corpus(N, D, xp.minimum(U, D))

    def over_corpus(self, N: Any, D: Any, U: Any) -> Any:
        """Loss when a corpus of U unique tokens is at hand, whether or not D reaches it.

        Parameters then lose worth only beyond what the whole corpus can train, so that an
        endless corpus gives back the law without repetition; the published call cuts U at
        D. Both have the same optimum under a budget.
        """
        return self.fresh()(N=self.effective_parameters(N, U), D=self.effective_tokens(D, U))


class EffectiveTokens(Repetition):
    """The tokens part of the law alone."""

    kind = "repetition-tokens"

    def __call__(self, D: Any, U: Any) -> Any:  # type: ignore[override]
        """Return what D tokens are worth in unique tokens when U of them are unique."""
        return self.effective_tokens(D, U)


class EffectiveParameters(Repetition):
    """The parameters part of the law alone."""

    kind = "repetition-parameters"

    def __call__(self, N: Any, U: Any) -> Any:  # type: ignore[override]
        """Return what N parameters are worth when U unique tokens are there to train them."""
        return self.effective_parameters(N, U)
