"""From slopes to elasticities: by how many percent a result changes for one percent more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scalekit.laws.form import Form


def of_inputs(value: Any, point: Mapping[str, Any], slopes: Mapping[str, Any]) -> dict[str, float]:
    """Return d ln(value)/d ln(x) for every input, 0 where that is infinite.

    Parameters
    ----------
    value : float
        Value of the law at the point.
    point, slopes : mapping of str to float
        The inputs, and the slope of the value along each.
    """
    return {
        name: float(slopes[name] * x / value) if np.isfinite(x) else 0.0
        for name, x in point.items()
    }


def of_coefficients(value: Any, form: Form, slopes: Form) -> dict[str, float]:
    """Return d ln(value)/d ln(c) for every coefficient, named as a paper prints them.

    Parameters
    ----------
    value : float
        Value of the form.
    form, slopes : Form
        The form, and one of its kind with the slope of the value along each coefficient.
    """
    found = {}
    for field in form.coefficient_fields():
        # d/d ln A is d/d log_A itself; the other coefficients need the factor.
        factor = 1.0 if field.startswith("log_") else getattr(form, field)
        found[field.removeprefix("log_")] = float(getattr(slopes, field) * factor / value)
    return found
