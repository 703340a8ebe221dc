"""Numbers as people write them: what is accepted, what is refused, and that texts read back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalekit_widgets.notation import (
    check_unit,
    count,
    duration,
    interval,
    parse,
    percent,
    power_of_ten,
    short_time,
    significant,
    usd,
)

ACCEPTED = {
    "5": 5.0,
    "5.": 5.0,
    ".5": 0.5,
    "5.76e23": 5.76e23,
    "1E24": 1e24,
    "1e+24": 1e24,
    "1e-3": 1e-3,
    " 1e24 ": 1e24,
    "5.76 × 10²³": 5.76e23,
    "5.76×10²³": 5.76e23,
    "5.76 x 10^23": 5.76e23,
    "5.76 * 10**23": 5.76e23,
    "5.76·10^23": 5.76e23,
    "5.76 × 10²³ FLOP": 5.76e23,
    "1.5 × 10⁻³": 1.5e-3,
    "10^24": 1e24,
    "10**24": 1e24,
    "10²⁴": 1e24,
    "10³": 1e3,
    "10⁻³": 1e-3,
    "10^-3": 1e-3,
    "10^−3": 1e-3,
    "70 B": 70e9,
    "70b": 70e9,
    "70B parameters": 70e9,
    "70 billion": 70e9,
    "1.4T tokens": 1.4e12,
    "1.4 trillion tokens": 1.4e12,
    "2 m": 2e6,
    "2 million": 2e6,
    "366 k": 366e3,
    "3 thousand": 3e3,
    "2 G": 2e9,
    "1 P": 1e15,
    "1 quadrillion": 1e15,
    "1e24 FLOP": 1e24,
    "1e24 flops": 1e24,
    "1,024": 1024.0,
    "1 024": 1024.0,
    "1_024": 1024.0,
    "1'000'000": 1e6,
    "1,000,000.5": 1000000.5,
    "100 hours": 100.0,
    "100 h": 100.0,
    "100h": 100.0,
    "1 hour": 1.0,
    "8 devices": 8.0,
    "1 device": 1.0,
    "$2 million": 2e6,
    "$0.41": 0.41,
    "3 USD": 3.0,
    "40 %": 0.4,
    "40%": 0.4,
    "7 params": 7.0,
    "-5": -5.0,
    "−5": -5.0,
    "+5": 5.0,
    "-1e3": -1e3,
}
REFUSED = [
    "", "  ", "abc", "nan", "inf", "--5", "-", "1.2.3", "1e", "e5", "1e5e5", "10^",
    "5 x", "5 x 10", "5 10^3", "12 34", "10 5", "10 50", "1,02", "5,76e23", "100,00",
    "B", "k", "%", "$", "h", "usd", "1 kk", "5 min", "7 days", "0x10", "½", "€5", "70 Q",
    "1²", "²³", "None", "True", "[1]", "1; 2",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), ACCEPTED.items())
def test_accepted(text, value):
    assert parse(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("text", "value"), [
    ("576 ZFLOP", 5.76e23), ("576EFLOPs", 5.76e20), ("2 yottaFLOP", 2e24), ("1e3 zflop", 1e24),
    ("100 PF-days", 8.64e21), ("3640 PF days", 3.14496e23), ("1 petaflop/s-day", 8.64e19),
    ("1.5 × 10² PFLOP/s-days", 1.296e22), ("5.76e23 flop", 5.76e23), ("2 million FLOP", 2e6),
])  # fmt: skip
def test_compute_is_written_in_many_ways(text, value):
    assert parse(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["ZFLOP", "PF-days", "3 days", "3 qflop", "1 flop-hour"])
def test_compute_needs_a_number_and_a_known_unit(text):
    with pytest.raises(ValueError, match="is not a number"):
        parse(text)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text):
    with pytest.raises(ValueError, match="is not a number; write") as raised:
        parse(text)
    assert (repr(text.strip()) if text.strip() else "an empty field") in str(raised.value)


@pytest.mark.parametrize(
    ("text", "unit", "kind"),
    [
        ("5 FLOP", "devices", "FLOP"), ("64 tokens", "devices", "tokens"),
        ("$5M", "devices", "USD"),
        ("$1,000,000", "device-hours", "USD"), ("10 hours", "USD", "hours"),
        ("2e23 FLOP", "%", "FLOP"), ("100 PF-days", "tokens", "FLOP"),
    ],
)  # fmt: skip
def test_another_unit_is_refused(text, unit, kind):
    with pytest.raises(ValueError, match="is in") as raised:
        check_unit(text, unit)
    assert str(raised.value) == f"{text!r} is in {kind}; here it is {unit}"


@pytest.mark.parametrize(
    ("text", "unit"),
    [("1.4T tokens", "tokens"), ("$2", "USD per device-hour"), ("100 hours", "device-hours"),
     ("576 ZFLOP", "FLOP"), ("70 B", "parameters"), ("40 %", "%"), ("8 devices", "devices")],
)  # fmt: skip
def test_the_unit_of_a_field_may_be_typed(text, unit):
    check_unit(text, unit)


def test_out_of_reach_is_infinite_not_an_overflow():
    assert parse("1e400") == parse("10^400") == math.inf


@given(st.floats(1e-3, 1e30))
def test_counts_read_back(value):
    assert parse(count(value)) == pytest.approx(value, rel=5.001e-3)


@given(st.floats(1e-30, 1e40))
def test_powers_read_back(value):
    assert parse(power_of_ten(value)) == pytest.approx(value, rel=5.001e-3)


@given(st.integers(-30, 40))
def test_round_powers_read_back(exponent):
    value = float(f"1e{exponent}")
    assert parse(power_of_ten(value)) == pytest.approx(value, rel=1e-12)


@given(st.floats(0.01, 1e14))
def test_money_reads_back(value):
    assert usd(value).startswith("$")
    assert parse(usd(value)) == pytest.approx(value, rel=5.001e-3)


@given(st.floats(1e-9, 1.0))
def test_percentages_read_back(value):
    assert parse(percent(value)) == pytest.approx(value, rel=0.051)


@given(st.floats(1e-20, 1e20), st.integers(1, 6))
def test_so_many_significant_digits(value, digits):
    text = significant(value, digits)
    assert float(text.replace(",", "")) == pytest.approx(value, rel=0.5001 * 10 ** (1 - digits))


@given(st.floats(1e-3, 1e14), st.floats(1, 9))
def test_intervals_name_both_ends(lower, factor):
    low, high = interval(lower, lower * factor).split(" to ")
    assert parse(high) == pytest.approx(lower * factor, rel=0.051)
    letter = high[-1] if high[-1].isalpha() and count(lower, 2).endswith(high[-1]) else ""
    assert parse(low if low[-1].isalpha() else low + letter) == pytest.approx(lower, rel=0.051)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (count(72.36e9), "72.4 B"),
        (count(999.6), "1.00 k"),
        (count(999.6e9), "1.00 T"),
        (count(1e15), "1,000 T"),
        (count(1e16), "10¹⁶"),
        (count(math.inf), "unlimited"),
        (count(0), "0"),
        (power_of_ten(5.76e23), "5.76 × 10²³"),
        (power_of_ten(1e24), "10²⁴"),
        (power_of_ten(9.999e23), "10²⁴"),
        (power_of_ten(1024), "1,020"),
        (power_of_ten(2e-5), "2.00 × 10⁻⁵"),
        (interval(48e9, 108e9), "48 to 110 B"),
        (interval(890e9, 2e12), "890 B to 2.0 T"),
        (interval(4.801e6, 4.829e6), "4.80 to 4.83 M"),
        (interval(5e6, 5e6), "5.0 to 5.0 M"),
        (usd(7.84e-7), "$7.8 × 10⁻⁷"),
        (usd(1.2e-4), "$0.00012"),
        (usd(0.0), "$0"),
        (usd(0.21), "$0.21"),
        (usd(0.414), "$0.414"),
        (usd(10), "$10"),
        (usd(10.5), "$10.50"),
        (usd(999.7), "$1.00 k"),
        (usd(1.09e6), "$1.09 M"),
        (duration(6.86e-5), "0.247 seconds"),
        (duration(0.5), "30.0 minutes"),
        (duration(7), "7.00 hours"),
        (duration(396), "16.5 days"),
        (duration(24 * 365.25 * 3), "3.00 years"),
        (percent(0.405), "40 %"),
        (percent(2.4e-8), "2.4 × 10⁻⁶ %"),
        (percent(0.0), "0 %"),
    ],
)
def test_as_people_write_them(shown, text):
    assert shown == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (6e-6, "6.00 µs"),
        (0.0383, "38.3 ms"),
        (1.25, "1.25 s"),
        (599, "599 s"),
        (1200, "20.0 minutes"),
        (86400, "24.0 hours"),
    ],
)
def test_short_times(seconds, text):
    assert short_time(seconds) == text
