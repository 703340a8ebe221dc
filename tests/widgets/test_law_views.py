"""Figures of any law: what they show where a law refuses, where names and ticks stand."""

import itertools
import re

import pytest

from scalekit import laws
from scalekit_widgets import ExplorerApp
from scalekit_widgets.models.choices import COLOURS
from scalekit_widgets.theme import DARK, LIGHT, contrast
from scalekit_widgets.views import law_axes
from scalekit_widgets.views.law_curves import ABOVE, BELOW, family_colour


def test_a_refused_point_is_not_drawn():
    app = ExplorerApp(law="translation-transfer-bleu", A=2.0, D=1e9)
    screen = app.screen()
    assert len(screen.curves.points.data["x"]) == 1
    assert len(screen.map.point.data["x"]) == 1
    app.state.set({"A": 1.0, "D": 1.0})
    assert app.state.refused
    assert len(screen.curves.points.data["x"]) == 0
    assert len(screen.map.point.data["x"]) == 0
    app.state.set({"A": 3.0})
    app.state.set({"D": 1e9})
    assert len(screen.curves.points.data["x"]) == 1


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
    assert min(b / a for a, b in itertools.pairwise(ticks)) > 2.9


def test_titles_of_axes_name_quantity_and_unit():
    for facts in laws.library().values():
        for name, quantity in [("", facts.output), *facts.inputs.items()]:
            title = law_axes.title(name, quantity)
            assert len(title) <= law_axes.LONGEST_TITLE
            if quantity.unit in ("nats/token", "parameters"):
                assert quantity.unit in title.lower()
            if quantity is facts.output and quantity.unit == "nats/token":
                assert re.match(r"\w.* \(nats/token\)", title), title
    output = laws.facts("qat-loss-penalty").output
    assert law_axes.title("", output) == "Loss added (nats/token)"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_curve_of_a_family_can_be_seen(colour, palette):
    found = [family_colour(colour, palette, i / 5) for i in range(5)]
    assert min(contrast(c, palette.paper) for c in found) >= 3
    assert len(set(found)) == 5


def test_counts_of_one_axis_are_written_in_one_manner():
    screen = ExplorerApp(law="chinchilla-loss").screen()
    assert "D = 1,000 T" in screen.curves.tags.data["text"]


@pytest.mark.parametrize(("law", "says"), [
    ("learning-curve", r"Learning curve: <b>[\d.]+</b> at"),
    ("data-pruning-error", r"keep_fraction = [\d.]+ \("),
])  # fmt: skip
def test_numbers_without_a_unit_stand_alone(law, says):
    assert re.search(says, ExplorerApp(law=law).screen().write()["answer"])


def test_a_unit_that_the_name_says_is_not_repeated():
    answer = ExplorerApp(law="data-filtering-error").screen().write()["answer"]
    assert "samples_seen = 57 M and" in answer
