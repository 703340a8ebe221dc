"""What a law refuses, and what it offers besides being called."""

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalekit import laws

POINT = {"N": 7e9, "D": 2e11}


@pytest.fixture
def law() -> laws.Law:
    return laws.get("chinchilla-loss", "besiroglu")


@pytest.mark.parametrize(
    ("slug", "variant", "message"),
    [
        ("chinchila-loss", None, "law is 'chinchila-loss' (did you mean 'chinchilla-loss'?)"),
        ("kaplan-los", None, "did you mean 'kaplan-loss'?"),
        ("chinchilla-loss", "besirogl", "variant is 'besirogl' (did you mean 'besiroglu'?)"),
        ("chinchilla-loss", "", "variant is ''; allowed: besiroglu, "),
        (None, None, "law is None; allowed: "),
    ],
)  # fmt: skip
def test_unknown_names_give_the_nearest(slug: Any, variant: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        laws.get(slug, variant)


def test_unknown_field_and_default_variant(law: laws.Law) -> None:
    with pytest.raises(ValueError, match=r"field is 'train' \(did you mean 'training'\?\)"):
        laws.names("train")
    assert "chinchilla-loss" in laws.names("training")
    assert laws.get("chinchilla-loss").variant == law.variant == "besiroglu"


def test_input_names_are_checked(law: laws.Law) -> None:
    with pytest.raises(ValueError, match="chinchilla-loss has no input 'S'; its inputs: N, D"):
        law(N=1e9, D=1e10, S=1e5)
    with pytest.raises(ValueError, match="chinchilla-loss needs D as well"):
        law(N=1e9)
    with pytest.raises(ValueError, match="chinchilla-loss needs N, D as well"):
        law()
    critical = laws.get("kaplan-critical-batch-size")
    with pytest.raises(ValueError, match=r"no input 'los' \(did you mean 'loss'\?\)"):
        critical(los=3.0)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-1.0, "-1"),
        (0, "0"),
        (float("nan"), "nan"),
        (-float("inf"), "-inf"),
        ("7e9", "'7e9'"),
        (True, "True"),
        (np.True_, "np.True_"),
        (None, "None"),
        ({}, "{}"),
        (1j, "1j"),
        ([1e9, -2.0], "-2"),
        ([[1.0], [1.0, 2.0]], r"\[\[1.0\], \[1.0, 2.0\]\]"),
    ],
)
def test_bad_values_are_named_with_what_is_allowed(law: laws.Law, value: Any, shown: str) -> None:
    wanted = rf"N of chinchilla-loss is {shown}; allowed: a number above 0 .*\[parameters\]"
    with pytest.raises(ValueError, match=wanted):
        law(N=value, D=1e10)


@pytest.mark.parametrize("value", [["7e9"], np.array(["7e9"]), np.array([True, True]), [True]])
def test_arrays_of_text_or_truth_values_are_refused(law: laws.Law, value: Any) -> None:
    with pytest.raises(ValueError, match="N of chinchilla-loss is"):
        law(N=value, D=1e10)


def test_one_bad_value_in_an_array_is_named(law: laws.Law) -> None:
    for bad, shown in ((np.nan, "nan"), (-np.inf, "-inf"), (0.0, "0")):
        with pytest.raises(ValueError, match=rf"N of chinchilla-loss is {shown}; "):
            law(N=np.array([1e9, bad, 1e10]), D=1e10)
    with pytest.raises(ValueError, match="C of compute-optimal-parameters is inf"):
        laws.get("compute-optimal-parameters")(C=np.array([1e20, np.inf]))
    # The largest numbers that there are, and no numbers at all, are no reason to refuse.
    assert law(N=np.array([1e308, 1.7e308]), D=1e10).shape == (2,)
    assert law(N=np.array([]), D=1e10).shape == (0,)


def test_integer_beyond_float64_is_refused(law: laws.Law) -> None:
    with pytest.raises(ValueError, match="N of chinchilla-loss is"):
        law(N=10**400, D=1e10)


def test_infinity_is_refused_where_it_is_no_limit(law: laws.Law) -> None:
    with pytest.raises(ValueError, match="C of compute-optimal-parameters is inf"):
        laws.get("compute-optimal-parameters")(C=float("inf"))
    assert law(N=np.inf, D=np.inf) == pytest.approx(law.coefficients["E"], rel=1e-15)


def test_in_domain(law: laws.Law) -> None:
    assert law.in_domain(N=1e9, D=1e10) is True
    assert law.in_domain(N=5.7e7) is True
    assert law.in_domain(N=5.6e7) is False
    assert law.in_domain(N=70e9, D=1.4e12) is False
    assert law.in_domain(D=float("nan")) is False
    inside = law.in_domain(N=[1e7, 1e9, 1e11], D=[[1e10], [1e13]])
    assert inside.tolist() == [[False, True, False], [False, False, False]]
    with pytest.raises(ValueError, match="chinchilla-loss has no input 'M'"):
        law.in_domain(M=20.0)


def test_out_of_domain_is_computed(law: laws.Law) -> None:
    assert not law.in_domain(N=1e13)
    assert np.isfinite(law(N=1e13, D=1e15))


def test_replace_marks_the_law_and_drops_its_uncertainty(law: laws.Law) -> None:
    changed = law.replace(A=400.0, alpha=0.3)
    assert changed.variant == "besiroglu*"
    assert changed.coefficients["A"] == pytest.approx(400.0, rel=1e-14)
    assert changed.coefficients["alpha"] == 0.3
    assert changed.coefficients["B"] == law.coefficients["B"]
    assert changed(N=1e9, D=np.inf) == pytest.approx(
        law.coefficients["E"] + 400 * 1e9**-0.3, rel=1e-14
    )
    assert law.uncertainty is not None
    assert changed.uncertainty is None
    assert changed.replace(A=500.0).variant == "besiroglu*"
    assert changed.variant_facts is law.variant_facts
    assert law.coefficients["A"] == pytest.approx(482.00572, abs=5e-5)


def test_replace_takes_the_stored_logarithm_too(law: laws.Law) -> None:
    by_log, plain = law.replace(log_A=np.log(400.0)), law.replace(A=400.0)
    assert by_log(**POINT) == plain(**POINT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpa": 0.3}, "chinchilla-loss has no coefficient 'alpa' (did you mean 'alpha'?)"),
        ({"unit": 1e9}, "chinchilla-loss has no coefficient 'unit'"),
        ({"A": -1.0}, "A is -1; allowed: a number above 0"),
        ({"A": 0.0}, "A is 0; allowed: a number above 0"),
        ({"alpha": float("nan")}, "alpha is nan; allowed: a number above 0"),
        ({"alpha": -0.3}, "alpha is -0.3; allowed: a number above 0"),
        ({"alpha": "x"}, "alpha is 'x'"),
    ],
)  # fmt: skip
def test_replace_refuses(law: laws.Law, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        law.replace(**change)


def test_replace_is_traceable(law: laws.Law) -> None:
    slope = jax.grad(lambda A: law.replace(A=A)(**POINT))(400.0)
    assert float(slope) == pytest.approx(POINT["N"] ** -law.coefficients["alpha"], rel=1e-12)


def _log_slope(function: Any, x: float, step: float = 1e-5) -> float:
    up, down = function(x * np.exp(step)), function(x * np.exp(-step))
    return float(np.log(up / down) / (2 * step))


@pytest.mark.parametrize("slug", ["chinchilla-loss", "kaplan-loss", "minicpm-loss"])
def test_elasticities_of_inputs_and_coefficients(slug: str) -> None:
    law = laws.get(slug)
    found = law.elasticities(**POINT)
    assert set(found) == {"N", "D"}
    for name, value in found.items():
        assert value == pytest.approx(
            _log_slope(lambda x, n=name: law(**{**POINT, n: x}), POINT[name]), rel=1e-7
        )
    found = law.elasticities(of="coefficients", **POINT)
    assert set(found) == set(law.coefficients)
    for name, value in found.items():
        assert value == pytest.approx(
            _log_slope(lambda x, n=name: law.replace(**{n: x})(**POINT), law.coefficients[name]),
            rel=1e-7,
        )


def test_elasticities_refuse_what_a_call_refuses(law: laws.Law) -> None:
    with pytest.raises(ValueError, match="of is 'input'"):
        law.elasticities(of="input", **POINT)
    with pytest.raises(ValueError, match="N of chinchilla-loss is -1"):
        law.elasticities(N=-1.0, D=1e10)
    with pytest.raises(ValueError, match="needs D"):
        law.elasticities(N=1e9)


def test_elasticity_at_a_limit_is_zero(law: laws.Law) -> None:
    assert law.elasticities(N=np.inf, D=1e12)["N"] == 0.0


def test_elasticities_of_arrays_are_refused(law: laws.Law) -> None:
    with pytest.raises(ValueError, match="N"):
        law.elasticities(N=[1e9, 2e9], D=1e10)


def test_sample_is_reproducible_by_key(law: laws.Law) -> None:
    first, again, other = law.sample(5, key=7), law.sample(5, key=7), law.sample(5, key=8)
    losses = first(**POINT)
    assert losses.shape == (5,)
    assert np.array_equal(losses, again(**POINT))
    assert not np.any(losses == other(**POINT))
    grid = first(N=np.array([1e9, 1e10])[:, None], D=2e11)
    assert grid.shape == (2, 5)


def test_draws_have_the_given_covariance(law: laws.Law) -> None:
    known = law.uncertainty
    assert known is not None
    drawn = law.sample(20000, key=1).form
    rows = np.stack([getattr(drawn, name) for name in known.names])
    scale = np.sqrt(np.diag(known.covariance))
    error = (np.cov(rows) - known.covariance) / np.outer(scale, scale)
    assert np.abs(error).max() < 0.03
    mean = np.array([getattr(law.form, name) for name in known.names])
    assert np.abs((rows.mean(axis=1) - mean) / scale).max() < 0.03


def test_sample_refuses_where_nothing_is_known(law: laws.Law) -> None:
    with pytest.raises(ValueError, match=r"'de-vries'; variants with one: besiroglu$"):
        laws.get("chinchilla-loss", "de-vries").sample(10)
    with pytest.raises(ValueError, match=r"kaplan-loss 'table-2'; variants with one: none"):
        laws.get("kaplan-loss").sample(10)
    with pytest.raises(ValueError, match=r"no uncertainty is known for .* 'besiroglu\*'"):
        law.replace(A=400.0).sample(10)


def test_repr_says_what_and_from_where(law: laws.Law) -> None:
    text = repr(law)
    assert text.startswith("<Chinchilla parametric law [chinchilla-loss, besiroglu]: A=482.006")
    assert "alpha=0.347813" in text
    assert law.source in text
    assert "arXiv 2404.10102" in law.source
    assert "A=<3 draws>" in repr(law.sample(3))
    assert "[chinchilla-loss, besiroglu*]: A=400," in repr(law.replace(A=400.0))


def test_what_a_law_knows_about_itself(law: laws.Law) -> None:
    assert law.slug == "chinchilla-loss"
    assert law.status == "paper"
    assert list(law.inputs) == ["N", "D"]
    assert law.output.unit == "nats/token"
    assert law.domain["N"].upper == 1.62e10
    assert 1e9 in law.domain["N"]


def test_single_precision_input_is_widened(law: laws.Law) -> None:
    assert law(N=np.float32(1e9), D=np.array([1e10], dtype=np.float32)).dtype == np.float64
    assert law(N=jnp.asarray(10**9), D=2 * 10**10).dtype == jnp.float64


def test_single_precision_jax_input_is_widened(law: laws.Law) -> None:
    assert law(N=jnp.asarray(1e9, dtype=jnp.float32), D=1e10).dtype == jnp.float64


@pytest.mark.parametrize(
    ("slug", "names"),
    [("chinchilla-loss", ("N", "D")), ("fine-grained-moe-loss", ("N", "D", "G")),
     ("knowledge-capacity", ("N",))],
)  # fmt: skip
def test_long_arrays_are_evaluated_as_short_ones(slug, names):
    """In blocks, also where the last is not full; of any shape; beside single numbers."""
    law, rng = laws.get(slug), np.random.default_rng(0)
    inputs = {name: np.exp(rng.uniform(np.log(2.0), np.log(1e9), (3, 50_003))) for name in names}
    whole = law(**inputs)
    assert whole.shape == (3, 50_003)
    rows = np.stack([law(**{n: v[i] for n, v in inputs.items()}) for i in range(3)])
    np.testing.assert_allclose(whole, rows, rtol=1e-14)
    one = {**inputs, names[-1]: 7.0}
    if len(names) > 1:
        wide = law(**{n: np.broadcast_to(v, (3, 50_003)) for n, v in one.items()})
        np.testing.assert_allclose(law(**one), wide, rtol=1e-14)
        column = {**inputs, names[-1]: np.array([[2.0], [3.0], [5.0]])}
        np.testing.assert_allclose(law(**column)[1], law(**{**column, **{
            n: v[1] for n, v in column.items()}}), rtol=1e-14)  # fmt: skip
