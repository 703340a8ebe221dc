"""Figures of comparisons: elements, axes with units, and what is dashed."""

import sys

import holoviews as hv
import numpy as np
import pytest

from scalekit.comparisons import best_vocabulary, equal_compute, equal_memory, repeated_tokens
from scalekit.plotting import Axis, Series, curves

ASKED = {
    "compute": lambda: equal_compute(1e20),
    "memory": lambda: equal_memory(4e8, 2e10),
    "epochs": lambda: repeated_tokens(1e9, 1e10, [1, 2, 8]),
    "vocabulary": lambda: best_vocabulary(np.geomspace(1e8, 1e11, 9)),
}


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("compute", {"mixture (leverage)", "parallel streams", "mixture (routed)"}),
        ("memory", {"trained (QuEST)", "trained (Kumar, biased)"}),
        ("epochs", {"if all were fresh", "fresh tokens of equal loss"}),
        ("vocabulary", {"isoflop", "derivative", "parametric"}),
    ],
)
def test_every_result_draws_itself(name, labels):
    figure = ASKED[name]().plot()
    assert isinstance(figure, hv.Overlay)
    assert labels <= {element.label for element in figure}
    for element in figure:
        assert isinstance(element, hv.Curve)
        x, y = element.dimensions()
        assert x.unit
        assert y.unit
        assert x.label[0].isupper()
        assert np.isfinite(element.array()).any()


def test_what_was_fitted_is_apart_from_what_was_not():
    line = Series([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], np.array([False, True, True, False, True]))
    figure = curves({"law": line}, Axis("x", "X", "u"), Axis("y", "Y", "v"))
    parts = {element.group: element.array()[:, 0] for element in figure}
    assert np.array_equal(parts["Curve"], [np.nan, 2, 3, np.nan, 5], equal_nan=True)
    # The dashed piece reaches to the fitted points beside it, and no further.
    assert np.array_equal(parts["Extrapolated"], [1, 2, 3, 4, 5], equal_nan=True)
    whole = curves({"law": Series([1, 2], [1, 2])}, Axis("x", "X", "u"), Axis("y", "Y", "v"))
    assert [element.group for element in whole] == ["Curve"]
    last = Series([1, 2, 3], [1, 2, 3], np.array([True, True, False]))
    first, _ = curves({"law": last}, Axis("x", "X", "u"), Axis("y", "Y", "v"))
    assert np.array_equal(first.array()[:, 0], [np.nan, 2, 3], equal_nan=True)


def test_without_holoviews_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "holoviews", None)
    with pytest.raises(ImportError, match=r"scalekit\[apps\]"):
        ASKED["memory"]().plot()
