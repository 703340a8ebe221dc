"""Mean parameters of a pruned training against the integral over its schedule."""

import pytest
from scipy.integrate import quad

from scalekit.allocation import average_parameters

SHARE = {"linear": lambda u: u, "cubic": lambda u: 1 - (1 - u) ** 3}


@pytest.mark.parametrize("schedule", SHARE)
@pytest.mark.parametrize(("start", "end"), [(0.25, 0.75), (0.0, 1.0), (0.5, 0.6), (0.3, 1.0)])
def test_mean_is_the_integral(schedule: str, start: float, end: float) -> None:
    def parameters(t: float) -> float:
        u = min(max((t - start) / (end - start), 0.0), 1.0)
        return 1e9 * (1 - 0.8 * SHARE[schedule](u))

    wanted, _ = quad(parameters, 0, 1, points=[start, end], epsrel=1e-12)
    found = average_parameters(1e9, 0.8, start, end, schedule)
    assert found == pytest.approx(wanted, rel=1e-10)


def test_known_cases() -> None:
    assert average_parameters(1e9, 0.6) == pytest.approx(0.7e9, rel=1e-15)
    assert average_parameters(1e9, 0.6, schedule="cubic") == pytest.approx(
        (1 - 0.625 * 0.6) * 1e9, rel=1e-15
    )
    assert average_parameters(1e9, 0.0) == 1e9
    assert average_parameters(1e9, 0.5, 0.5, 0.5) == pytest.approx(0.75e9, rel=1e-15)
    assert average_parameters(1e9, [0.2, 0.6]) == pytest.approx([0.9e9, 0.7e9])


def test_arguments() -> None:
    with pytest.raises(ValueError, match=r"start is 0\.8 and end is 0\.5; allowed"):
        average_parameters(1e9, 0.5, 0.8, 0.5)
    with pytest.raises(ValueError, match=r"sparsity is 1\.5; allowed: a number from 0 up to 1"):
        average_parameters(1e9, 1.5)
    with pytest.raises(ValueError, match=r"schedule is 'cubical'.*did you mean 'cubic'"):
        average_parameters(1e9, 0.5, schedule="cubical")
