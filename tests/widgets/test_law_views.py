"""Figures of any law: what they show where a law refuses, where names and ticks stand."""

from itertools import pairwise

import pytest

from scalekit_widgets import ExplorerApp
from scalekit_widgets.views.law_curves import ABOVE, BELOW


def test_a_refused_point_is_not_drawn():
    app = ExplorerApp(law="translation-transfer-bleu", A=2.0, D=1e9)
    screen = app.screen()
    assert screen.curves.dot.visible
    assert screen.map.dot.visible
    app.state.set({"A": 1.0, "D": 1.0})
    assert app.state.refused
    assert not screen.curves.dot.visible
    assert not screen.map.dot.visible
    app.state.set({"A": 3.0})
    app.state.set({"D": 1e9})
    assert screen.curves.dot.visible


@pytest.mark.parametrize(
    ("law", "across", "offset"),
    [("chinchilla-loss", "N", BELOW), ("moe-efficiency-leverage", "C", ABOVE)],
)
def test_names_stand_on_the_free_side_of_their_curves(law, across, offset):
    screen = ExplorerApp(law=law, across=across).screen()
    assert len(screen.curves.tags.data["dy"]) > 1
    assert set(screen.curves.tags.data["dy"]) == {offset}


def test_a_law_of_one_input_has_no_empty_place_for_a_map():
    app = ExplorerApp(law="embedding-width")
    screen = app.screen()
    assert not screen.map_place.visible
    app.state.set({"law": "chinchilla-loss"})
    assert screen.map_place.visible


def test_ticks_of_two_decades_do_not_touch():
    ticks = ExplorerApp(law="data-filtering-error").screen().map.fig.xaxis[0].ticker.ticks
    assert min(b / a for a, b in pairwise(ticks)) > 2.9


def test_a_unit_that_the_name_says_is_not_repeated():
    answer = ExplorerApp(law="data-filtering-error").screen().write()["answer"]
    assert "samples_seen = 57 M and" in answer
