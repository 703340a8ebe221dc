"""What must hold for every variant of every law, wherever its inputs may go."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scalekit import laws
from scalekit.laws import Law

VARIANTS = [(slug, name) for slug in laws.names() for name in laws.facts(slug).variants]
MONOTONE = [
    (slug, variant, name)
    for slug, variant in VARIANTS
    for name, quantity in laws.facts(slug).inputs.items()
    if quantity.monotone
]
FEW = settings(deadline=None, max_examples=5, derandomize=True)
SHARES = st.lists(st.floats(0, 1), min_size=8, max_size=8)
MIDDLE = [0.4, 0.6, 0.3, 0.5, 0.7, 0.2, 0.45, 0.55]

# The first law of every form: for what depends on the formula and not on its coefficients.
FORMS = list({laws.get(*pair).form.kind: pair for pair in reversed(VARIANTS)}.values())

every_law = pytest.mark.parametrize(("slug", "variant"), VARIANTS)
every_form = pytest.mark.parametrize(("slug", "variant"), FORMS)


def _point(law: Law, shares: list[float]) -> dict[str, float]:
    """Return inputs at the given shares of the way through the domain; parts sum to 1."""
    point = {
        k: _between(found.lower, found.upper, share)
        for share, (k, found) in zip(cycle(shares), law.domain.items(), strict=False)
    }
    parts = law.facts.parts
    total = sum(point[k] for k in parts)
    for k in parts:
        point[k] = point[k] / total if total else 1.0 / len(parts)
    return point


def _between(low: float, high: float, share: float) -> float:
    """Return a number at a share of the way, on a log axis where there is one."""
    if low > 0:
        return float(np.exp(np.log(low) + share * (np.log(high) - np.log(low))))
    return min(low + share * (high - low), high)


def _middle(law: Law) -> dict[str, float]:
    return _point(law, MIDDLE)


def _beside(law: Law, factor: float) -> dict[str, float]:
    """Return the middle with every share taken times a factor."""
    return _point(law, [factor * share for share in MIDDLE])


def _unchecked(law: Law, point: dict[str, float]) -> float:
    """Return the value of the formula just outside of what a call allows, too."""
    given = {k: v for k, v in point.items() if law.inputs[k].coefficient}
    rest = {k: v for k, v in point.items() if k not in given}
    return float(law.form.with_coefficients(given)(**rest))


@jax.jit
def _elasticities(form: Any, point: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return d ln(output) / d ln(input) by automatic differentiation."""

    def log_output(point: dict[str, Any], given: dict[str, Any]) -> Any:
        return jnp.log(jnp.abs(form.with_coefficients(given)(**point)))

    slopes, of_given = jax.grad(log_output, argnums=(0, 1))(point, given)
    return {k: v * {**point, **given}[k] for k, v in {**slopes, **of_given}.items()}


@every_law
@given(shares=SHARES)
@FEW
def test_finite_and_alike_in_numpy_and_jax(slug: str, variant: str, shares: list[float]) -> None:
    law = laws.get(slug, variant)
    point = _point(law, shares)
    value = law(**point)
    assert type(value) is float
    assert np.isfinite(value)
    assert value > law.output.lower
    traced = law(**{k: jnp.asarray(v) for k, v in point.items()})
    assert isinstance(traced, jax.Array)
    assert traced.dtype == jnp.float64
    assert float(traced) == pytest.approx(value, rel=1e-12, abs=0)


@every_law
@given(shares=SHARES)
@FEW
def test_gradient_is_the_central_difference(slug: str, variant: str, shares: list[float]) -> None:
    law = laws.get(slug, variant)
    step = 1e-5
    # A step must not leave what makes sense, such as one stream or one expert at least.
    point = {
        k: min(max(v, law.inputs[k].lower * (1 + 2 * step)), law.inputs[k].upper * (1 - 2 * step))
        for k, v in _point(law, shares).items()
    }
    given = {k: jnp.asarray(v) for k, v in point.items() if law.inputs[k].coefficient}
    rest = {k: jnp.asarray(v) for k, v in point.items() if k not in given}
    slopes = _elasticities(law.form, rest, given)
    if {"D", "U"} <= set(point):
        # Where repeats begin, the worth of excess parameters stops growing with D: a kink.
        assume(abs(np.log(point["D"] / point["U"])) > 2 * step)
    value = _unchecked(law, point)
    for name, slope in slopes.items():
        up, down = (
            _unchecked(law, {**point, name: point[name] * np.exp(s)}) for s in (step, -step)
        )
        before, after = np.log(value / down) / step, np.log(up / value) / step
        if abs(after - before) > 1e-3:  # a kink, such as the end of an epoch
            low, high = sorted((before, after))
            assert low - 1e-5 <= float(slope) <= high + 1e-5
            continue
        # Where parameters begin to be in excess, the slope has a bend of order one.
        assert float(slope) == pytest.approx(np.log(up / down) / (2 * step), rel=1e-6, abs=1e-5)


@every_form
def test_no_points_give_no_values(slug: str, variant: str) -> None:
    law = laws.get(slug, variant)
    none = {k: v if law.inputs[k].coefficient else np.zeros(0) for k, v in _middle(law).items()}
    assert law(**none).shape == (0,)


@every_form
def test_elasticities_of_inputs_and_coefficients(slug: str, variant: str) -> None:
    law, step = laws.get(slug, variant), 1e-5
    point = _middle(law)
    value = law(**point)

    def elasticity(up: float, down: float) -> Any:
        return pytest.approx((up - down) / (2 * step * value), rel=1e-6, abs=1e-8)

    found = law.elasticities(**point)
    assert set(found) == set(point)
    for name, slope in found.items():
        sides = ({**point, name: point[name] * (1 + s)} for s in (step, -step))
        assert slope == elasticity(*(_unchecked(law, side) for side in sides)), name
    found = law.elasticities(of="coefficients", **point)
    assert set(law.coefficients) <= set(found)
    for name, slope in found.items():
        if name in point:
            continue  # an input: seen above
        known = law.coefficients[name]
        sides = (law.replace(**{name: known * (1 + s)}) for s in (step, -step))
        assert slope == elasticity(*(side(**point) for side in sides)), name


@pytest.mark.parametrize(("slug", "variant", "name"), MONOTONE)
@given(shares=SHARES, ends=st.tuples(st.floats(0, 1), st.floats(0, 1)))
@FEW
def test_monotone_where_the_file_says_so(
    slug: str, variant: str, name: str, shares: list[float], ends: tuple[float, float]
) -> None:
    law = laws.get(slug, variant)
    point = _point(law, shares)
    sign = {"increasing": 1, "decreasing": -1}[law.inputs[name].monotone]
    near, far = (_between(*law.inputs[name].slider, share) for share in sorted(ends))
    rise = sign * (law(**{**point, name: far}) - law(**{**point, name: near}))
    assert rise >= -1e-14 * abs(law(**{**point, name: near}))


@pytest.mark.parametrize(("slug", "variant", "name"), MONOTONE)
def test_declared_direction_is_strict_over_the_whole_slider(
    slug: str, variant: str, name: str
) -> None:
    law = laws.get(slug, variant)
    lowest, highest = (law(**{**_middle(law), name: x}) for x in law.inputs[name].slider)
    assert (highest > lowest) is (law.inputs[name].monotone == "increasing")
    assert highest != lowest


@every_law
def test_arrays_broadcast_in_float64(slug: str, variant: str) -> None:
    law = laws.get(slug, variant)
    names = list(law.inputs)
    point = _middle(law)
    beside = [_beside(law, factor) for factor in (0.9, 1.0, 1.1)]
    row = {k: np.array([p[k] for p in beside]) for k in point}
    line = law(**row)
    assert line.shape == (3,)
    assert line.dtype == np.float64
    for i in range(3):
        assert line[i] == pytest.approx(law(**{k: v[i] for k, v in row.items()}), rel=1e-14)
    lists = law(**{k: v.tolist() for k, v in row.items()})
    assert np.array_equal(lists, line)
    whole = {k: int(v) + 1 if v > 1 else v for k, v in point.items()}
    assert law(**whole) == law(**{k: float(v) for k, v in whole.items()})
    if law.facts.parts:
        return  # a grid of them does not sum to 1
    first, *rest = names
    grid = law(**{first: row[first][1:, None], **{k: row[k] for k in rest}})
    assert grid.shape == ((2, 3) if rest else (2, 1))
    assert grid.dtype == np.float64
    assert grid[0, -1] == pytest.approx(
        law(**{first: point[first], **{k: row[k][2] for k in rest}}), rel=1e-14
    )


@every_law
def test_form_transforms_and_keeps_float64(slug: str, variant: str) -> None:
    law = laws.get(slug, variant)
    beside = [_beside(law, factor) for factor in (0.9, 1.0, 1.1)]
    rows = {k: jnp.asarray([p[k] for p in beside]) for k in _middle(law)}
    form, taken = law.bound(**rows)
    jitted = jax.jit(lambda form, p: form(**p))(form, taken)
    assert jitted.dtype == jnp.float64
    assert np.allclose(jitted, law(**{k: np.asarray(v) for k, v in rows.items()}), rtol=1e-13)
    slopes = jax.jit(jax.vmap(jax.grad(lambda p: law(**p))))(rows)
    one = jax.grad(lambda p: law(**p))({k: v[1] for k, v in rows.items()})
    for name, slope in slopes.items():
        assert slope.shape == (3,)
        assert slope.dtype == jnp.float64
        assert float(slope[1]) == pytest.approx(float(one[name]), rel=1e-12)


@every_law
def test_coefficients_are_differentiable(slug: str, variant: str) -> None:
    law = laws.get(slug, variant)
    form, point = law.bound(**_middle(law))
    slope = jax.jit(jax.grad(lambda form: form.__class__.__call__(form, **point)))(
        jax.tree_util.tree_map(jnp.asarray, form)
    )
    leaves = jax.tree_util.tree_leaves(slope)
    assert len(leaves) == len(form.coefficient_fields())
    assert all(np.isfinite(leaf) and leaf.dtype == jnp.float64 for leaf in leaves)


def test_worker_threads_keep_float64() -> None:
    def work(case: tuple[str, str]) -> tuple[Any, Any, float]:
        law = laws.get(*case)
        point = {k: jnp.asarray([v, v]) for k, v in _middle(law).items()}
        slopes = jax.jit(jax.vmap(jax.grad(lambda p: law(**p))))(point)
        return law(**point), next(iter(slopes.values())), law(**_middle(law))

    cases = [(slug, laws.facts(slug).default) for slug in laws.names()]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(work, cases))
    for values, slopes, value in found:
        assert values.dtype == slopes.dtype == jnp.float64
        # In float32 these would differ in the eighth digit.
        assert float(values[0]) == pytest.approx(value, rel=1e-13, abs=0)
