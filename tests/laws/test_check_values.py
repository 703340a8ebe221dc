"""Every number that a law file says its law must reproduce."""

import pytest

from scalekit import laws
from scalekit.laws.facts import CheckValue

VARIANTS = [(slug, name) for slug in laws.names() for name in laws.facts(slug).variants]
CASES = [
    (slug, name, check)
    for slug, name in VARIANTS
    for check in laws.facts(slug).variants[name].checks
]


def _readable(case: tuple[str, str, CheckValue]) -> str:
    slug, name, check = case
    point = ",".join(f"{key}={value:g}" for key, value in check.inputs.items())
    return f"{slug}-{name}-{point}~{check.value:g}"


@pytest.mark.parametrize(("slug", "variant", "check"), CASES, ids=map(_readable, CASES))
def test_law_reproduces_check_value(slug: str, variant: str, check: CheckValue) -> None:
    value = laws.get(slug, variant)(**check.inputs)
    assert value == pytest.approx(check.value, rel=check.rtol, abs=0.0)


def test_no_check_value_fails_and_an_infinite_one_is_met() -> None:
    law = laws.get("precision-loss", "biased")
    assert any(check.value == float("inf") for check in law.variant_facts.checks)
    assert law.failing_checks() == []


def test_failing_check_values_are_found() -> None:
    law = laws.get("chinchilla-loss", "besiroglu")
    assert law.failing_checks() == []
    failing = law.replace(E=2.0).failing_checks()
    assert failing
    for check, found in failing:
        assert check in law.variant_facts.checks
        assert found == pytest.approx(law.replace(E=2.0)(**check.inputs))


@pytest.mark.parametrize(("slug", "variant"), VARIANTS)
def test_every_variant_has_a_sharp_check_value(slug: str, variant: str) -> None:
    checks = laws.facts(slug).variants[variant].checks
    assert checks
    inputs = laws.facts(slug).inputs
    needed = {
        k for k, q in inputs.items() if q.default is None and not (q.coefficient or q.optional)
    }
    for check in checks:
        assert needed <= set(check.inputs) <= set(inputs)
        assert 0 < check.rtol <= 0.06
        assert check.source
