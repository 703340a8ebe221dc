"""What an allocation returns: the optimum, and how sharp, how steep and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.checks import choice, number
from scalekit.laws.form import Form
from scalekit.laws.law import Law

if TYPE_CHECKING:
    import holoviews

DRAWS = 1024
"""Coefficient draws behind a band; quasi-random, so this few give smooth quantiles."""

FLAT_REACH = (4, 8, 12, 16)
"""Powers of ten, in turn, within which an end of the flat region is looked for."""


@dataclass(frozen=True)
class Problem:
    """What an allocation was asked, kept so that the answer can be probed.

    Attributes
    ----------
    law : Law
        The loss law.
    inputs : mapping
        The numbers of the question (C, U, loss, ...).
    solve : callable
        ``solve(form, inputs)`` -> mapping of results; pure and differentiable.
    objective : callable
        ``objective(form, inputs, N)`` -> what was minimised, at N instead of the optimum.
    objective_name : str
        What `objective` is, for captions.
    convert : callable
        From the law's published form, whose coefficients are uncertain, to the one
        that `solve` takes.
    """

    law: Law
    inputs: Mapping[str, Any]
    solve: Callable[[Form, Mapping[str, Any]], Mapping[str, Any]]
    objective: Callable[[Form, Mapping[str, Any], Any], Any]
    objective_name: str
    convert: Callable[[Form], Form] = lambda form: form


@dataclass(frozen=True)
class Band:
    """A central interval of one result under the uncertainty of the coefficients.

    Attributes
    ----------
    lower, median, upper : float
        Quantiles of the result over draws of the coefficients.
    level : float
        Probability inside, .95 by default.
    """

    lower: float
    median: float
    upper: float
    level: float


@dataclass(frozen=True)
class Allocation:
    """An optimum: how many parameters and tokens, and what they reach.

    Attributes
    ----------
    N : float or array
        Parameters.
    D : float or array
        Training tokens.
    tokens_per_parameter : float or array
        D/N.
    loss : float or array
        Loss in the unit of the law.
    """

    N: Any
    D: Any
    tokens_per_parameter: Any
    loss: Any
    problem: Problem = field(repr=False, compare=False, kw_only=True)

    @property
    def law(self) -> Law:
        """The law that answered, with its variant, coefficients and source."""
        return self.problem.law

    def _scalars(self) -> dict[str, Any]:
        if np.ndim(self.N):
            raise ValueError(
                f"N is an array of shape {np.shape(self.N)}; allowed: one allocation at a time"
            )
        return {k: jnp.asarray(v, dtype=jnp.float64) for k, v in self.problem.inputs.items()}

    def penalty(self, size_ratio: Any) -> Any:
        """Return what a model of another size costs, as a fraction of the optimum.

        Parameters
        ----------
        size_ratio : float or array
            N over the optimal N.

        Returns
        -------
        float or array
            Relative increase of what was minimised (the loss, or the lifetime cost):
            .01 is 1 % worse. Infinite where a size cannot reach the target at all.
        """
        inputs = self._scalars()
        ratio = number("size_ratio", size_ratio, unit="N/N_opt")
        form, problem = self.problem.law.form, self.problem
        worse = problem.objective(form, inputs, jnp.asarray(ratio) * self.N)
        best = problem.objective(form, inputs, jnp.asarray(self.N))
        found = np.asarray(worse / best - 1.0)
        found = np.where(np.isnan(found), np.inf, found)
        return float(found) if found.ndim == 0 else found

    def flat_region(self, within: float = 0.01) -> tuple[float, float]:
        """Return the smallest and largest N whose penalty stays below `within`.

        Parameters
        ----------
        within : float
            Largest increase of what was minimised, as a fraction (.01 is 1 %).

        Returns
        -------
        tuple of float
            0 or infinity where no model up to 10^16 times smaller or larger is worse than that.
        """
        from scipy.optimize import brentq  # slow to import, and rarely needed

        within = number("within", within, 0, 1)

        def excess(log_ratio: float) -> float:
            return min(float(self.penalty(float(np.exp(log_ratio)))), 1e6) - within

        def end(direction: int) -> float:
            for power in FLAT_REACH:
                there = direction * power * np.log(10.0)
                if excess(there) > 0:
                    return float(np.exp(brentq(excess, *sorted((there, 0.0)))))
            return 0.0 if direction < 0 else np.inf

        return self.N * end(-1), self.N * end(1)

    def elasticities(self, of: str = "N") -> dict[str, float]:
        """Return d ln(result) / d ln(x) for every number of the question and every coefficient.

        Parameters
        ----------
        of : str
            Which result, such as "N", "D", "tokens_per_parameter" or "loss".

        Returns
        -------
        dict of float
            By automatic differentiation through the optimum. An elasticity of .5 means:
            one percent more of x gives half a percent more of the result.
        """
        inputs = self._scalars()
        form = jax.tree_util.tree_map(
            lambda c: jnp.asarray(c, dtype=jnp.float64), self.problem.law.form
        )
        results = _solve_once(self.problem.solve, form, inputs)
        choice("of", of, results)
        value = results[of]
        slope_form, slopes = _slopes(self.problem.solve, of, form, inputs)
        found = {k: float(slopes[k] * inputs[k] / value) for k in inputs}
        for name in form.coefficient_fields():
            factor = 1.0 if name.startswith("log_") else getattr(form, name)
            found[name.removeprefix("log_")] = float(getattr(slope_form, name) * factor / value)
        return found

    def band(self, of: str = "N", level: float = 0.95) -> Band | None:
        """Return the interval of one result, or None where the law has no known uncertainty.

        Parameters
        ----------
        of : str
            Which result, such as "N", "D", "tokens_per_parameter" or "loss".
        level : float
            Probability inside the interval.
        """
        inputs = self._scalars()
        level = number("level", level, 0, 1)
        names = [f.name for f in fields(self) if f.name != "problem"]
        choice("of", of, names)
        draws = draw_forms(self.problem.law)
        if draws is None:
            return None
        draws = self.problem.convert(draws)
        results = _solve_draws(self.problem.solve, draws, inputs)
        choice("of", of, results)
        tail = (1 - level) / 2
        values = np.asarray(results[of])
        if of != "tokens_per_parameter":
            # A draw whose irreducible loss exceeds the target needs endless parameters.
            values = np.where(np.isnan(values), np.inf, values)
        values = np.sort(values[~np.isnan(values)])
        lower, median, upper = np.quantile(values, [tail, 0.5, 1 - tail], method="nearest")
        return Band(float(lower), float(median), float(upper), level)

    def plot(self) -> holoviews.Overlay:
        """Return the objective around the optimum as HoloViews elements to restyle and overlay.

        Raises
        ------
        ImportError
            If HoloViews is not installed (``pip install "scalekit[apps]"``).
        """
        from scalekit.allocation.figure import valley

        return valley(self)


@partial(jax.jit, static_argnums=(0, 1))
def _slopes(solve: Any, of: str, form: Form, inputs: Mapping[str, Any]) -> Any:
    return jax.jacfwd(lambda f, i: solve(f, i)[of], argnums=(0, 1))(form, inputs)


@partial(jax.jit, static_argnums=0)
def _solve_once(solve: Any, form: Form, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return dict(solve(form, inputs))


@partial(jax.jit, static_argnums=0)
def _solve_draws(solve: Any, draws: Form, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return jax.vmap(lambda form: dict(solve(form, inputs)))(draws)


def draw_forms(law: Law) -> Form | None:
    """Return the law's published form with `DRAWS` draws of every coefficient, or None."""
    known = law.uncertainty
    if known is None:
        return None
    from scipy.stats import qmc  # slow to import, and rarely needed

    form = law.variant_facts.form
    mean = np.array([getattr(form, name) for name in known.names])
    sampler = qmc.MultivariateNormalQMC(mean, known.covariance, rng=np.random.default_rng(0))
    rows = sampler.random(DRAWS)
    columns = {name: jnp.asarray(rows[:, i]) for i, name in enumerate(known.names)}
    fixed = {
        name: jnp.full(DRAWS, getattr(form, name))
        for name in form.coefficient_fields()
        if name not in columns
    }
    return replace(form, **columns, **fixed)  # type: ignore[type-var]
