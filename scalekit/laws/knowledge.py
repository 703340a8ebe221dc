"""What a model can store, and what synthetic biographies hold, in bits (2404.05405)."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.laws.form import Form, array_namespace


class KnowledgeCapacity(Form):
    """bits = R N, R being the bits that a parameter stores (Allen-Zhu and Li, 2404.05405)."""

    kind = "knowledge-capacity"
    blockwise = False

    log_R: Any

    def __call__(self, N: Any) -> Any:
        """Bits that N parameters store."""
        xp = array_namespace(self, N)
        return xp.exp(self.log_R) * N


class BiographyKnowledge(Form):
    """bits = people (log2(name_pool / people) + log2(attribute_combinations)).

    Bits of knowledge in biographies of as many people, each with a name of the pool and one
    of the combinations of attributes (Allen-Zhu and Li, 2404.05405).
    """

    kind = "biography-knowledge"

    log_name_pool: Any
    log_attribute_combinations: Any

    def __call__(self, people: Any) -> Any:
        """Bits in the biographies of `people` persons."""
        xp = array_namespace(self, people)
        nats = self.log_name_pool - xp.log(people) + self.log_attribute_combinations
        return people * nats / np.log(2.0)

    def refusal(self, **inputs: Any) -> str:
        """Refuse more persons than names: the formula counts sets of different names."""
        people = inputs["people"]
        if array_namespace(self, people) is not np or not np.size(people):
            return ""
        most = people if np.ndim(self.log_name_pool) else np.max(people)
        excess = np.log(most) - self.log_name_pool
        if np.all(excess <= 1e-12):
            return ""
        return f"people is {np.exp(np.max(excess)):.6g} times name_pool; allowed: up to 1 time"
