"""Data mixing laws: loss of a domain from the proportions trained on (2403.16952)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace

DOMAINS = ("academic", "prose", "dialogue", "symbolic", "internet")


class TwoDomainMixing(Form):
    """L = c + k exp(t r) with r the proportion of the domain that the loss is of."""

    kind = "two-domain-mixing"

    c: Any
    log_k: Any
    t: Any

    def __call__(self, proportion: Any) -> Any:
        """Loss at a proportion of the evaluated domain, the rest being the other one."""
        xp = array_namespace(self, proportion)
        return self.c + xp.exp(self.log_k + self.t * proportion)


class DomainMixing(Form):
    """L = c + k exp(sum of t_j r_j) over five coarse domains of the Pile."""

    kind = "domain-mixing"

    log_c: Any
    log_k: Any
    t_academic: Any
    t_prose: Any
    t_dialogue: Any
    t_symbolic: Any
    t_internet: Any

    def __call__(
        self, academic: Any, prose: Any, dialogue: Any, symbolic: Any, internet: Any
    ) -> Any:
        """Loss of one domain at the proportions of all, which sum to 1."""
        xp = array_namespace(self, academic, prose, dialogue, symbolic, internet)
        exponent = (
            self.log_k
            + self.t_academic * academic
            + self.t_prose * prose
            + self.t_dialogue * dialogue
            + self.t_symbolic * symbolic
            + self.t_internet * internet
        )
        return xp.exp(self.log_c) + xp.exp(exponent)


class WeightedMixing(Form):
    """L = sum of s_i L_i: the five losses of `DomainMixing`, weighted for validation.

    ``t_prose_academic`` is what the proportion of academic text does to the loss on prose.
    """

    kind = "weighted-mixing"

    s_academic: Any
    log_c_academic: Any
    log_k_academic: Any
    t_academic_academic: Any
    t_academic_prose: Any
    t_academic_dialogue: Any
    t_academic_symbolic: Any
    t_academic_internet: Any

    s_prose: Any
    log_c_prose: Any
    log_k_prose: Any
    t_prose_academic: Any
    t_prose_prose: Any
    t_prose_dialogue: Any
    t_prose_symbolic: Any
    t_prose_internet: Any

    s_dialogue: Any
    log_c_dialogue: Any
    log_k_dialogue: Any
    t_dialogue_academic: Any
    t_dialogue_prose: Any
    t_dialogue_dialogue: Any
    t_dialogue_symbolic: Any
    t_dialogue_internet: Any

    s_symbolic: Any
    log_c_symbolic: Any
    log_k_symbolic: Any
    t_symbolic_academic: Any
    t_symbolic_prose: Any
    t_symbolic_dialogue: Any
    t_symbolic_symbolic: Any
    t_symbolic_internet: Any

    s_internet: Any
    log_c_internet: Any
    log_k_internet: Any
    t_internet_academic: Any
    t_internet_prose: Any
    t_internet_dialogue: Any
    t_internet_symbolic: Any
    t_internet_internet: Any

    def domain(self, name: str) -> DomainMixing:
        """Return the law of one domain."""
        slopes = {f"t_{other}": getattr(self, f"t_{name}_{other}") for other in DOMAINS}
        log_c, log_k = getattr(self, f"log_c_{name}"), getattr(self, f"log_k_{name}")
        return DomainMixing(log_c, log_k, **slopes)

    def __call__(
        self, academic: Any, prose: Any, dialogue: Any, symbolic: Any, internet: Any
    ) -> Any:
        """Weighted loss at the proportions of all domains, which sum to 1."""
        mixture = (academic, prose, dialogue, symbolic, internet)
        return sum(getattr(self, f"s_{name}") * self.domain(name)(*mixture) for name in DOMAINS)
