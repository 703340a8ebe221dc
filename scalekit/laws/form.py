"""What a functional form is: typed coefficients and one method on arrays.

A form is a frozen dataclass whose fields are its coefficients; JAX sees it as a
pytree. Its ``__call__`` is written once, against the array namespace of whatever
it is given: numbers and NumPy arrays stay in NumPy, JAX arrays and tracers in JAX.
Positive amplitudes are stored as logarithms (``log_A``), because
``exp(log_A - alpha * log(N))`` is safe over the whole range and much faster in XLA
than ``A * N**-alpha``; users may still say ``A``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterable, Mapping
from types import ModuleType
from typing import Any, ClassVar, Self, dataclass_transform

import jax
import jax.numpy as jnp
import numpy as np

from scalekit.checks import closest

FORMS: dict[str, type[Form]] = {}


@dataclass_transform(frozen_default=True)
class Form:
    """Base class of all functional forms; subclasses become dataclasses and pytrees.

    Subclasses give ``kind``, their name in the law files, and a method
    ``__call__`` on keyword inputs; one without ``kind`` is a base of others. Fields listed
    in ``settings`` are constants of the convention (a unit, a switch), never fitted and
    never differentiated. Exponents without which a formula means nothing at 0 or below are
    named in ``positive``. A form with the setting ``unit`` counts its inputs in it, but for
    those named in ``raw``. One that is not ``blockwise`` divides long arrays by itself, or is
    done with them in one step.
    """

    kind: ClassVar[str]
    settings: ClassVar[tuple[str, ...]] = ()
    positive: ClassVar[tuple[str, ...]] = ()
    raw: ClassVar[tuple[str, ...]] = ()
    blockwise: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclasses.dataclass(frozen=True)(cls)
        _register(cls)
        if "kind" not in cls.__dict__:
            return
        if cls.kind in FORMS:
            raise TypeError(f"two forms are called {cls.kind!r}")
        FORMS[cls.kind] = cls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Evaluate the form; subclasses name their inputs."""
        raise TypeError(f"{type(self).__name__} has no formula")

    def refusal(self, **inputs: Any) -> str:
        """Say why the formula is undefined at a point, or nothing where it is defined.

        For what no range of a single input can tell. It is asked before every call of the law;
        JAX arrays pass, for under a trace there is no value to look at.
        """
        return ""

    def unit_of(self, name: str) -> float:
        """Return what the formula counts an input in: 1e9 where N stands for billions."""
        return getattr(self, "unit", 1.0) if name not in self.raw else 1.0

    @classmethod
    def coefficient_fields(cls) -> tuple[str, ...]:
        """Names of the fields that are coefficients, as stored."""
        names = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
        return tuple(name for name in names if name not in cls.settings)

    @classmethod
    def from_printed(
        cls,
        coefficients: Mapping[str, float],
        settings: Mapping[str, Any] | None = None,
        free: Collection[str] = (),
    ) -> Form:
        """Build the form from coefficients as a paper prints them.

        A field ``log_A`` may be given as ``log_A`` or as ``A``. Those called `free`, as
        ``A``, may be left out: they are None until `with_coefficients` fills them in.

        Raises
        ------
        ValueError
            If a coefficient is missing, unknown or, where a logarithm is needed,
            not positive.
        """
        given = dict(coefficients)
        values: dict[str, Any] = {}
        for field in cls.coefficient_fields():
            plain = field.removeprefix("log_")
            if field in given:
                values[field] = float(given.pop(field))
                if field in cls.positive and not values[field] > 0:
                    raise ValueError(
                        f"coefficient {field} is {values[field]!r}; it must be above 0"
                    )
            elif plain in given:
                value = float(given.pop(plain))
                if not value > 0:
                    raise ValueError(f"coefficient {plain} is {value!r}; it must be above 0")
                values[field] = math.log(value)
            elif plain in free:
                values[field] = None
            else:
                raise ValueError(f"coefficient {plain!r} of the form {cls.kind!r} is missing")
        for name in given:
            hint = closest(name, [f.removeprefix("log_") for f in cls.coefficient_fields()])
            raise ValueError(f"the form {cls.kind!r} has no coefficient {name!r}{hint}")
        for name, value in (settings or {}).items():
            if name not in cls.settings:
                raise ValueError(f"the form {cls.kind!r} has no setting {name!r}")
            values[name] = value
        return cls(**values)

    def with_coefficients(self, coefficients: Mapping[str, Any]) -> Self:
        """Return the form with some coefficients replaced, named as stored or as printed."""
        changes: dict[str, Any] = {}
        for name, value in coefficients.items():
            if name in self.coefficient_fields():
                changes[name] = value
            else:
                changes[f"log_{name}"] = array_namespace(value).log(value)
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]

    def printed(self) -> dict[str, Any]:
        """Coefficients under the names a paper uses (``A`` for the field ``log_A``).

        Those that have no value are left out.
        """
        found: dict[str, Any] = {}
        for field in self.coefficient_fields():
            value = getattr(self, field)
            if value is None:
                continue
            if field.startswith("log_"):
                xp = array_namespace(value)
                value = xp.exp(value)
            found[field.removeprefix("log_")] = plain(value)
        return found


def plain(value: Any) -> Any:
    """Return a float for a single number of NumPy; arrays, and all of JAX, as they are."""
    if isinstance(value, jax.Array):
        return value
    return float(value) if np.ndim(value) == 0 else value


def array_namespace(*values: Any) -> ModuleType:
    """Return ``jax.numpy`` if any value (or coefficient of a form) is a JAX array, else NumPy."""
    for leaf in jax.tree_util.tree_leaves(values):
        if isinstance(leaf, jax.Array):
            return jnp
    return np


def _register(cls: type[Form]) -> None:
    """Make a form a pytree: coefficients are its leaves, settings its static part.

    Not `jax.tree_util.register_dataclass`: in jaxlib 0.10 the structures of two data classes
    with as many fields compare equal, so that now and then (when their hashes fall together)
    a jitted function runs what was compiled for another form.
    """
    fields = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    data = tuple(name for name in fields if name not in cls.settings)
    keys = tuple(jax.tree_util.GetAttrKey(name) for name in data)

    def flatten(form: Form) -> tuple[list[Any], tuple[Any, ...]]:
        return [getattr(form, n) for n in data], tuple(getattr(form, n) for n in cls.settings)

    def with_keys(form: Form) -> tuple[list[tuple[Any, Any]], tuple[Any, ...]]:
        leaves, settings = flatten(form)
        return list(zip(keys, leaves, strict=True)), settings

    def unflatten(settings: tuple[Any, ...], leaves: Iterable[Any]) -> Form:
        given = dict(zip(data, leaves, strict=True))
        return cls(**given, **dict(zip(cls.settings, settings, strict=True)))

    jax.tree_util.register_pytree_with_keys(cls, with_keys, unflatten, flatten)
