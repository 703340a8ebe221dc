"""Dense models, mixtures of experts and parallel streams at equal compute.

The laws were fitted on different data with different tokenizers, so that their losses cannot be
set side by side. Each law is asked about its own dense models instead: how many times the
compute would the equally good dense model need?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scalekit.allocation.routing import fine_grained_moe_flop, moe_total_parameters
from scalekit.checks import number
from scalekit.laws.chinchilla import SumOfPowers
from scalekit.laws.law import Law
from scalekit.laws.registry import get
from scalekit.plotting import Axis, Series, curves

if TYPE_CHECKING:
    import holoviews

ROUTED_TOKENS = 130e9
"""Tokens of all models behind ``routed-loss``."""

STREAMS_TOKENS = 42e9
"""Tokens of all models behind ``parallel-scaling-loss``."""

ASSUMPTIONS = (
    "Compute is 6 FLOP per active parameter and training token; the fine-grained law adds its "
    "routers. Attention over the context is left out.",
    "Equal budget: size and tokens are the best for the budget, of the mixture and of its dense "
    "counterpart alike. Equal tokens: both see the number of tokens that the law was fitted at.",
    "At equal tokens the gain in training is the gain in serving as well: both cost in proportion "
    "to the same FLOP per token.",
    "Streams are trained as such from the first token: P streams cost P passes.",
)


@dataclass(frozen=True, kw_only=True)
class Design:
    """One architecture at a budget, beside the dense model that reaches the same loss.

    Attributes
    ----------
    name : str
        What it is.
    law, variant : str
        Whose law says so.
    equal : str
        What the design and the dense model have in common: ``budget`` or ``tokens``.
    gain : float
        Training FLOP of the equally good dense model over those of the design; above 1 the
        design saves compute, infinite where no dense model is as good.
    serving_gain : float or None
        The same of FLOP per served token. None where the law does not tell.
    memory : float or None
        Parameters of the design over those of the dense model. None where it does not tell.
    N_active, D : float or None
        Parameters that work on one token and training tokens of the design.
    in_domain : bool
        Whether the point lies in the range of the law; that of ``moe-sparsity-loss`` is a slider's.
    source, status : str
        Of the law.
    """

    name: str
    law: str
    variant: str
    equal: str
    gain: float
    serving_gain: float | None = None
    memory: float | None = None
    N_active: float | None = None
    D: float | None = None
    in_domain: bool
    source: str
    status: str


@dataclass(frozen=True)
class EqualCompute:
    """Architectures at one training budget.

    Attributes
    ----------
    C : float
        Training compute of every design in FLOP.
    activation_ratio, G, streams : float
        What was asked.
    designs : tuple of Design
        What each law answers.
    assumptions : tuple of str
        What all of it rests on.
    """

    C: float
    activation_ratio: float
    G: float
    streams: float
    designs: tuple[Design, ...]
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def table(self) -> pd.DataFrame:
        """Return the designs as rows, the most saving first; the index is the name."""
        rows = pd.DataFrame([asdict(design) for design in self.designs]).set_index("name")
        return rows.sort_values("gain", ascending=False)

    def plot(self) -> holoviews.Overlay:
        """Return the gains over budgets from a thousandth to a thousand times this one."""
        budgets = self.C * np.geomspace(1e-3, 1e3, 37)
        every = [equal_compute(C, self.activation_ratio, self.G, self.streams) for C in budgets]
        series = {}
        for i, design in enumerate(self.designs):
            gains = [found.designs[i].gain for found in every]
            inside = np.array([found.designs[i].in_domain for found in every])
            series[design.name] = Series(budgets, gains, inside)
        return curves(
            series,
            Axis("C", "Training compute", "FLOP"),
            Axis("gain", "Dense compute at equal loss", "times"),
        )


def equal_compute(
    C: float, activation_ratio: float = 1 / 32, G: float = 8.0, streams: float = 8.0
) -> EqualCompute:
    """Compare dense models, mixtures of experts and parallel streams at equal training compute.

    Four laws of mixtures answer, and one of streams. They differ by design: that of Krajewski
    et al. knows an expansion of 64 only and takes no activation ratio, that of Clark et al.
    has one expert of 1/activation_ratio at work and no choice of tokens.

    Krajewski et al. claim 20 times at 1e20 FLOP, which comes out (21 with G = 8), and more than
    40 beyond 1e25, which does not (34 at 1e26 with G = 32, the best one).

    Parameters
    ----------
    C : float
        Training compute in FLOP.
    activation_ratio : float
        Experts at work over experts there are, above 0 up to .5.
    G : float
        Granularity 2 d_model/d_expert, from 1; with d_ff = 4 d_model half of d_ff/d_expert.
    streams : float
        Parallel streams, from 1.

    Returns
    -------
    EqualCompute
        One `Design` a law.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from scalekit import comparisons
    >>> found = comparisons.equal_compute(1e22)
    >>> [round(design.gain, 1) for design in found.designs if design.name == "parallel streams"]
    [0.2]
    """
    C = float(number("C", C, unit="FLOP"))
    ratio = float(number("activation_ratio", activation_ratio, 0.0, 0.5))
    G = float(number("G", G, 1.0, lower_open=False))
    P = float(number("streams", streams, 1.0, lower_open=False))
    designs = (
        _leverage(C, ratio, G),
        _fine_grained(C, G),
        _sparse(C, ratio),
        _routed(C, ratio),
        _streams(C, P),
    )
    return EqualCompute(C, ratio, G, P, designs)


def _leverage(C: float, ratio: float, G: float) -> Design:
    law = get("moe-efficiency-leverage")
    point = {"activation_ratio": ratio, "G": G, "C": C}
    return _design("mixture (leverage)", law, point, "budget", gain=law(**point))


def _fine_grained(C: float, G: float) -> Design:
    law, dense = get("fine-grained-moe-loss"), get("fine-grained-dense-loss").form
    assert isinstance(dense, SumOfPowers)
    fineness = 2.0 * G

    def tokens(N: float) -> float:
        return C / fine_grained_moe_flop(N, 1.0, fineness)

    def loss(N: float) -> float:
        return law.form(N=moe_total_parameters(N), D=tokens(N), G=fineness)

    N = _best_size(loss)
    dense_N, dense_D = (float(x) for x in dense.optimum_for_loss(loss(N)))
    point = {"N": moe_total_parameters(N), "D": tokens(N), "G": fineness}
    return _design(
        "mixture (fine-grained)", law, point, "budget",
        gain=6.0 * dense_N * dense_D / C,
        serving_gain=6.0 * dense_N / fine_grained_moe_flop(N, 1.0, fineness),
        memory=point["N"] / dense_N,
        N_active=N, D=point["D"],
    )  # fmt: skip


def _sparse(C: float, ratio: float) -> Design:
    law = get("moe-sparsity-loss")

    def best(budget: float, active: float) -> tuple[float, float]:
        def loss(N: float) -> float:
            return law.form(N=N, D=budget / (6.0 * N * active), sparsity=1.0 - active)

        N = _best_size(loss)
        return N, loss(N)

    N, loss = best(C, ratio)
    point = {"N": N, "D": C / (6.0 * N * ratio), "sparsity": 1.0 - ratio}
    dense_C = _equally_good(lambda budget: best(budget, 1.0)[1], loss, C)
    dense_N = best(dense_C, 1.0)[0] if np.isfinite(dense_C) else np.inf
    return _design(
        "mixture (sparsity)", law, point, "budget",
        gain=dense_C / C,
        serving_gain=dense_N / (N * ratio),
        memory=N / dense_N,
        N_active=N * ratio, D=point["D"],
    )  # fmt: skip


def _routed(C: float, ratio: float) -> Design:
    law = get("routed-effective-parameters")
    point = {"N": C / (6.0 * ROUTED_TOKENS), "experts": 1.0 / ratio}
    gain = law(**point) / point["N"]
    return _design(
        "mixture (routed)", law, point, "tokens",
        gain=gain, serving_gain=gain,
        N_active=point["N"], D=ROUTED_TOKENS,
    )  # fmt: skip


def _streams(C: float, P: float) -> Design:
    law = get("parallel-scaling-effective-parameters")
    point = {"N": C / (6.0 * STREAMS_TOKENS * P), "P": P}
    worth = law(**point) / point["N"]
    return _design(
        "parallel streams", law, point, "tokens",
        gain=worth / P, serving_gain=worth / P, memory=1.0 / worth,
        N_active=point["N"], D=STREAMS_TOKENS,
    )  # fmt: skip


def _design(
    name: str, law: Law, point: Mapping[str, float], equal: str, **numbers: float
) -> Design:
    """Return a design at a point of its law; numbers that the law does not tell are left out."""
    return Design(
        name=name,
        law=law.slug,
        variant=law.variant,
        equal=equal,
        in_domain=law.in_domain(**point),
        source=law.source,
        status=law.status,
        **{key: float(value) for key, value in numbers.items()},
    )


def _best_size(loss: Callable[[float], float]) -> float:
    """Return the size from 1e4 to 1e18 with the lowest loss, which has one minimum."""
    from scipy.optimize import minimize_scalar  # slow to import, and rarely needed

    found = minimize_scalar(
        lambda log_N: float(loss(float(np.exp(log_N)))),
        bounds=(np.log(1e4), np.log(1e18)),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(np.exp(found.x))


def _equally_good(best_loss: Callable[[float], float], loss: float, C: float) -> float:
    """Return the budget at which the best loss is `loss`; infinite beyond 1e9 times C."""
    from scipy.optimize import brentq  # slow to import, and rarely needed

    reach = np.log(1e9)
    if best_loss(C * float(np.exp(reach))) > loss:
        return float("inf")
    ratio = brentq(lambda x: best_loss(C * float(np.exp(x))) - loss, -reach, reach, xtol=1e-10)
    return C * float(np.exp(ratio))
