"""Checks of what callers pass in: errors name the input, its value and what is allowed."""

from __future__ import annotations

import difflib
import math
import reprlib
from collections.abc import Iterable
from typing import Any

import jax
import numpy as np

MOST, FEW = 20, 5
"""Allowed names that a message lists though it suggests one of them; and that few are."""


def closest(name: str, allowed: Iterable[str]) -> str:
    """Return a hint such as ``" (did you mean 'besiroglu'?)"``, or nothing."""
    allowed = list(allowed)  # among many, one that is only a little alike says nothing
    found = nearest(name, allowed, 0.5 if len(allowed) <= FEW else 0.65)
    return f" (did you mean {found!r}?)" if found else ""


def nearest(name: str, allowed: Iterable[str], likeness: float) -> str:
    """Return the name that is most like `name`, at least by `likeness` of 1; or nothing.

    Case does not matter, and a name that begins like `name` is like it.
    """
    known, asked = {str(other).lower(): str(other) for other in allowed}, str(name).lower()
    begun = [other for other in known if len(asked) > 1 and other.startswith(asked)]
    found = begun or difflib.get_close_matches(asked, known, n=1, cutoff=likeness)
    return known[min(found, key=len)] if found else ""


def choice(name: str, value: object, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of `allowed`.

    Raises
    ------
    ValueError
        Naming the value, the nearest match and everything that is allowed; where that is much,
        only how much it is and, without a near match, the first few.
    """
    allowed = list(allowed)
    if isinstance(value, str) and value in allowed:
        return value
    hint = closest(str(value), allowed)
    names = ", ".join(allowed)
    if len(allowed) > MOST:
        some = "" if hint else f", such as {', '.join(allowed[:FEW])}"
        names = f"{len(allowed)} names{some}"
    raise ValueError(f"{name} is {value!r}{hint}; allowed: {names}")


def number(
    name: str,
    value: Any,
    lower: float = 0.0,
    upper: float = math.inf,
    *,
    lower_open: bool = True,
    infinite: bool = False,
    unit: str = "",
) -> Any:
    """Return `value` in float64 if it lies in the allowed range.

    JAX arrays pass through unchecked: under a trace there is no value to look at.

    Parameters
    ----------
    name : str
        How the caller calls the input.
    value : number or array
        What was given.
    lower, upper : float
        Ends of the allowed range; the upper end is allowed, the lower one only if
        `lower_open` is false.
    infinite : bool
        Whether positive infinity is meaningful (a limit of the formula).
    unit : str
        Unit of the input, for the message.

    Raises
    ------
    ValueError
        If a value is not a number, NaN or outside the range.
    """
    if isinstance(value, jax.Array):
        return value.astype(np.float64)
    wanted = _range_text(lower, upper, lower_open, infinite, unit)
    if isinstance(value, bool | np.bool_ | str | bytes) or value is None:
        raise ValueError(f"{name} is {value!r}; allowed: {wanted}")
    try:
        raw = np.asarray(value)
        if raw.size and raw.dtype.kind not in "iufO":
            raise TypeError
        # A list may mix in what is no number; NumPy would turn it into one.
        listed = not isinstance(value, np.ndarray)
        if listed and any(
            isinstance(v, bool | np.bool_ | str) for v in np.asarray(value, object).flat
        ):
            raise TypeError
        array = raw.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is {value!r}; allowed: {wanted}") from None
    if array.size and not _within(array.min(), array.max(), lower, upper, lower_open, infinite):
        good = array > lower if lower_open else array >= lower
        good &= array <= upper
        if not infinite:
            good &= np.isfinite(array)
        bad = array.ravel()[np.argmin(good.ravel())]
        raise ValueError(f"{name} is {bad:g}; allowed: {wanted}")
    return float(array) if array.ndim == 0 else array


def single(
    name: str,
    value: Any,
    lower: float = 0.0,
    upper: float = math.inf,
    *,
    lower_open: bool = True,
    unit: str = "",
) -> float:
    """Return `value` as `number` does, if it is one number and no array.

    Raises
    ------
    ValueError
        Also for an array of one number.
    """
    found = number(name, value, lower, upper, lower_open=lower_open, unit=unit)
    if np.ndim(found):
        raise ValueError(f"{name} has the shape {np.shape(found)}; allowed: a single number")
    return found


def whole(name: str, value: Any, lower: float = 0.0, upper: float = math.inf) -> Any:
    """Return `value` in float64 if it is a whole number in the range, or an array of such.

    JAX arrays pass through unchecked, as in `number`.

    Raises
    ------
    ValueError
        If a value is not; in an array the message names its row.
    """
    found = number(name, value, -math.inf)
    if not isinstance(found, jax.Array):
        good = (found >= lower) & (found <= upper) & (np.floor(found) == found)
        ends = f" up to {upper:g}" if math.isfinite(upper) else ""
        refuse_first_bad(name, found, good, f"whole numbers from {lower:g}{ends}")
    return found


def count(name: str, value: Any, lower: int = 0, upper: float = math.inf) -> int:
    """Return one whole number in the range as an int.

    Raises
    ------
    ValueError
        For anything else, arrays among it.
    """
    found = number(name, value, -math.inf)
    if np.ndim(found) or not lower <= found <= upper or found != math.floor(found):
        ends = f" up to {upper:g}" if math.isfinite(upper) else ""
        raise ValueError(f"{name} is {value!r}; allowed: a whole number from {lower:g}{ends}")
    return int(found)


def refuse_first_bad(name: str, value: Any, good: Any, allowed: str) -> None:
    """Raise for the first value that is not good, naming the row it stands in."""
    good = np.asarray(good)
    if good.all():
        return
    values = np.broadcast_to(value, good.shape)
    where = np.unravel_index(int(np.argmin(good)), good.shape)
    row = f"[{', '.join(str(int(i)) for i in where)}]" if where else ""
    raise ValueError(f"{name}{row} is {float(values[where]):.12g}; allowed: {allowed}")


def flag(name: str, value: Any) -> bool:
    """Return `value` if it is True or False: ``"no"`` would count as true.

    Raises
    ------
    ValueError
        For anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} is {value!r}; allowed: True, False")
    return bool(value)


def record(name: str, value: Any, kind: type) -> Any:
    """Return `value` if it is a record of this kind, not a name of one.

    Raises
    ------
    ValueError
        For anything else.
    """
    if not isinstance(value, kind):
        raise ValueError(f"{name} is {reprlib.repr(value)}; allowed: a {kind.__name__}")
    return value


def _within(
    least: Any, most: Any, lower: float, upper: float, lower_open: bool, infinite: bool
) -> bool:
    """Say whether all from the least to the most is allowed; NaN, which both become, is not."""
    above = least > lower if lower_open else least >= lower
    finite = math.isfinite(least) and math.isfinite(most)
    return bool(above and most <= upper and (infinite or finite))


def _range_text(lower: float, upper: float, lower_open: bool, infinite: bool, unit: str) -> str:
    if math.isinf(lower) and math.isinf(upper):
        text = "a finite number"
    elif math.isinf(lower):
        text = f"a number up to {upper:g}"
    elif math.isinf(upper):
        text = f"a number {'above' if lower_open else 'from'} {lower:g}"
        text += " (infinity is the limit)" if infinite else ""
    else:
        text = f"a number {'above' if lower_open else 'from'} {lower:g} up to {upper:g}"
    return f"{text} [{unit}]" if unit else text
