"""Why tools disagree: what each answers for tokens per parameter, and the cause."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from scalekit.checks import number
from scalekit.laws import registry
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.form import Form
from scalekit.packaged import data_directory


@dataclass(frozen=True)
class Tool:
    """A tool's recorded way from compute to tokens per parameter.

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
        Its fitted law, or None where it applies a fixed ratio.
    ratio : float
        That fixed ratio; NaN where there is a law.
    """

    name: str
    label: str
    cause: str
    reason: str
    source: str
    form: SumOfPowers | None
    ratio: float

    def tokens_per_parameter(self, C: Any) -> Any:
        """Return the answer at training compute C (FLOP)."""
        C = number("C", C, unit="FLOP")
        if self.form is None:
            return self.ratio * np.ones_like(C) if np.ndim(C) else self.ratio
        N, D = self.form.optimum(C)
        return D / N if np.ndim(C) else float(D / N)


@cache
def tools() -> tuple[Tool, ...]:
    """Return all recorded tools, in the order of the file."""
    path = data_directory() / "tools.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["tools"]
    return tuple(_tool(row) for row in rows)


def _tool(row: dict[str, Any]) -> Tool:
    form: Form | None = None
    if "law" in row:
        form = registry.get(row["law"], row["variant"]).form
    elif "coefficients" in row:
        form = SumOfPowers.from_printed(row["coefficients"])
    assert form is None or isinstance(form, SumOfPowers)
    return Tool(
        name=row["name"],
        label=row["label"],
        cause=row["cause"],
        reason=row["reason"],
        source=row["source"],
        form=form,
        ratio=row.get("ratio", float("nan")),
    )


def answers(C: float) -> pd.DataFrame:
    """Return every tool's tokens per parameter at one budget, lowest first.

    Parameters
    ----------
    C : float
        Training compute in FLOP.

    Returns
    -------
    pandas.DataFrame
        Columns label, tokens_per_parameter, cause, reason, source; the index is the name.
    """
    rows = [
        (t.name, t.label, t.tokens_per_parameter(float(C)), t.cause, t.reason, t.source)
        for t in tools()
    ]
    columns = ["name", "label", "tokens_per_parameter", "cause", "reason", "source"]
    table = pd.DataFrame(rows, columns=columns).set_index("name")
    return table.sort_values("tokens_per_parameter")
