"""Numbers as people write them, and back: 70.3 B, 5.76 × 10²³, $0.41."""

from __future__ import annotations

import math
import re

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile("10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_FACTORS = {
    "": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "g": 1e9,
    "billion": 1e9, "t": 1e12, "trillion": 1e12, "p": 1e15, "quadrillion": 1e15,
}  # fmt: skip
_UNITS = (
    "tokens", "token", "parameters", "parameter", "params", "flops", "flop", "usd", "hours",
    "hour", "h", "devices", "device", "%",
)  # fmt: skip
_COMPUTE = re.compile(
    r"(?P<number>.*?)\s*(?P<prefix>kilo|mega|giga|tera|peta|exa|zetta|yotta|[kmgtpezy])?\s*"
    r"(flops?|f(lops?)?(/s)?[\s·-]*(?P<day>days?|d))$"
)
_PREFIXES = {letter: 10.0 ** (3 * power) for power, letter in enumerate("kmgtpezy", 1)}
_SECONDS_A_DAY = 86_400.0
_NUMBER = re.compile(
    r"(?P<number>[+-]?([0-9]{1,3}([ ,_']\d{3})+|\d+)(\.\d*)?(e[+-]?\d+)?|[+-]?\.\d+(e[+-]?\d+)?)?"
    r"\s*((?P<times>[x*·×]\s*)?10\s*(\^|\*\*)\s*(?P<power>[+-]?\d+))?"
    r"\s*(?P<factor>[a-z]*)$"
)

LONGEST_UNIT = 16
"""Letters of a unit that is written behind a number; longer ones describe a scale."""
PURE = frozenset(("1", "fraction", "probability", "proportion", "ratio", "rate"))
"""Words that name what a number without a unit is."""


def significant(value: float, digits: int = 3) -> str:
    """Return `value` with so many significant digits and thousands separators."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)) + 1e-12)
    rounded = round(value, decimals)
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)) + 1e-12)
    return f"{rounded:,.{max(decimals, 0)}f}"


def count(value: float, digits: int = 3) -> str:
    """Return a count with a letter for its magnitude: ``72.4 B``; from 10,000 T a power of ten."""
    if not math.isfinite(value):
        return "unlimited" if value > 0 else "–"
    if value >= 9.995e15:
        return power_of_ten(value, digits)
    for size, letter in _STEPS:
        if value >= size * (1 - 0.5 * 10**-digits):
            return f"{significant(value / size, digits)} {letter}"
    return significant(value, digits)


def whole(value: float) -> str:
    """Return a whole number as it is counted: ``8``, ``1,250``, from a million on ``1.25 M``."""
    return f"{value:,.0f}" if value < 1e6 else count(value)


def many(k: float) -> str:
    """Return a number of samples in words: ``1 sample``, ``1,250 samples``, ``endless samples``."""
    return "1 sample" if k == 1 else f"{'endless' if math.isinf(k) else whole(k)} samples"


def power_of_ten(value: float, digits: int = 3) -> str:
    """Return ``5.76 × 10²³``; plain below 10 000."""
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e4:
        return significant(value, digits) if math.isfinite(value) else "–"
    exponent = math.floor(math.log10(abs(value)))
    mantissa = round(value / 10**exponent, digits - 1)
    if abs(mantissa) >= 10:
        mantissa, exponent = mantissa / 10, exponent + 1
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if mantissa == 1 else f"{mantissa:.{digits - 1}f} × {power}"


def interval(lower: float, upper: float, digits: int = 2) -> str:
    """Return ``48 to 108 B``: the letter once where both ends share it.

    Ends that would look alike get more digits.
    """
    low, high = count(lower, digits), count(upper, digits)
    while low == high and digits < 5 and lower != upper:
        digits += 1
        low, high = count(lower, digits), count(upper, digits)
    if " " in low and low.split()[-1] == high.split()[-1] and "×" not in low:
        return f"{low.rsplit(' ', 1)[0]} to {high}"
    return f"{low} to {high}"


def usd(value: float) -> str:
    """Return an amount of money: ``$0.41``, ``$10``, ``$1.09 M``, ``$7.8 × 10⁻⁷``."""
    if value < 0.01:
        return f"${power_of_ten(value, 2) if 0 < value < 1e-4 else f'{value:.2g}'}"
    if value >= 999.5:
        return f"${count(value)}"
    whole, _, part = significant(value).partition(".")
    part = part.rstrip("0")
    return f"${whole}.{part:0<2}" if part else f"${whole}"


def duration(hours: float) -> str:
    """Return hours as the unit a person would choose."""
    if hours < 1 / 60:
        return f"{significant(hours * 3600)} seconds"
    if hours < 1:
        return f"{significant(hours * 60)} minutes"
    if hours < 48:
        return f"{significant(hours)} hours"
    if hours < 24 * 730:
        return f"{significant(hours / 24)} days"
    return f"{significant(hours / 24 / 365.25)} years"


def short_time(seconds: float) -> str:
    """Return seconds as a waiting person counts them: ``38 ms``, ``1.2 s``, ``12 minutes``."""
    if seconds < 1e-3:
        return f"{significant(seconds * 1e6)} µs"
    if seconds < 1:
        return f"{significant(seconds * 1e3)} ms"
    return f"{significant(seconds)} s" if seconds < 600 else duration(seconds / 3600)


def percent(fraction: float, digits: int = 2) -> str:
    """Return a fraction in percent: ``40 %``, ``2.4 × 10⁻⁶ %``."""
    value = 100 * fraction
    write = significant if value == 0 or abs(value) >= 1e-3 else power_of_ten
    return f"{write(value, digits)} %"


def short_percent(fraction: float, digits: int = 3) -> str:
    """Return a percentage without idle zeros: ``70 %``, ``85.5 %``; all only where it is all."""
    if fraction < 1e-5:
        return percent(fraction)
    texts = (f"{100 * fraction:.{d}g} %" for d in range(digits, 9))
    return next((text for text in texts if fraction == 1 or text != "100 %"), "over 99.9999 %")


def factor(ratio: float) -> str:
    """Return how many times, in two digits: ``10``, ``2.5``, ``1,200``."""
    return significant(ratio, 2).removesuffix(".0")


def round_up(value: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten."""
    if not 0 < value < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9))


def short_quantity(value: float, unit: str = "1") -> str:
    """Return a number of any size, written as its unit is: ``10²¹``, ``70 B``, ``1.973``."""
    if not math.isfinite(value):
        return "unlimited" if value > 0 else "–"
    size = abs(value)
    if unit == "FLOP" or (0 < size < 1e-3):
        return power_of_ten(value)
    number, _, letter = (count(size) if size >= 1e4 else significant(size, 4)).partition(" ")
    number = number.rstrip("0").rstrip(".") if "." in number else number
    text = f"{number} {letter}" if letter else number
    return f"−{text}" if value < 0 else text


def quantity(value: float, unit: str) -> str:
    """Return a number of any size with its unit, unless that is none or a whole description."""
    text = short_quantity(value, unit)
    return f"{text} {unit}" if is_written(unit) else text


def is_written(unit: str) -> bool:
    """Say whether a unit stands behind a number: 3 bits, but not 0.3 fraction kept."""
    return 0 < len(unit) <= LONGEST_UNIT and PURE.isdisjoint(unit.split())


EXAMPLES = "5.76e23, 70 B or 1.4 T"
"""Numbers as people write them where they are large."""


_KINDS = {
    "tokens": "tokens", "token": "tokens", "parameters": "parameters", "parameter": "parameters",
    "params": "parameters", "usd": "USD", "hours": "hours", "hour": "hours", "devices": "devices",
    "device": "devices",
}  # fmt: skip
"""Units that can be typed behind a number, and what a field that takes them is in."""


def check_unit(text: str, unit: str) -> None:
    """Refuse a number that was typed in another unit than that of its field.

    Raises
    ------
    ValueError
        Naming what was typed and both units.
    """
    plain = text.strip().lower()
    kind = "USD" if plain.startswith("$") else "FLOP" if _COMPUTE.fullmatch(plain) else ""
    kind = kind or next((k for word, k in _KINDS.items() if plain.endswith(word)), "")
    if kind and kind.lower() not in unit.lower():
        raise ValueError(f"{text.strip()!r} is in {kind}; here it is {unit}")


def parse(text: str, examples: str = EXAMPLES) -> float:
    """Return the number that a person typed.

    Understands ``5.76e23``, ``5.76 × 10²³``, ``10^24``, ``70 B``, ``1.4T tokens``,
    ``$2 million``, ``1,024`` and ``40 %``; compute also as ``576 ZFLOP`` and ``100 PF-days``.

    Parameters
    ----------
    text : str
        What was typed.
    examples : str
        What the error says can be written.

    Raises
    ------
    ValueError
        Saying what was typed and giving examples.
    """
    shown = repr(str(text).strip()) if str(text).strip() else "an empty field"
    refusal = ValueError(f"{shown} is not a number; write {examples}")
    plain = _POWER.sub(lambda found: "10^" + found[1].translate(_PLAIN), str(text))
    plain = plain.replace("−", "-").strip().lower().lstrip("$")
    scale = 0.01 if plain.endswith("%") else 1.0
    compute = _COMPUTE.fullmatch(plain)
    if compute:
        plain, prefix = compute["number"], compute["prefix"]
        scale *= _PREFIXES[prefix[0]] if prefix else 1.0
        scale *= _SECONDS_A_DAY if compute["day"] else 1.0
    for unit in _UNITS:
        if plain.endswith(unit) and len(plain) > len(unit):
            shorter = plain[: -len(unit)].rstrip()
            if unit not in ("h", "%") or (shorter and (shorter[-1].isdigit() or unit == "%")):
                plain = shorter
                break
    found = _NUMBER.fullmatch(plain)
    digits = found and found["number"]
    if not found or found["factor"] not in _FACTORS or not (digits or found["power"]):
        raise refusal
    if found["power"] and digits and not found["times"]:
        raise refusal
    value = float(re.sub(r"[_,' ]", "", digits)) if digits else 1.0
    if found["power"]:
        value *= 10.0 ** int(found["power"]) if abs(int(found["power"])) < 300 else math.inf
    return value * _FACTORS[found["factor"]] * scale
