"""Fact cards: typed records of the packaged table, and markers on the curves of laws."""

import pytest

from scalekit import cards as module
from scalekit import datasets, laws
from scalekit.cards import cards, on_law
from scalekit.datasets.tables import read_rows


def test_every_row_is_a_card():
    table = datasets.cards().fillna("")
    assert len(cards()) == len(table) == 58
    for card, row in zip(cards(), table.itertuples(), strict=True):
        assert (card.slug, card.claim, card.text) == (row.slug, row.claim_short, row.value)
        assert (card.arxiv, card.year, card.unit) == (row.arxiv, row.year, row.unit)
        assert card.status in row.source_mark
        assert card.place in row.source_mark
        assert card.title in card.source
        assert str(card.year) in card.source
    assert len({(card.slug, card.claim) for card in cards()}) == 58


@pytest.mark.parametrize(
    ("slug", "claim", "value"),
    [
        ("wrap", "rephrased C4 speeds up pre-training", 3.0),  # printed with a ~
        ("primer", "one-shot quality for less compute", 1 / 3),
        ("moma", "measured training throughput loss of MoMa 4t4i", -17.0),
        ("snell", "revisions on medium questions, few inference tokens", 27.8),
        ("minimax-m1", "generation FLOPs at 64K tokens", 50.0),  # a bound
        ("mobilequant", "on-device latency and energy", None),  # a range
        ("stability-gap", "medical average with less budget", None),  # from one to another
        ("frontier", "training throughput 22B/175B/1T", None),
    ],
)
def test_value_of_a_single_number(slug, claim, value):
    (card,) = [card for card in cards() if (card.slug, card.claim) == (slug, claim)]
    assert card.value == value


def test_a_card_says_what_it_is_worth():
    first = on_law("moe-efficiency-leverage")[0]
    assert first.quantity == "compute multiplier"
    assert (
        first.source == "MoMa: Mixture of Modality-Aware Experts 2024, arXiv 2407.21770, abstract"
    )
    assert first.status == "paper"
    assert "dense" in first.baseline


def test_savings_follow_from_what_their_cards_print():
    saving = [card for card in cards() if card.saving is not None]
    assert len(saving) == len(read_rows("card_savings.csv"))
    for card in saving:
        assert card.saving.reason
        printed = 1 / card.value if card.unit == "fraction" else card.value
        assert card.saving.factor == pytest.approx(printed, rel=1e-12)


def test_markers_follow_from_what_their_cards_print():
    marked = [card for card in cards() if card.marker is not None]
    assert len(marked) == len(read_rows("card_markers.csv"))
    for card in marked:
        law = laws.get(card.marker.law)
        assert card.marker.reason
        # What a card prints in percent, an error law has as the fraction that is missing.
        printed = 1 - card.value / 100 if card.unit == "%" else card.value
        assert card.marker.y == pytest.approx(printed, rel=1e-12)
        assert law.inputs[card.marker.input]
    assert on_law("moe-efficiency-leverage")[0].condition.startswith("1.4B, 1T tokens")
    assert {card.marker.x for card in on_law("moe-efficiency-leverage")} == {6 * 1.4e9 * 1e12}
    (clip,) = on_law("data-filtering-error")
    assert "12.8B samples" in clip.condition
    assert clip.marker.x == 12.8e9
    assert on_law("kaplan-loss") == ()


@pytest.mark.parametrize(
    ("table", "line", "change", "message"),
    [
        ("cards.csv", 0, {"quantity": ""}, "cards.csv: line 2: quantity must not be empty"),
        ("cards.csv", 1, {"source_mark": "paper"}, "line 3: source_mark is 'paper', not as in"),
        ("cards.csv", 1, {"source_mark": "[papre]"}, "is 'papre' .did you mean 'paper'"),
        ("card_markers.csv", 0, {"law": "moe"}, "line 6: law is 'moe'"),
        ("card_markers.csv", 0, {"input": "D"}, "input of moe-efficiency-leverage is 'D'"),
        ("card_markers.csv", 0, {"y": "-1"}, "line 6: y of moma is -1; allowed: a number above 0"),
        ("card_markers.csv", 0, {"slug": "mona"}, "card_markers.csv: no card is .'mona'"),
    ],
)
def test_wrong_rows_are_named(monkeypatch, table, line, change, message):
    def rows(file):
        found = read_rows(file)
        if file == table:
            found[line].update(change)
        return found

    monkeypatch.setattr(module, "read_rows", rows)
    with pytest.raises(ValueError, match=message):
        cards.__wrapped__()


def test_unknown_law():
    with pytest.raises(ValueError, match="did you mean 'kaplan-loss'"):
        on_law("kaplan-los")
