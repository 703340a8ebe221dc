"""Splits and fractions of translators, against the laws that they are derived from."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from scalekit.allocation import effective_parameter_fraction, encoder_decoder_split
from scalekit.laws import get

BASE = {"alpha": 1.0, "N_e0": 2e8, "N_d0": 2.5e8, "L_inf": 1.2}


@pytest.mark.parametrize(("p_e", "p_d"), [(0.2, 0.3), (0.3, 0.3), (0.12, 0.35)])
def test_split_minimises_the_loss(p_e: float, p_d: float) -> None:
    law, N = get("translation-loss"), 1e9
    best = encoder_decoder_split(N, p_e, p_d)
    assert best.N_e + best.N_d == pytest.approx(N, rel=1e-14)

    def loss(share: float) -> float:
        return law(N_e=share * N, N_d=(1 - share) * N, p_e=p_e, p_d=p_d, **BASE)

    found = minimize_scalar(loss, bounds=(0.01, 0.99), method="bounded", options={"xatol": 1e-9})
    assert best.N_e / N == pytest.approx(found.x, abs=1e-6)
    # The loss at the best split in closed form.
    total = p_e + p_d
    amplitude = (2e8 * total / p_e) ** p_e * (2.5e8 * total / p_d) ** p_d
    assert loss(best.N_e / N) == pytest.approx(1.2 + amplitude * N**-total, rel=1e-12)


def test_split_of_arrays_and_of_nonsense() -> None:
    best = encoder_decoder_split(np.array([1e8, 1e9]), 0.2, 0.3)
    assert best.N_e == pytest.approx([4e7, 4e8], rel=1e-14)
    with pytest.raises(ValueError, match="p_d is 0"):
        encoder_decoder_split(1e9, 0.2, 0)


def test_effective_parameters_reach_the_same_loss() -> None:
    law, rest = get("multilingual-translation-loss"), {"alpha": 0.3, "L_inf": 1.0}
    wanted = law(N=1e9, beta_p=40.0, **rest)
    N = brentq(lambda N: law(N=N, beta_p=30.0, **rest) - wanted, 1e6, 1e10, xtol=1.0)
    assert effective_parameter_fraction(30.0, 40.0, 0.3) == pytest.approx(N / 1e9, rel=1e-6)
    assert effective_parameter_fraction(30.0, 30.0, 0.3) == 1.0
    with pytest.raises(ValueError, match="alpha is 0"):
        effective_parameter_fraction(1.0, 1.0, 0)
