"""Formulas as the browser typesets them (MathML), with and without their numbers put in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from latex2mathml.converter import convert

_TOKEN = re.compile(r"\\text\{[^}]*\}|\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_GREEK = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "kappa", "lambda", "mu", "nu",
    "xi", "rho", "tau", "phi", "chi", "psi", "omega", "sigma",
))  # fmt: skip
_FUNCTIONS = frozenset((r"\ln", r"\log", r"\exp", r"\arccos", r"\max", r"\min"))
_CLOSED = frozenset((r"\hat", r"\bar", r"\mathrm"))
"""Commands whose argument is a name of its own: nothing is put into it."""
_CROWDED = re.compile(r"(?<=[\w})])\s*(\\(?:ln|log|exp|arccos)(?![a-z]))")
_SPACES = frozenset((r"\,", r"\;", r"\ ", r"\!"))


@lru_cache(maxsize=512)
def mathml(latex: str) -> str:
    """Return a formula as a block of MathML, which browsers typeset without a script."""
    spaced = _CROWDED.sub(r"\\,\1", latex)
    return f'<div class="formula">{convert(spaced, display="block")}</div>'


def symbol(name: str) -> str:
    r"""Return how a coefficient is written where its law file does not say.

    Examples
    --------
    >>> symbol("alpha"), symbol("L_inf"), symbol("A1"), symbol("gamma_kv")
    ('\\alpha', 'L_\\infty', 'A_1', '\\gamma_{kv}')
    """
    head, _, below = name.partition("_")
    if not below and head not in _GREEK:
        head, below = head.rstrip("0123456789"), head[len(head.rstrip("0123456789")) :]
    head = rf"\{head}" if head in _GREEK else head
    if not below:
        return head
    if below == "inf":
        return rf"{head}_\infty"
    return f"{head}_{below}" if len(below) == 1 else f"{head}_{{{below}}}"


def with_values(formula: str, values: Mapping[str, float]) -> str:
    """Return what stands right of the first equals sign, with numbers for symbols.

    A symbol within a longer name, such as N in N_opt, stays, and so does one that is defined
    further on, left of another equals sign.

    Parameters
    ----------
    formula : str
        LaTeX, such as a law file gives.
    values : mapping of str to float
        Number of every symbol, as it is written in the formula.

    Returns
    -------
    str
        LaTeX; empty where the formula is no equation, or no symbol is in it.
    """
    _, equals, right = formula.partition("=")
    if not equals:
        return ""
    tokens = _tokens(right)
    names = sorted(((_tokens(s), v) for s, v in values.items()), key=lambda row: -len(row[0]))
    out: list[str] = []
    replaced, factor = False, -1
    i = 0
    while i < len(tokens):
        found = _match(tokens, i, names)
        if found is not None:
            length, value = found
            i += length
            after = next((t for t in tokens[i:] if t not in _SPACES), "")
            out.append(_dot(out) + _number(value, out, powered=after == "^"))
            replaced, factor = True, len(out)
        elif tokens[i] in _CLOSED or tokens[i] == "_":
            end = _argument_end(tokens, i + 1)
            out.append("".join(tokens[i:end]))
            i = end
        elif tokens[i] in _FUNCTIONS:
            out.append(tokens[i])
            i += 1
            while i < len(tokens) and tokens[i] in "_^":
                end = _argument_end(tokens, i + 1)
                out[-1] += "".join(tokens[i:end])
                i = end
        else:
            # A number that stands in the formula itself must not run into one that was put in.
            dot = r"\cdot " if tokens[i][0].isdigit() and len(out) == factor else ""
            if not (tokens[i] in _SPACES and len(out) == factor):
                out.append(dot + tokens[i])
            i += 1
    return " ".join(out) if replaced else ""


def _tokens(latex: str) -> list[str]:
    return [t for t in _TOKEN.findall(latex) if not t.isspace()]


def _match(
    tokens: list[str], i: int, names: list[tuple[list[str], float]]
) -> tuple[int, float] | None:
    for name, value in names:
        end = i + len(name)
        if tokens[i:end] == name and tokens[end : end + 1] not in (["_"], ["="]):
            return len(name), value
    return None


def _argument_end(tokens: list[str], start: int) -> int:
    """Return where the argument that begins at `start` has ended."""
    depth = 0
    for i in range(start, len(tokens)):
        depth += (tokens[i] == "{") - (tokens[i] == "}")
        if depth == 0:
            return i + 1
    return len(tokens)


def _dot(before: list[str]) -> str:
    """Return a multiplication sign where two factors would else run into one."""
    last = next((t for t in reversed(before) if t not in _SPACES), "")
    if not last or last == r"\quad" or last.startswith(tuple(_FUNCTIONS)):
        return ""
    return r"\cdot " if last[-1].isalnum() or last[-1] in "})]" else ""


def _number(value: float, before: list[str], *, powered: bool) -> str:
    text = number(value)
    inner = not before or before[-1] in ("{", "(", "=", "[")
    argument = bool(before) and before[-1].startswith(tuple(_FUNCTIONS)) and "10^" in text
    if argument or (value < 0 and not inner) or (powered and not text.replace(".", "").isdigit()):
        return rf"\left({text}\right)"
    return f"{{{text}}}"


def number(value: float) -> str:
    r"""Return a number in LaTeX, four significant digits: ``406.4``, ``7\times10^{10}``."""
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    mantissa, exponent = f"{value:.3e}".split("e")
    mantissa = f"{float(mantissa):g}"
    power = f"10^{{{int(exponent)}}}"
    if mantissa in ("1", "-1"):
        return power if mantissa == "1" else f"-{power}"
    return rf"{mantissa}\times {power}"
