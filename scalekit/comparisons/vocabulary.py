"""How the best vocabulary grows with the model, by the three approaches of Tao et al."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scalekit.checks import number
from scalekit.laws.form import plain
from scalekit.laws.law import Law
from scalekit.laws.registry import facts, get
from scalekit.plotting import Axis, Series, curves

if TYPE_CHECKING:
    import holoviews

STEP = 1e-5
"""Step in ln N of the growth."""

ASSUMPTIONS = (
    "N counts the parameters outside the vocabulary, N_v one V by d matrix; the width d follows "
    "from N by a table of steps, so that V grows in saw teeth where N_v grows evenly.",
    "Without a budget each model has the one that is optimal for it, (N/0.0834)^2 FLOP, so that "
    "growth with compute is half of the growth with N.",
    "Approach 3 was fitted with more tokens than there were (see the pitfalls of "
    "vocabulary-size): that it agrees with the others depends on it.",
)


@dataclass(frozen=True)
class BestVocabulary:
    """The best vocabulary by every approach; numbers are arrays where N was one.

    Attributes
    ----------
    N : float or array
        Parameters outside the vocabulary.
    C : float, array or None
        Budget in FLOP, None for that which is optimal for N.
    entries : dict
        Best number of entries, by approach.
    parameters : dict
        Parameters of one matrix of that size, by approach.
    share : dict
        Share of these in all parameters, by approach.
    growth : dict
        d ln(parameters of the vocabulary) / d ln N, by approach: below 1 the vocabulary grows
        more slowly than the rest.
    in_domain : bool or array
        Whether N lies where the laws were fitted.
    source : str
        Where the laws come from.
    assumptions : tuple of str
        What it rests on.
    """

    N: Any
    C: Any
    entries: dict[str, Any]
    parameters: dict[str, Any]
    share: dict[str, Any]
    growth: dict[str, Any]
    in_domain: Any
    source: str
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def table(self) -> pd.DataFrame:
        """Return one row for every size (and budget, if there is one) and approach."""
        asked = {"N": self.N} if self.C is None else {"N": self.N, "C": self.C}
        pieces = []
        for name in self.entries:
            keys = ("entries", "parameters", "share", "growth")
            columns = asked | {key: getattr(self, key)[name] for key in keys}
            flat = {key: np.ravel(column) for key, column in columns.items()}
            pieces.append(pd.DataFrame({"approach": name, **flat}))
        return pd.concat(pieces, ignore_index=True)

    def plot(self) -> holoviews.Overlay:
        """Return the best number of entries against N, a curve an approach."""
        return curves(
            {
                name: Series(np.ravel(self.N), np.ravel(entries), np.ravel(self.in_domain))
                for name, entries in self.entries.items()
            },
            Axis("N", "Parameters outside the vocabulary", "count"),
            Axis("V", "Best vocabulary", "entries"),
        )


def best_vocabulary(N: Any, C: Any = None) -> BestVocabulary:
    """Return the best vocabulary for N parameters outside of it, by three approaches.

    Parameters
    ----------
    N : float or array
        Parameters outside the vocabulary.
    C : float or array, optional
        Training compute in FLOP, broadcast with N; the optimal one for N if left out. The
        approach ``derivative`` does not use it.

    Returns
    -------
    BestVocabulary
        Entries, parameters, share and growth by approach.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> from scalekit import comparisons
    >>> best = comparisons.best_vocabulary(70e9)
    >>> {name: round(V, -3) for name, V in best.entries.items()}
    {'isoflop': 212000.0, 'derivative': 231000.0, 'parametric': 218000.0}
    """
    N = number("N", N, unit="parameters")
    budget = {}
    if C is not None:
        N, C = map(plain, np.broadcast_arrays(N, number("C", C, unit="FLOP")))
        budget = {"C": C}
    names = list(facts("vocabulary-size").variants)
    laws = {name: get("vocabulary-parameters", name) for name in names}
    parameters = {name: law(N=N, **budget) for name, law in laws.items()}
    return BestVocabulary(
        N=N,
        C=C,
        entries={name: get("vocabulary-size", name)(N=N, **budget) for name in names},
        parameters=parameters,
        share={name: found / (N + found) for name, found in parameters.items()},
        growth={name: _growth(law, N, budget) for name, law in laws.items()},
        in_domain=get("vocabulary-size").in_domain(N=N),
        source=get("vocabulary-size").source,
    )


def _growth(law: Law, N: Any, budget: dict[str, Any]) -> Any:
    """Return the elasticity of the law in N, at fixed compute where there is a budget.

    A central difference, to ten digits: tracing the solver of approach 3 takes seconds.
    """
    up, down = (law(N=N * np.exp(step), **budget) for step in (STEP, -STEP))
    return plain(np.log(up / down) / (2.0 * STEP))
