"""What JAX sees of a form: its coefficients as leaves, and which form it is."""

import dataclasses
from itertools import combinations

import jax
import pytest

from scalekit import laws
from scalekit.laws.form import FORMS, Form


def _of_ones(form: type[Form]) -> Form:
    return form(**{field.name: 1.0 for field in dataclasses.fields(form)})  # type: ignore[arg-type]


def test_no_two_forms_look_alike_to_jit() -> None:
    """A jitted function picks what it compiled by this equality: equal means another's numbers."""
    assert laws.names()
    trees = {kind: jax.tree_util.tree_structure(_of_ones(form)) for kind, form in FORMS.items()}
    alike = [(a, b) for a, b in combinations(trees, 2) if trees[a] == trees[b]]
    assert not alike


@pytest.mark.parametrize("kind", FORMS)
def test_leaves_are_the_coefficients(kind: str) -> None:
    form = _of_ones(FORMS[kind])
    paths = [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(form)]
    assert paths == [f".{name}" for name in form.coefficient_fields()]
    doubled = jax.tree.map(lambda x: 2 * x, form)
    assert type(doubled) is type(form)
    assert all(getattr(doubled, name) == 2.0 for name in form.coefficient_fields())
    assert all(getattr(doubled, name) == 1.0 for name in form.settings)
