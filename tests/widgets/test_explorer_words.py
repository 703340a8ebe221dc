"""What the explorer says of a law: what was fitted, published and counted."""

import re

import pytest

from scalekit_widgets import ExplorerApp
from scalekit_widgets.apps import explorer_words as words
from scalekit_widgets.models.explorer_compute import members


def plain(html):
    return re.sub("<.*?>", "", html)


@pytest.mark.parametrize(("law", "inputs", "told"), [
    ("moe-sparsity-loss", {"N": 1e15, "D": 1e6}, "N is above the usual 20 B and D is below the"),
    ("minicpm-loss", {"N": 1e9, "D": 1e20}, "for D none is published. D is above the usual 120 B"),
    ("chinchilla-loss", {"N": 1e9, "D": 1e10}, "Inside the range that was fitted. Besiroglu"),
])  # fmt: skip
def test_only_what_was_fitted_is_called_so(law, inputs, told):
    app = ExplorerApp(law=law, **inputs)
    assert told in plain(words.answer(app.state))


def test_what_is_published_nowhere_is_said():
    app = ExplorerApp(law="learning-curve", variant="nmt")
    assert words.unpublished(app.state.main) == ["alpha"]
    assert "alpha is published nowhere and set by a slider." in words.sure(app.state)
    assert words.unpublished(ExplorerApp(law="chinchilla-loss").state.main) == []


def test_laws_that_count_other_parameters_are_told():
    app = ExplorerApp(law="chinchilla-loss", compare=["kaplan-loss/table-2"])
    text = plain(words.legend(app.state))
    assert "N of Kaplan" in text
    assert "counts all but the input embedding and the output head; here it counts all" in text
    assert "counts" not in plain(words.legend(ExplorerApp(law="chinchilla-loss").state))


def test_what_is_counted_starts_whole():
    for law, name in (("ensemble-loss", "members"), ("data-filtering-error", "buckets"),
                      ("routed-loss", "experts")):  # fmt: skip
        state = ExplorerApp(law=law).state
        assert state.inputs[name] % 1 == 0
        assert all(value % 1 == 0 for value in members(state.main.inputs[name]))
