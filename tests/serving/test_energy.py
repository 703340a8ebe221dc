"""Hours of a chip and the energy of its work."""

import pytest

from scalekit import serving
from scalekit.hardware import device

H100_SERVER, A100_SERVER = 10.2 / 8 / 0.7, 6.5 / 8 / 0.4


def test_capital():
    assert serving.chip_hour_capital(34641) == pytest.approx(2.09, abs=5e-3)
    assert serving.chip_hour_capital(34641, interconnect=True) == pytest.approx(2.58, abs=5e-3)
    # The loss of an hour adds up: a year later 10^-0.14 of the price is left.
    price, hours = 1000.0, 8766
    for _ in range(hours):
        price -= serving.chip_hour_capital(price, server_factor=1)
    assert price == pytest.approx(1000 * 10**-0.14, rel=1e-4)


@pytest.mark.parametrize(("pue", "kwh", "usd"), [(1.25, 1.195, 0.092), (1.1, 1.052, 0.081)])
def test_energy(pue, kwh, usd):
    found = serving.chip_hour_energy(700, H100_SERVER, pue=pue)
    assert found == pytest.approx(kwh, abs=5e-4)
    assert found * 0.0771 == pytest.approx(usd, abs=5e-4)  # USD/kWh of 2024
    assert serving.chip_hour_energy(700, H100_SERVER) == serving.chip_hour_energy(
        700, H100_SERVER, 0.75, 1.1
    )


@pytest.mark.parametrize(
    ("watts", "server", "peak", "joules"),
    [(700, H100_SERVER, 989e12, 3.02e-12), (400, A100_SERVER, 312e12, 6.10e-12)],
)
def test_energy_of_useful_flop(watts, server, peak, joules):
    draw = serving.chip_hour_energy(watts, server, pue=1.25)
    assert serving.energy_per_flop(draw, peak, 0.4) == pytest.approx(joules, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "picojoules"),
    [
        ("H100 SXM5", 0.71),
        ("A100 SXM 80GB", 1.28),
        ("V100 SXM2 32GB", 2.40),
        ("B200 SXM (HGX)", 0.44),
    ],
)
def test_energy_of_the_chip_alone_at_its_peak(name, picojoules):
    chip = device(name)
    found = serving.energy_per_flop(chip.tdp_watts / 1e3, chip.bf16, 1)
    assert found * 1e12 == pytest.approx(picojoules, abs=5e-3)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("chip_hour_capital", (0,), "chip_price is 0"),
        ("chip_hour_capital", (1, 0.5), "server_factor is 0.5; allowed: a number from 1"),
        ("chip_hour_energy", (700, 1.8, 75), "utilization is 75"),
        ("chip_hour_energy", (700, 1.8, 0.75, 0.9), "pue is 0.9"),
        ("energy_per_flop", (1, 1e15, 0), "mfu is 0"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
