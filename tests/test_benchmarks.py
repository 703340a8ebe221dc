"""Benchmarks compare with code of their own: it must say what the laws say, for every form."""

import pytest

from benchmarks.bare import BARE
from benchmarks.laws import SOLVED, apart, cases
from scalekit import laws


@pytest.mark.parametrize(("slug", "variant"), cases())
def test_law_equals_the_formula_typed_in_numpy(slug, variant):
    law = laws.get(slug, variant)
    if law.form.kind in SOLVED:
        assert apart(law, 4) < 1e-4
    else:
        assert apart(law, 500) < 1e-10


def test_every_form_has_a_formula():
    assert {slug for slug, _ in cases()} == set(laws.names())
    assert {laws.get(*case).form.kind for case in cases()} == set(BARE)
