"""Inputs that may be left out of a call: coefficients of the variant, and those with a default."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalekit import laws

KAPLAN = {"N_c": 6.5e13, "S_c": 2.1e3, "alpha_N": 0.077, "alpha_S": 0.76}
POINT = {"N": 1e9, "S": 1e5}


def test_a_law_lists_its_coefficient_inputs() -> None:
    assert list(laws.get("learning-curve").inputs) == ["D", "alpha", "beta_g", "gamma"]
    assert list(laws.get("su-loss-steps").inputs) == ["N", "S", *KAPLAN]
    marked = [n for n, q in laws.get("su-loss-steps").inputs.items() if q.coefficient]
    assert marked == list(KAPLAN)


def test_form_only_takes_every_coefficient_in_the_call() -> None:
    law = laws.get("su-loss-steps")
    assert law.status == "form only"
    assert law.coefficients == {}
    assert law(**POINT, **KAPLAN) == pytest.approx(
        laws.get("kaplan-loss-steps")(**POINT), rel=1e-14
    )


@pytest.mark.parametrize("name", KAPLAN)
def test_a_coefficient_that_no_variant_gives_is_needed(name: str) -> None:
    given = {k: v for k, v in KAPLAN.items() if k != name}
    with pytest.raises(ValueError, match=f"su-loss-steps needs {name} as well"):
        laws.get("su-loss-steps")(**POINT, **given)


def test_a_coefficient_comes_from_the_variant_unless_given() -> None:
    law = laws.get("learning-curve", "word-lm")
    assert law(D=1e6) == pytest.approx(11.9 * 1e6**-0.066, rel=1e-14)
    assert law(D=1e6, alpha=2) == pytest.approx(2 * 1e6**-0.066, rel=1e-14)
    assert law(D=1e6, beta_g=-0.5, gamma=0.25) == pytest.approx(11.9e-3 + 0.25, rel=1e-14)
    assert law.coefficients == pytest.approx({"alpha": 11.9, "beta_g": -0.066, "gamma": 0.0})


@pytest.mark.parametrize(
    ("variant", "needed"), [("nmt", "alpha"), ("speech", "alpha"), ("form", "alpha, beta_g")]
)
def test_variants_differ_in_what_they_need(variant: str, needed: str) -> None:
    with pytest.raises(ValueError, match=f"learning-curve needs {needed} as well"):
        laws.get("learning-curve", variant)(D=1e6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alpha": -1.0}, "alpha of learning-curve is -1; allowed: a number above 0 [1]"),
        ({"alpha": 0}, "alpha of learning-curve is 0; allowed"),
        ({"alpha": None}, "alpha of learning-curve is None"),
        ({"alpha": "2"}, "alpha of learning-curve is '2'"),
        ({"beta_g": 0.1}, "beta_g of learning-curve is 0.1; allowed: a number up to 0 [1]"),
        ({"beta_g": float("nan")}, "beta_g of learning-curve is nan"),
        ({"gamma": -0.1}, "gamma of learning-curve is -0.1; allowed: a number from 0"),
        ({"beta": -0.1}, "learning-curve has no input 'beta' (did you mean 'beta_g'?)"),
    ],
)  # fmt: skip
def test_bad_coefficients_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        laws.get("learning-curve")(D=1e6, **given)


def test_coefficients_broadcast_with_inputs() -> None:
    law = laws.get("learning-curve", "nmt")
    alpha = np.array([1.0, 2.0])
    values = law(D=np.array([[1e6], [1e7]]), alpha=alpha)
    assert values.shape == (2, 2)
    assert values[1] == pytest.approx(alpha * 1e7**-0.128, rel=1e-14)


def test_coefficients_are_traced() -> None:
    law = laws.get("su-loss-steps")
    slope = jax.jit(jax.grad(lambda N_c: law(**POINT, **{**KAPLAN, "N_c": N_c})))(6.5e13)
    assert float(slope) == pytest.approx(0.077 * 6.5e4**0.077 / 6.5e13, rel=1e-12)
    assert law(**POINT, **{**KAPLAN, "N_c": jnp.asarray(6.5e13)}).dtype == jnp.float64


def test_bound_splits_a_call() -> None:
    law = laws.get("learning-curve")
    form, point = law.bound(D=1e6, alpha=3.0)
    assert point == {"D": 1e6}
    assert form.printed()["alpha"] == pytest.approx(3.0, rel=1e-14)
    assert form(**point) == law(D=1e6, alpha=3.0)
    assert law.bound(D=1e6)[0] is law.form


def test_replace_fills_in_a_coefficient() -> None:
    law = laws.get("learning-curve", "nmt").replace(alpha=3.0)
    assert law.variant == "nmt*"
    assert law(D=1e6) == pytest.approx(3 * 1e6**-0.128, rel=1e-14)
    assert law.replace(gamma=0.5)(D=1e6) == pytest.approx(law(D=1e6) + 0.5, rel=1e-14)
    with pytest.raises(ValueError, match=r"no coefficient 'N_d' \(did you mean 'N_c'\?\)"):
        laws.get("su-loss-steps").replace(N_d=1.0)


def test_elasticities_of_given_coefficients() -> None:
    law = laws.get("learning-curve", "nmt")
    found = law.elasticities(D=1e6, alpha=2.0)
    assert found == pytest.approx({"D": -0.128, "alpha": 1.0})
    found = law.elasticities(of="coefficients", D=1e6, alpha=2.0)
    assert found == pytest.approx({"alpha": 1.0, "beta_g": -0.128 * np.log(1e6), "gamma": 0.0})
    with pytest.raises(ValueError, match="needs alpha"):
        law.elasticities(D=1e6)


def test_representation_without_coefficients() -> None:
    assert "[su-loss-steps, form]: coefficients are inputs; Su" in repr(laws.get("su-loss-steps"))


def test_domain_knows_coefficients_too() -> None:
    law = laws.get("su-loss-steps")
    assert law.in_domain(N=1e7, alpha_N=0.06) is True
    assert law.in_domain(alpha_N=0.2) is False


def test_inputs_with_a_default() -> None:
    law = laws.get("continual-pretraining-loss")
    short = law(S1_pretraining=4, S1_continual=2)
    assert short == law(S1_pretraining=4, S1_continual=2, S2_pretraining=0, S2_continual=0.0)
    assert law(S1_pretraining=4, S1_continual=2, S2_continual=0.1) == pytest.approx(
        short - 0.298 * 0.1, rel=1e-14
    )
    with pytest.raises(ValueError, match="needs S1_continual as well"):
        law(S1_pretraining=4)


def test_nothing_of_the_second_corpus_is_the_annealing_law() -> None:
    law = laws.get("continual-pretraining-loss")
    wanted = 3.057 + 0.490 * 4**-0.497 - 0.299 * 0.15
    found = law(S1_pretraining=4, S1_continual=0, S2_pretraining=0.15)
    assert found == pytest.approx(wanted, rel=1e-14)
    # A rising learning rate is negative annealing.
    assert law(S1_pretraining=4, S1_continual=0, S2_pretraining=-0.15) > wanted
    with pytest.raises(ValueError, match=r"S1_continual of .* is -1; allowed: a number from 0"):
        law(S1_pretraining=4, S1_continual=-1)
    with pytest.raises(ValueError, match=r"S1_pretraining of .* is 0; allowed: a number above 0"):
        law(S1_pretraining=0, S1_continual=1)


FILE = """\
slug = "my-curve"
title = "My curve"
answers = "error of my models"
field = "mine"
formula = "alpha D^b + c"
default = "first"

[form]
kind = "learning-curve"

[papers.note]
title = "A note"
authors = "Me"
year = 2026

[inputs.D]
symbol = "D"
unit = "tokens"
meaning = "tokens"

[inputs.alpha]
symbol = "alpha"
unit = "1"
meaning = "amplitude"
coefficient = true

[inputs.gamma]
symbol = "gamma"
unit = "1"
meaning = "floor"
coefficient = true
closed = true
default = 0.5

[output]
symbol = "e"
unit = "1"
meaning = "error"

[variants.first]
label = "First fit"
status = "computed"
paper = "note"
source = "my runs"
coefficients = { beta_g = -0.5 }

[[variants.first.checks]]
inputs = { D = 4.0, alpha = 1.0 }
value = 1.0
source = "1/2 + 1/2"
"""
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(old: str, new: str) -> Path:
        assert old in FILE
        path = tmp_path / "my-curve.toml"
        path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_file_with_coefficient_inputs(write: Write) -> None:
    law = laws.load(write("", ""))
    laws.unload("my-curve")
    assert law(D=4, alpha=1) == pytest.approx(1.0, rel=1e-14)
    assert law(D=4, alpha=1, gamma=0) == pytest.approx(0.5, rel=1e-14)
    assert law.variant_facts.coefficients == {"beta_g": -0.5}


def test_variant_overrules_the_default_of_a_coefficient(write: Write) -> None:
    law = laws.load(write("beta_g = -0.5", "beta_g = -0.5, gamma = 0.1, log_alpha = 0.0"))
    laws.unload("my-curve")
    assert law(D=4) == pytest.approx(0.6, rel=1e-14)


WRONG = {
    "no coefficient of the form": (
        "[inputs.alpha]", "[inputs.alpa]", "inputs.alpa.coefficient",
        "'alpa' is not a coefficient of the form 'learning-curve' (did you mean 'alpha'?)"),
    "coefficient that is nobody's": (
        "beta_g = -0.5", "", "variants.first.coefficients", "coefficient 'beta_g' of the form"),
    "optional where the form needs it": (
        'meaning = "tokens"\n', 'meaning = "tokens"\noptional = true\n',
        "inputs.D.optional", "the form 'learning-curve' cannot do without it"),
    "part that is no input": (
        "[form]", 'parts = ["d"]\n\n[form]', "parts", "'d' is not an input"),
    "not marked": (
        "coefficient = true\n", "", "form.kind", "'learning-curve' takes D; inputs: D, alpha"),
    "mark of the wrong kind": (
        "coefficient = true", "coefficient = 1", "inputs.alpha.coefficient", "must be bool"),
    "default that a call would refuse": (
        "closed = true\ndefault = 0.5", "default = 0.0", "inputs.gamma.default", "is 0.0, which"),
    "default that is no number": (
        "default = 0.5", 'default = "none"', "inputs.gamma.default", "must be float"),
    "check without what has no default": (
        "D = 4.0, ", "", "variants.first.checks[0].inputs", "'D' is missing"),
    "check without a coefficient of no variant": (
        "D = 4.0, alpha = 1.0", "D = 4.0", "variants.first.checks[0].inputs", "'alpha' is missing"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "reason"), WRONG.values(), ids=WRONG)
def test_error_names_file_key_and_reason(
    write: Write, old: str, new: str, key: str, reason: str
) -> None:
    with pytest.raises(laws.LawFileError) as caught:
        laws.load(write(old, new))
    message = str(caught.value)
    assert message.startswith(f"my-curve.toml: {key}: ")
    assert reason in message
    assert "my-curve" not in laws.names()


def test_parts_of_a_whole(write: Write) -> None:
    law = laws.load(write("[form]", 'parts = ["D"]\n\n[form]'))
    laws.unload("my-curve")
    assert law(D=1.0, alpha=1) == pytest.approx(1.5, rel=1e-14)
    with pytest.raises(ValueError, match="D of my-curve sum to 4; allowed: 1"):
        law(D=4, alpha=1)
    assert float(law(D=jnp.asarray(4.0), alpha=1)) == pytest.approx(1.0, rel=1e-14)
