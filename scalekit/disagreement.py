"""Why tools disagree: what each answers for tokens per parameter, and the cause."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from scalekit.checks import number
from scalekit.laws import registry
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.law import Law
from scalekit.laws.overtraining import OverTraining
from scalekit.laws.repetition import Repetition
from scalekit.packaged import data_directory


@dataclass(frozen=True)
class Tool:
    """A recorded way from compute to tokens per parameter: of a tool, or of a law.

    Attributes
    ----------
    name, label : str
        Key and caption.
    cause : str
        Why it differs, in two or three words.
    reason : str
        The same in a sentence.
    source : str
        Where its numbers come from.
    form : SumOfPowers or None
        Its fitted law, where it has one of this form.
    rule : callable
        Tokens per parameter at a training compute in FLOP.
    """

    name: str
    label: str
    cause: str
    reason: str
    source: str
    form: SumOfPowers | None
    rule: Callable[[Any], Any]

    def tokens_per_parameter(self, C: Any) -> Any:
        """Return the answer at training compute C (FLOP)."""
        C = number("C", C, unit="FLOP")
        found = self.rule(C)
        return found + np.zeros_like(C) if np.ndim(C) else float(found)


@cache
def tools() -> tuple[Tool, ...]:
    """Return all recorded tools, in the order of the file."""
    return tuple(_tool(row) for row in _file()["tools"])


@cache
def laws() -> tuple[Tool, ...]:
    """Return the laws of the registry that answer the same question and are no tool's."""
    found = []
    for row in _file()["laws"]:
        names = [row["variant"]] if "variant" in row else registry.facts(row["law"]).variants
        found += [_law(registry.get(row["law"], name), row) for name in names]
    return tuple(found)


def answers(C: float, *, with_laws: bool = False) -> pd.DataFrame:
    """Return every tool's tokens per parameter at one budget, lowest first.

    Parameters
    ----------
    C : float
        Training compute in FLOP.
    with_laws : bool
        Whether to add the laws of the registry that are no tool's.

    Returns
    -------
    pandas.DataFrame
        Columns label, tokens_per_parameter, cause, reason, source; the index is the name.
    """
    rows = [
        (t.name, t.label, t.tokens_per_parameter(float(C)), t.cause, t.reason, t.source)
        for t in (*tools(), *(laws() if with_laws else ()))
    ]
    columns = ["name", "label", "tokens_per_parameter", "cause", "reason", "source"]
    table = pd.DataFrame(rows, columns=columns).set_index("name")
    return table.sort_values("tokens_per_parameter")


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads((data_directory() / "tools.toml").read_text(encoding="utf-8"))


def _tool(row: Mapping[str, Any]) -> Tool:
    form: Any = None
    if "law" in row:
        form = registry.get(row["law"], row["variant"]).form
    elif "coefficients" in row:
        form = SumOfPowers.from_printed(row["coefficients"])
    rule = _of_form(form) if form is not None else lambda C: row["ratio"]
    return Tool(
        name=row["name"],
        label=row["label"],
        cause=row["cause"],
        reason=row["reason"],
        source=row["source"],
        form=form,
        rule=rule,
    )


def _law(law: Law, row: Mapping[str, Any]) -> Tool:
    form: Any = law.form.fresh() if isinstance(law.form, Repetition) else law.form
    if isinstance(form, SumOfPowers):
        rule = _of_form(form)
    elif isinstance(form, OverTraining):
        rule = _of_overtraining(form)
    else:
        rule = _of_sizes(law)
    return Tool(
        name=f"{law.slug}/{law.variant}",
        label=law.variant_facts.label,
        cause=row["cause"],
        reason=row["reason"],
        source=law.source,
        form=form if isinstance(form, SumOfPowers) else None,
        rule=rule,
    )


def _of_form(form: SumOfPowers) -> Callable[[Any], Any]:
    def rule(C: Any) -> Any:
        N, D = form.optimum(C)
        return D / N

    return rule


def _of_overtraining(form: OverTraining) -> Callable[[Any], Any]:
    # d/dM (a M^eta + b M^-eta) = 0, the same at every C.
    return lambda C: np.exp((form.log_b - form.log_a) / (2 * form.eta))


def _of_sizes(law: Law) -> Callable[[Any], Any]:
    tokens = registry.get("compute-optimal-tokens", law.variant)
    return lambda C: tokens(C=C) / law(C=C)
