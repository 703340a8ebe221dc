"""What data are worth, against the printed numbers and the laws themselves."""

import jax
import numpy as np
import pytest

from scalekit.allocation import clean_equivalent, data_efficiency, datastore_flop, training_flop
from scalekit.laws import get


@pytest.mark.parametrize(("loss", "printed", "computed"), [(3.17, 5.17, 5.10), (3.43, 2.29, 2.28)])
def test_data_efficiency(loss: float, printed: float, computed: float) -> None:
    found = data_efficiency(loss, 209.7e6)
    assert found == pytest.approx(printed, rel=0.02)
    assert found == pytest.approx(computed, abs=0.005)
    # 200e6 tokens, as the text rounds them, would give neither.
    assert data_efficiency(loss, 200e6) > 1.02 * printed


@pytest.mark.parametrize("baseline", ["standard", "regularized", "joint"])
def test_data_efficiency_inverts_the_law(baseline: str) -> None:
    law = get("infinite-compute-loss", baseline)
    U = np.geomspace(1e7, 1e12, 5)
    assert data_efficiency(law(U=3 * U), U, baseline) == pytest.approx(3 * np.ones(5), rel=1e-9)
    slope = jax.grad(lambda loss: data_efficiency(loss, 1e9, baseline))(3.0)
    step = data_efficiency(3.0 + 1e-6, 1e9, baseline) - data_efficiency(3.0 - 1e-6, 1e9, baseline)
    assert float(slope) == pytest.approx(step / 2e-6, rel=1e-6)


def test_losses_out_of_reach_are_refused() -> None:
    with pytest.raises(ValueError, match=r"loss is 1\.89; allowed: a number above 1\.89"):
        data_efficiency(1.89, 1e9)
    with pytest.raises(ValueError, match="did you mean 'standard'"):
        data_efficiency(3.0, 1e9, "standart")
    with pytest.raises(ValueError, match="U is 0"):
        data_efficiency(3.0, 0)


def test_clean_equivalent() -> None:
    # A tenth of 1.28e6 images clean, at both ends of the published interval.
    assert clean_equivalent(128e3, 1152e3, 1.5) == pytest.approx(896e3, rel=1e-14)
    assert clean_equivalent(128e3, 1152e3, 1.75) == pytest.approx(786285.714285714, rel=1e-14)
    assert clean_equivalent(0, 10, 1) == 10.0
    with pytest.raises(ValueError, match="price is 0"):
        clean_equivalent(1, 1, 0)
    with pytest.raises(ValueError, match="n_noisy is -1"):
        clean_equivalent(1, -1, 1.5)


def test_datastore_costs_little_beside_training() -> None:
    found = datastore_flop(177e6, 1.4e12)
    assert found == pytest.approx(4.956e20, rel=1e-12)
    assert found / training_flop(7e9, 2e12) == pytest.approx(0.0059, abs=5e-6)
    with pytest.raises(ValueError, match="D is -1"):
        datastore_flop(1, -1)
