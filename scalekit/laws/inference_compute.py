"""Compute at inference: coverage, retrieved context, long generations, what verifiers buy."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


class DecimalCoverage(Form):
    """c = 10^(a k^b), a and b below 0: fraction of problems solved by k samples.

    Brown et al. (2407.21787) print exp(a k^-b) in the first version and exp(a k^b) in the
    present one; the a and b over their figures are those of base 10 and of k^b.
    """

    kind = "decimal-coverage"

    a: Any
    b: Any

    def __call__(self, k: Any) -> Any:
        """Fraction of problems that k samples solve."""
        xp = array_namespace(self, k)
        return xp.exp(xp.log(10.0) * self.a * xp.exp(self.b * xp.log(k)))


class RetrievalScore(Form):
    """Score from retrieved documents, worked examples and rounds (2410.04343, equation 2).

    A sigmoid of a sum of logarithms: score = height / (1 + e^(-steepness (x + shift))) - drop
    with x = sum over the three of (a + b gain) ln(amount + epsilon), plus c. Rounds have no gain.
    """

    kind = "retrieval-score"

    a_documents: Any
    a_shots: Any
    a_iterations: Any
    b_documents: Any
    b_shots: Any
    c: Any
    height: Any
    steepness: Any
    shift: Any
    drop: Any

    def __call__(
        self,
        documents: Any,
        shots: Any,
        iterations: Any,
        document_gain: Any,
        shot_gain: Any,
        epsilon: Any,
    ) -> Any:
        """Normalised score, not a fraction of questions."""
        xp = array_namespace(self, documents, shots, iterations, document_gain, shot_gain, epsilon)
        x = (
            (self.a_documents + self.b_documents * document_gain) * xp.log(documents + epsilon)
            + (self.a_shots + self.b_shots * shot_gain) * xp.log(shots + epsilon)
            + self.a_iterations * xp.log(iterations + epsilon)
            + self.c
        )
        return self.height / (1.0 + xp.exp(-self.steepness * (x + self.shift))) - self.drop


class GenerationFlop(Form):
    """FLOP = a L + b L^2 of generating L tokens: what every token costs, and attention."""

    kind = "generation-flop"

    a: Any
    b: Any

    def __call__(self, output_tokens: Any) -> Any:
        """FLOP of one generation of so many tokens."""
        return (self.a + self.b * output_tokens) * output_tokens


class BudgetShare(Form):
    """y = prefactor budget^exponent: how many solutions, or verifications of each, to buy.

    Singhi et al. (2504.01005) publish the exponents only.
    """

    kind = "budget-share"

    log_prefactor: Any
    exponent: Any

    def __call__(self, budget: Any) -> Any:
        """Evaluate at a budget in solutions."""
        xp = array_namespace(self, budget)
        return xp.exp(self.log_prefactor + self.exponent * xp.log(budget))


class Suboptimality(Form):
    """gap = constant H / n^order, an order of growth (Setlur et al., 2502.12118).

    `order` is what theory says and not fitted: 1/2 without a verifier, 1 with one.
    """

    kind = "suboptimality"
    settings = ("order",)
    positive = ("constant",)

    constant: Any
    order: float = 0.5

    def __call__(self, output_tokens: Any, training_prompts: Any) -> Any:
        """Evaluate at H output tokens and n training prompts."""
        # No logarithms: roots of an order that is 1/2 or 1 are cheap.
        return self.constant * output_tokens / training_prompts**self.order
