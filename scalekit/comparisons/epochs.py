"""Repeated tokens against fresh ones: the fresh tokens that would give the same loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scalekit.checks import number
from scalekit.laws.form import plain
from scalekit.laws.registry import get
from scalekit.laws.repetition import Repetition
from scalekit.plotting import Axis, Series, curves

if TYPE_CHECKING:
    import holoviews

HALVINGS = 60
"""Halvings of the bracket of a solution, which leave the last digits of a double."""

ASSUMPTIONS = (
    "The whole corpus is repeated, shuffled anew in every epoch (Muennighoff et al., 2305.16264).",
    "Fresh tokens are of the same quality as the repeated ones.",
    "The model keeps its size: where it has more parameters than the corpus can train, fresh "
    "tokens make those useful as well, so that fewer of them are needed.",
)


@dataclass(frozen=True)
class RepeatedTokens:
    """What epochs over a corpus are worth; numbers are arrays where the question had arrays.

    Attributes
    ----------
    N, U, epochs : float or array
        Parameters, unique tokens and passes over them.
    D : float or array
        Tokens seen, U times the epochs.
    loss : float or array
        Loss in nats/token.
    effective_tokens : float or array
        What D is worth in unique tokens by the law's own account.
    fresh_tokens : float or array
        Fresh tokens at which the same model has the same loss.
    worth : float or array
        Fresh tokens that one repeated token replaces, on average over the repeats.
    marginal_worth : float or array
        Effective tokens that one more token adds: exp(-(epochs - 1)/R_D).
    source, status : str
        Of the law.
    assumptions : tuple of str
        What it rests on.
    """

    N: Any
    U: Any
    epochs: Any
    D: Any
    loss: Any
    effective_tokens: Any
    fresh_tokens: Any
    worth: Any
    marginal_worth: Any
    source: str
    status: str
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def table(self) -> pd.DataFrame:
        """Return one row for every model, corpus and number of epochs."""
        names = ("N", "U", "epochs", "D", "loss", "effective_tokens", "fresh_tokens", "worth",
                 "marginal_worth")  # fmt: skip
        columns = np.broadcast_arrays(*(getattr(self, name) for name in names))
        return pd.DataFrame({n: c.ravel() for n, c in zip(names, columns, strict=True)})

    def plot(self) -> holoviews.Overlay:
        """Return the tokens of equal loss against the epochs, beside the tokens seen.

        Raises
        ------
        ValueError
            For several models or corpora.
        """
        for name, value in (("N", self.N), ("U", self.U)):
            if np.ndim(value):
                raise ValueError(f"{name} has shape {np.shape(value)}; allowed: a single number")
        rows = self.table().sort_values("epochs")
        return curves(
            {
                "if all were fresh": Series(rows["epochs"], rows["D"]),
                "fresh tokens of equal loss": Series(rows["epochs"], rows["fresh_tokens"]),
            },
            Axis("epochs", "Epochs over the unique tokens", "passes"),
            Axis("tokens", "Tokens", "count"),
        )


def repeated_tokens(N: Any, U: Any, epochs: Any, variant: str = "c4") -> RepeatedTokens:
    """Return what so many epochs over U unique tokens are worth in fresh ones.

    Parameters
    ----------
    N : float or array
        Parameters.
    U : float or array
        Unique tokens.
    epochs : float or array
        Passes over them, from 1.
    variant : str
        Coefficients of ``data-constrained-loss``.

    Returns
    -------
    RepeatedTokens
        Loss, fresh tokens of equal loss, and the worth of a repeated token.

    Raises
    ------
    ValueError
        If a number is out of its range, or for an unknown variant.

    Examples
    --------
    >>> from scalekit import comparisons
    >>> four = comparisons.repeated_tokens(N=1e9, U=1e11, epochs=4)
    >>> round(four.fresh_tokens / four.D, 3)
    0.931
    """
    law = get("data-constrained-loss", variant)
    form = law.form
    assert isinstance(form, Repetition)
    N, U = number("N", N, unit="parameters"), number("U", U, unit="unique tokens")
    epochs = number("epochs", epochs, 1.0, lower_open=False)
    D = U * epochs
    loss = law(N=N, D=D, U=U)
    effective = form.effective_tokens(D, U)
    # Fresh tokens are worth no less than the law's own account, for they serve excess
    # parameters as well.
    fresh = _bisect(lambda x: form(N=N, D=x, U=x) > loss, np.log(U), np.log(effective))
    repeats = D - U
    some = repeats > 0
    worth = np.where(some, (fresh - U) / np.where(some, repeats, 1.0), 1.0)
    return RepeatedTokens(
        N, U, epochs, D, loss, plain(effective), fresh,
        worth=plain(worth),
        marginal_worth=plain(np.exp(-(epochs - 1.0) / form.R_D)),
        source=law.source, status=law.status,
    )  # fmt: skip


def epochs_needed(N: Any, U: Any, fresh_tokens: Any, variant: str = "c4") -> Any:
    """Return the epochs over U unique tokens that are worth so many fresh tokens.

    Parameters
    ----------
    N : float or array
        Parameters.
    U : float or array
        Unique tokens at hand.
    fresh_tokens : float or array
        Fresh tokens whose loss is wanted.
    variant : str
        Coefficients of ``data-constrained-loss``.

    Returns
    -------
    float or array
        Passes, 1 where U alone is enough, infinite where no number of them suffices.

    Raises
    ------
    ValueError
        If a number is out of its range, or for an unknown variant.
    """
    form = get("data-constrained-loss", variant).form
    assert isinstance(form, Repetition)
    N, U = number("N", N, unit="parameters"), number("U", U, unit="unique tokens")
    fresh = number("fresh_tokens", fresh_tokens, unit="tokens")
    loss = form(N=N, D=fresh, U=fresh)
    most = 40.0 * form.R_D  # exp(-40) is below the last digit
    epochs = _bisect(lambda x: form(N=N, D=x * U, U=U) > loss, np.zeros(()), np.log(1.0 + most))
    reached = form(N=N, D=(1.0 + most) * U, U=U) < loss
    return plain(np.where(reached, epochs, np.inf))


def _bisect(below: Any, low: Any, high: Any) -> Any:
    """Return exp(x) where `below` of it turns false, x between two logarithms."""
    low, high = np.asarray(low), np.asarray(high)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        more = below(np.exp(middle))
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return plain(np.exp(high))
