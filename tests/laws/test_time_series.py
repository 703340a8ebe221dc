"""Time series: the three tables, and that they speak of the same losses."""

import pytest

from scalekit import laws

# scale and exponent of parameters, points and compute (PF-days)
TABLES = {
    "encoder-lsf": ((1.4e31, 0.026), (9.6e30, 0.029), (3.9e26, 0.020)),
    "encoder-monash": ((6.7e36, 0.023), (1.0e39, 0.023), (2.8e29, 0.020)),
    "encoder-id": ((3.7e16, 0.029), (5.3e12, 0.094), (1.5e7, 0.024)),
    "decoder-lsf": ((2.9e47, 0.016), (1.1e44, 0.019), (1.9e33, 0.017)),
    "decoder-monash": ((1.5e48, 0.017), (4.4e31, 0.030), (1.4e47, 0.013)),
    "decoder-id": ((2.0e34, 0.015), (9.9e13, 0.090), (6.0e23, 0.014)),
}
KINDS = {"parameters": "N", "points": "D", "compute": "C"}


@pytest.mark.parametrize("variant", TABLES)
def test_coefficients(variant: str) -> None:
    for (kind, name), (scale, alpha) in zip(KINDS.items(), TABLES[variant], strict=True):
        law = laws.get(f"time-series-loss-{kind}", variant)
        assert dict(law.variant_facts.coefficients) == {"scale": scale, "alpha": alpha}
        unit = 8.64e19 if name == "C" else 1.0
        assert law(**{name: scale * unit}) == pytest.approx(1.0, rel=1e-13)


@pytest.mark.parametrize("variant", TABLES)
def test_the_largest_runs_of_the_three_tables_reach_about_the_same_loss(variant: str) -> None:
    found = [
        laws.get(f"time-series-loss-{kind}", variant)(
            **{name: laws.get(f"time-series-loss-{kind}", variant).domain[name].upper}
        )
        for kind, name in KINDS.items()
    ]
    # A wrong digit in an exponent or a power of ten in a scale would be far outside.
    assert max(found) / min(found) < 1.25
