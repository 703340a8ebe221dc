"""Formulas with their numbers put in: what is on screen must evaluate to the law's value."""

import math
import re

import pytest

from scalekit import laws
from scalekit_widgets import typeset
from scalekit_widgets.typeset import mathml, number, symbol, with_values

VARIANTS = [(slug, name) for slug in laws.names() for name in laws.facts(slug).variants]

# Formulas that are no closed expression of inputs and coefficients alone: sums and products over
# an index, equations to be solved, tables, and definitions that follow the first equation.
NOT_CLOSED = {
    "data-filtering-error", "data-pruning-error", "embedding-width",
    "data-constrained-loss", "data-constrained-effective-parameters", "moe-efficiency-leverage",
    "precision-loss", "qat-token-fraction", "routed-loss", "routed-effective-parameters",
    "vocabulary-loss", "vocabulary-parameters", "vocabulary-size",
}  # fmt: skip


class Reader:
    """Evaluates the LaTeX of a number: written for these tests, apart from the code it checks."""

    TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[^\s]")

    def __init__(self, latex: str) -> None:
        plain = latex.replace(r"\left", "").replace(r"\right", "").replace(r"\,", " ")
        self.tokens = self.TOKEN.findall(plain)

    def value(self) -> float:
        found = self.sum()
        assert not self.tokens, self.tokens
        return found

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self) -> str:
        return self.tokens.pop(0)

    def sum(self) -> float:
        total = self.product()
        while self.next() in ("+", "-"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self) -> float:
        if self.next() == "-":
            self.take()
            return -self.product()
        total = self.power()
        while self.next() and self.next() not in "+-)]}":
            if self.next() == "/":
                self.take()
                total /= self.power()
            else:
                if self.next() in (r"\cdot", r"\times"):
                    self.take()
                total *= self.power()
        return total

    def power(self) -> float:
        base = self.base()
        if self.next() == "^":
            self.take()
            base **= self.argument()
        return base

    def argument(self) -> float:
        return self.group() if self.next() == "{" else self.base()

    def group(self) -> float:
        close = {"{": "}", "(": ")", "[": "]"}[self.take()]
        found = self.sum()
        assert self.take() == close
        return found

    def base(self) -> float:
        token = self.next()
        if token in ("{", "(", "["):
            return self.group()
        self.take()
        if token == r"\frac":
            return self.group() / self.group()
        if token == "e":
            return math.e
        if token in (r"\ln", r"\log", r"\exp"):
            return self.function(token)
        return float(token)

    def function(self, name: str) -> float:
        base, power = math.e, 1.0
        while self.next() in ("_", "^"):
            if self.take() == "_":
                base = self.argument()
            else:
                power = self.argument()
        inner = self.power()
        return math.exp(inner) if name == r"\exp" else math.log(inner, base) ** power


def filled(slug: str, variant: str, inputs: dict) -> str:
    law = laws.get(slug, variant)
    form, _ = law.bound(**inputs)
    values = {law.facts.symbols.get(n, symbol(n)): v for n, v in form.printed().items()}
    values |= {law.inputs[n].symbol: v / form.unit_of(n) for n, v in inputs.items()}
    return with_values(law.variant_facts.formula, values)


@pytest.mark.parametrize(("slug", "variant"), [v for v in VARIANTS if v[0] not in NOT_CLOSED])
def test_formula_with_its_numbers_is_the_law(slug, variant, monkeypatch):
    if (slug, variant) == ("data-mixing-loss", "weighted-total"):
        assert filled(slug, variant, dict.fromkeys(laws.facts(slug).parts, 0.2)) == ""
        return
    monkeypatch.setattr(typeset, "number", lambda v: f"{v:.17g}")
    law = laws.get(slug, variant)
    rows = [c for c in law.variant_facts.checks if all(map(math.isfinite, c.inputs.values()))]
    assert rows
    for check in rows:
        inputs = {n: q.default for n, q in law.inputs.items() if q.default is not None}
        inputs |= check.inputs
        latex = filled(slug, variant, inputs)
        assert latex.count("=") == 0, latex
        if slug == "precision-effective-parameters" and law(**inputs) == 0.0:
            continue  # so few bits are worth nothing, where the formula would fall below
        latex, _, condition = latex.partition(r"\quad")
        if condition and inputs["V"] > 2e5:
            continue  # the law is constant where the formula ends
        assert Reader(latex).value() == pytest.approx(law(**inputs), rel=1e-9)


def test_formulas_that_are_not_closed_are_typeset_all_the_same():
    assert set(laws.names()) >= NOT_CLOSED
    for slug, variant in VARIANTS:
        formula = laws.facts(slug).variants[variant].formula
        shown = mathml(formula)
        assert "<math" in shown
        assert "\\" not in shown, formula


@pytest.mark.parametrize(("slug", "variant"), VARIANTS)
def test_every_symbol_of_a_table_of_symbols_is_in_a_formula(slug, variant):
    facts = laws.facts(slug)
    formulas = " ".join(v.formula for v in facts.variants.values())
    for name, latex in facts.symbols.items():
        assert latex in formulas, name


@pytest.mark.parametrize(
    ("name", "latex"),
    [("alpha", r"\alpha"), ("A", "A"), ("A1", "A_1"), ("L_inf", r"L_\infty"), ("n_w", "n_w"),
     ("gamma_kv", r"\gamma_{kv}"), ("eta", r"\eta"), ("eff", "eff")],
)  # fmt: skip
def test_symbol(name, latex):
    assert symbol(name) == latex


@pytest.mark.parametrize(
    ("value", "latex"),
    [(0, "0"), (406.4, "406.4"), (7e10, r"7\times 10^{10}"), (1e9, "10^{9}"), (-1e9, "-10^{9}"),
     (0.00012, r"1.2\times 10^{-4}"), (16612.0, "16612"), (math.inf, r"\infty")],
)  # fmt: skip
def test_number(value, latex):
    assert number(value) == latex


@pytest.mark.parametrize(
    ("formula", "values", "latex"),
    [
        ("y = A N", {"A": 2, "N": 3}, r"{2} \cdot {3}"),
        (r"y = \theta\, 2^{-k}", {r"\theta": 3, "k": 1}, r"{3} \cdot 2 ^ { - {1} }"),
        (r"y = \log_2 N", {"N": 7e10}, r"\log_2 \left(7\times 10^{10}\right)"),
        (r"y = N^{a}", {"N": 7e10, "a": 0.5}, r"\left(7\times 10^{10}\right) ^ { {0.5} }"),
        (r"y = a + b", {"a": 1, "b": -2}, r"{1} + \left(-2\right)"),
        (r"y = N_{opt} N", {"N": 2}, "N _{opt} \\cdot {2}"),
        (r"y = \hat{E} E", {"E": 2}, "\\hat{E} \\cdot {2}"),
        (r"d(N) \in \{1\}", {"N": 2}, ""),
        ("y = x", {"N": 2}, ""),
    ],
)
def test_with_values(formula, values, latex):
    assert with_values(formula, values) == latex
