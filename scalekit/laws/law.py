"""A law one can call: a form with one variant's coefficients, and its receipts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from scalekit import checks
from scalekit.laws import elasticity
from scalekit.laws.blocks import in_blocks
from scalekit.laws.facts import (
    CheckValue,
    LawFacts,
    Quantity,
    Range,
    Uncertainty,
    VariantFacts,
    needed_inputs,
)
from scalekit.laws.form import Form, array_namespace, plain

PARTS_TOLERANCE = 1e-6
"""How far fractions of one whole may sum to something else than 1."""


BLOCK = 65_536
"""Points of a long array that are evaluated at a time: what is between stays in the cache."""


def _evaluated(form: Form, point: Mapping[str, Any]) -> Any:
    """Return the form at a point, long arrays of one shape in blocks.

    Every step of a formula on a million points makes another array of 8 MB, and getting those from
    the system takes longer than to compute them.
    """
    long = {n: v for n, v in point.items() if isinstance(v, np.ndarray) and v.size > 2 * BLOCK}
    others = [v for n, v in point.items() if n not in long]
    others += [getattr(form, name) for name in form.coefficient_fields()]
    plain_others = all(np.ndim(v) == 0 and not isinstance(v, jax.Array) for v in others)
    one_shape = len({v.shape for v in long.values()}) == 1
    if not (form.blockwise and one_shape and plain_others):
        return form(**point)

    def block(*parts: Any) -> Any:
        return form(**{**point, **dict(zip(long, parts, strict=True))})

    return in_blocks(block, BLOCK, *long.values())


@dataclasses.dataclass(frozen=True, repr=False)
class Law:
    """A published law with one set of coefficients.

    Call it with its inputs by name, in raw units; scalars give a float, arrays
    broadcast and give float64 arrays, JAX arrays and tracers give JAX arrays.

    Attributes
    ----------
    facts : LawFacts
        What the law file says: title, inputs, output, all variants, pitfalls.
    variant : str
        Name of the variant, or ``"<name>*"`` after `replace`.
    form : Form
        The formula with its coefficients, a JAX pytree.
    """

    facts: LawFacts
    variant: str
    form: Form

    @property
    def slug(self) -> str:
        """Name of the law in the registry."""
        return self.facts.slug

    @property
    def variant_facts(self) -> VariantFacts:
        """Facts of the variant that the coefficients are, or were changed, from."""
        return self.facts.variants[self.variant.removesuffix("*")]

    @property
    def inputs(self) -> Mapping[str, Quantity]:
        """Inputs by name, with unit, meaning and slider range."""
        return self.facts.inputs

    @property
    def output(self) -> Quantity:
        """What the law returns, with its unit."""
        return self.facts.output

    @property
    def coefficients(self) -> dict[str, Any]:
        """Coefficients under the names the paper uses."""
        return self.form.printed()

    @property
    def domain(self) -> Mapping[str, Range]:
        """Range of each input in which the variant was fitted."""
        return self.variant_facts.domain

    @property
    def source(self) -> str:
        """Where the coefficients come from: paper and place in it."""
        return f"{self.variant_facts.paper.short}; {self.variant_facts.source}"

    @property
    def status(self) -> str:
        """How well the coefficients are established (see `facts.STATUSES`)."""
        return self.variant_facts.status

    @property
    def uncertainty(self) -> Uncertainty | None:
        """Covariance of the coefficients where it is known; a changed law has none."""
        return None if self.variant.endswith("*") else self.variant_facts.uncertainty

    def __call__(self, **inputs: Any) -> Any:
        """Evaluate the law.

        Parameters
        ----------
        **inputs : number or array
            All inputs of the law, by name and in raw units; they broadcast. One with a
            default may be left out, and so may a coefficient that the variant gives.

        Returns
        -------
        float or array
            In the unit of `output`.

        Raises
        ------
        ValueError
            For a missing or unknown input name, and for values outside what makes
            sense, such as fractions of one whole that do not sum to 1, or a point at which
            the formula is undefined. Values outside the fitted range are computed: see `in_domain`.
        """
        values = self._checked(inputs)
        form, point = self._split(values)
        reason = form.refusal(**point)
        if reason:
            raise ValueError(f"{self.slug}: {reason}")
        result = _evaluated(form, point)
        shape = np.broadcast_shapes(np.shape(result), *map(np.shape, values.values()))
        if np.shape(result) != shape:
            # An input that a variant has no use for still gives the result its shape.
            result = result + array_namespace(result).zeros(shape)
        return plain(result)

    def bound(self, **inputs: Any) -> tuple[Form, dict[str, Any]]:
        """Return the form with the coefficients of a call, and the inputs that it takes.

        Parameters
        ----------
        **inputs : number or array
            As in a call; they are checked.

        Returns
        -------
        form : Form
            With every coefficient that was given by keyword in place of the variant's.
        point : dict
            What to call the form with: ``form(**point)`` is the value of the law.
        """
        return self._split(self._checked(inputs))

    def _split(self, values: Mapping[str, Any]) -> tuple[Form, dict[str, Any]]:
        given = {name: v for name, v in values.items() if self.inputs[name].coefficient}
        point = {name: v for name, v in values.items() if name not in given}
        return (self.form.with_coefficients(given) if given else self.form), point

    def _value(self, values: Mapping[str, Any]) -> Any:
        form, point = self._split(values)
        return form(**point)

    def _checked(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        self._check_names(inputs)
        found: dict[str, Any] = {}
        for name, quantity in self.inputs.items():
            if quantity.optional and inputs.get(name) is None:
                continue
            if name in inputs:
                found[name] = checks.number(
                    f"{name} of {self.slug}",
                    inputs[name],
                    quantity.lower,
                    quantity.upper,
                    lower_open=not quantity.closed,
                    infinite=quantity.infinite,
                    unit=quantity.unit,
                )
            elif quantity.default is not None and not quantity.coefficient:
                found[name] = quantity.default
        self._check_parts(found)
        return found

    def _check_parts(self, values: Mapping[str, Any]) -> None:
        """Refuse fractions of one whole that do not sum to 1; tracers have no value."""
        parts = [values[name] for name in self.facts.parts]
        if not parts or any(isinstance(part, jax.Array) for part in parts):
            return
        total = np.asarray(in_blocks(lambda *some: sum(some[1:], start=some[0]), BLOCK, *parts))
        if total.size and not (
            total.min() >= 1.0 - PARTS_TOLERANCE and total.max() <= 1.0 + PARTS_TOLERANCE
        ):
            worst = total.ravel()[np.argmax(np.abs(total - 1.0))]
            raise ValueError(
                f"{', '.join(self.facts.parts)} of {self.slug} sum to {worst:.9g}; allowed: 1"
            )

    def _check_names(self, inputs: Mapping[str, Any]) -> None:
        for name in inputs:
            if name not in self.inputs:
                hint = checks.closest(name, self.inputs)
                raise ValueError(
                    f"{self.slug} has no input {name!r}{hint}; its inputs: {', '.join(self.inputs)}"
                )
        if len(inputs) == len(self.inputs):
            return
        missing = [name for name in needed_inputs(self.inputs, self.form) if name not in inputs]
        if missing:
            raise ValueError(f"{self.slug} needs {', '.join(missing)} as well")

    def in_domain(self, **inputs: Any) -> Any:
        """Say whether inputs lie where this variant was fitted.

        Parameters
        ----------
        **inputs : number or array
            Any of the law's inputs.

        Returns
        -------
        bool or array of bool
            True where all given inputs lie within the range of the domain.
        """
        good: Any = np.ones(np.broadcast_shapes(*(np.shape(v) for v in inputs.values())), bool)
        for name, value in inputs.items():
            if name not in self.inputs:
                self._check_names({**dict.fromkeys(self.inputs, 1.0), name: value})
            if name in self.domain:
                array = np.asarray(value, dtype=np.float64)
                found = self.domain[name]
                good = good & (array >= found.lower) & (array <= found.upper)
        return bool(good) if np.ndim(good) == 0 else good

    def replace(self, **coefficients: Any) -> Law:
        """Return the law with some coefficients changed, marked by a star.

        Raises
        ------
        ValueError
            For an unknown coefficient, or an amplitude or exponent that is not positive.
        """
        checked: dict[str, Any] = {}
        fields = self.form.coefficient_fields()
        for name, value in coefficients.items():
            if name in fields:
                floor = 0.0 if name in self.form.positive else -np.inf
                checked[name] = checks.number(name, value, floor)
            elif f"log_{name}" in fields:
                checked[name] = checks.number(name, value)
            else:
                allowed = [field.removeprefix("log_") for field in fields]
                hint = checks.closest(name, allowed)
                raise ValueError(
                    f"{self.slug} has no coefficient {name!r}{hint}; it has {', '.join(allowed)}"
                )
        form = self.form.with_coefficients(checked)
        return Law(self.facts, f"{self.variant.removesuffix('*')}*", form)

    def with_variant(self, variant: str) -> Law:
        """Return the law with the coefficients of another variant.

        Raises
        ------
        ValueError
            For an unknown variant, with the nearest match.
        """
        name = checks.choice("variant", variant, self.facts.variants)
        return Law(self.facts, name, self.facts.variants[name].form)

    def failing_checks(self) -> list[tuple[CheckValue, float]]:
        """Return the check values that do not come out, each with what does."""
        found = [(check, float(self(**check.inputs))) for check in self.variant_facts.checks]
        return [(c, v) for c, v in found if not math.isclose(v, c.value, rel_tol=c.rtol)]

    def elasticities(self, of: str = "inputs", **inputs: Any) -> dict[str, float]:
        """Return d ln(output) / d ln(x) for every input, or for every coefficient.

        Parameters
        ----------
        of : {"inputs", "coefficients"}
            What to vary.
        **inputs : float
            The point, as in a call; scalars.

        Returns
        -------
        dict of float
            By automatic differentiation. Coefficients are named as in `coefficients`.
        """
        checks.choice("of", of, ("inputs", "coefficients"))
        point = {k: jnp.asarray(v, dtype=jnp.float64) for k, v in self._checked(inputs).items()}
        value = self._value(point)
        if np.ndim(value):
            raise ValueError(
                f"{', '.join(inputs)}: the result has shape {np.shape(value)}; "
                "allowed: scalars and one set of coefficients"
            )
        if of == "inputs":
            return elasticity.of_inputs(value, point, jax.grad(self._value)(point))
        form, point = self._split(point)
        form = jax.tree_util.tree_map(lambda c: jnp.asarray(c, dtype=jnp.float64), form)
        return elasticity.of_coefficients(value, form, jax.grad(lambda f: f(**point))(form))

    def sample(self, n: int, key: int = 0) -> Law:
        """Return the law with `n` draws of its coefficients in place of each.

        Draws are normal with the variant's covariance around its coefficients.

        Parameters
        ----------
        n : int
            Number of draws; the leading axis of every coefficient.
        key : int
            Seed: the same key gives the same draws.

        Returns
        -------
        Law
            Called with scalars it gives `n` values; shape arrays as ``N[:, None]``.

        Raises
        ------
        ValueError
            If no uncertainty is known for this variant.
        """
        known = self.uncertainty
        if known is None:
            raise ValueError(
                f"no uncertainty is known for {self.slug} {self.variant!r}; "
                f"variants with one: {', '.join(uncertain_variants(self.facts)) or 'none'}"
            )
        mean = np.array([getattr(self.form, name) for name in known.names])
        rng = np.random.default_rng(key)
        draws = rng.multivariate_normal(mean, known.covariance, size=int(n), method="eigh")
        changes = {name: draws[:, i] for i, name in enumerate(known.names)}
        return Law(self.facts, self.variant, dataclasses.replace(self.form, **changes))  # type: ignore[type-var]

    def __repr__(self) -> str:
        values = ", ".join(
            f"{k}={v:.6g}" if np.ndim(v) == 0 else f"{k}=<{np.size(v)} draws>"
            for k, v in self.coefficients.items()
        )
        free = any(quantity.coefficient for quantity in self.inputs.values())
        values = values or ("coefficients are inputs" if free else "no coefficients")
        return f"<{self.facts.title} [{self.slug}, {self.variant}]: {values}; {self.source}>"


def uncertain_variants(facts: LawFacts) -> list[str]:
    """Names of the variants whose coefficients have a covariance."""
    return [name for name, v in facts.variants.items() if v.uncertainty is not None]
