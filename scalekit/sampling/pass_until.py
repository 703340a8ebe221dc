"""The pass rate of sampling that goes on until enough passes are seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from scalekit.checks import flag, refuse_first_bad, whole
from scalekit.laws.form import array_namespace, plain


def pass_until(c: Any, n: Any, unbiased: bool = False) -> Any:
    """Return the estimated pass rate after sampling until c passes, which took n samples.

    Hu et al. (arXiv 2310.03262), from a secondary source: c/n is the maximum of the
    likelihood, and too high on average for small c. The unbiased estimate is standard
    statistics and not of the paper. After one pass the relative error is about 100 %.

    Parameters
    ----------
    c : int or array
        Passes seen; 0 where sampling was given up before the first.
    n : int or array
        Samples drawn, at least 1 and at least c.
    unbiased : bool
        Return (c-1)/(n-1) instead, which needs at least 2 passes.

    Raises
    ------
    ValueError
        If a count is no whole number, c is above n, or below 2 for the unbiased estimate.
    """
    unbiased = flag("unbiased", unbiased)
    c, n = whole("c", c, 2.0 if unbiased else 0.0), whole("n", n, 1.0)
    if array_namespace(c, n) is np:
        refuse_first_bad("c", c, np.less_equal(c, n), "at most n, the samples drawn")
    return plain((c - 1.0) / (n - 1.0) if unbiased else c / n)
