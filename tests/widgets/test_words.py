"""What the app says: the sentence, its numbers, and Python that gives the same answer."""

import re

import pytest

from scalekit import laws
from scalekit_widgets.apps import training_words as words
from scalekit_widgets.models.training import TrainingState, training_devices
from scalekit_widgets.notation import count

STATES = {
    "default": {},
    "hours": {"budget": "hours", "device_hours": 1344.0, "devices": 8.0},
    "money": {"budget": "usd", "usd": 1e6},
    "limit": {
        "compute_budget": 1e22, "limit_tokens": True, "unique_tokens": 25e9, "law": "muennighoff",
    },
    "serving": {"serve": True, "served_tokens": 5e12, "serving_mfu": 0.15, "law": "de-vries"},
    "both": {"serve": True, "limit_tokens": True, "law": "minicpm", "unique_tokens": 1e11},
    "uncertain": {"serve": True, "limit_tokens": True, "unique_tokens": 3e11},
    "low end": {"compute_budget": 1e17},
    "high end": {"compute_budget": 1e28},
    "rules": {"compare": ["approach-1", "approach-2", "approach-3", "kaplan"]},
}  # fmt: skip


@pytest.fixture(params=STATES)
def case(request):
    return TrainingState(**STATES[request.param])


def plain(html):
    return re.sub(r"<[^>]*>", "", html)


def run(code):
    names = {}
    exec(compile(code, "snippet", "exec"), names)
    return names["best"]


def test_snippet_gives_the_answer(case, capsys):
    best = run(words.code(case))
    for name in ("N", "D", "loss"):
        shown = getattr(case.answer, name)[case.slot]
        assert getattr(best, name) == pytest.approx(shown, rel=1e-5)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == (4 if case.uncertain else 3)
    assert float(lines[0].split()[0]) == best.N


def test_snippet_of_a_law_of_ones_own(state, own_law, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text(own_law, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    state.load_law((tmp_path / "mine.toml").read_bytes(), "mine.toml")
    try:
        best = run(words.code(state))
        assert pytest.approx(state.answer.N[state.slot], rel=1e-5) == best.N
    finally:
        laws.unload("my-law")


def test_snippet_without_an_answer_says_why_as_well():
    state = TrainingState()
    state.set({"serve": True, "served_tokens": 1e17, "compute_budget": 1e20})
    assert state.infeasible
    with pytest.raises(ValueError, match="serving alone uses up"):
        run(words.code(state))


def test_sentence_and_numbers(case):
    sentence, best = plain(words.answer(case)), case.answer
    N, D = best.N[case.slot], best.D[case.slot]
    assert f"{count(N)} parameters" in sentence
    assert f"{count(D)} tokens" in sentence
    assert case.main.unit in sentence
    assert "How sure: " in sentence
    assert ("(95 %)" in sentence) == (case.uncertain is not None)
    assert ("Serving" in sentence) == case.serve
    assert ("unique ones" in sentence) == case.limit_tokens
    tiles = re.findall(r'class="value">([^<]*)<', words.numbers(case))
    assert tiles[:2] == [count(N), count(D)]
    assert len(tiles) == 3


def test_budget_is_said_in_its_own_unit():
    assert "device-hours (" in words.answer(TrainingState(budget="hours"))
    assert "$1.00 M (" in words.answer(TrainingState(budget="usd", usd=1e6))
    assert words.answer(TrainingState()).startswith('<p class="answer">5.76 × 10²³ FLOP buys')


def test_limits_are_said():
    few = TrainingState(**STATES["limit"])
    assert "9.5 passes over 25.0 B unique ones" in words.answer(few)
    assert "fewer than the 1.00 T unique ones" in words.answer(
        TrainingState(compute_budget=1e21, limit_tokens=True, unique_tokens=1e12)
    )


def test_used_up_data_are_said():
    state = TrainingState(compute_budget=1e27, limit_tokens=True, unique_tokens=1e8)
    assert state.saturated
    assert "the data are used up" in words.sure(state)
    assert "2.5 B passes" in words.answer(state)
    assert "much larger ones do as well" in words.numbers(state)
    assert " to at least " in words.sure(state)
    assert not TrainingState(**STATES["limit"]).saturated
    # Larger models lose more than 1 % at last, but ten times larger ones nothing at all.
    state = TrainingState(limit_tokens=True, unique_tokens=1e9)
    assert state.saturated
    assert not state.flat_to_the_end
    assert "any size from 420 M to 3.6 T stays within 1 % of it" in words.sure(state)


def test_the_worth_of_repeated_tokens_is_said_to_be_exact():
    state = TrainingState(limit_tokens=True, unique_tokens=2e11)
    assert "what repeated tokens are worth is taken as exact" in words.sure(state)
    assert "taken as exact" not in words.sure(TrainingState())


def test_a_price_that_nobody_set_is_called_assumed():
    name = next(d.name for d in training_devices().values() if d.usd_per_hour is None)
    state = TrainingState()
    state.set({"device": name})
    assert "no cloud price of this accelerator is known" in words.ledger(state)
    state.set({"price": 5.0})
    assert "no cloud price" not in words.ledger(state)


def test_reach_beyond_the_fitted_range_is_said():
    assert "extrapolation: the model is 4.5 times larger" in words.reach(TrainingState())
    assert "inside the range" in words.reach(TrainingState(compute_budget=1e21))
    assert "times smaller" in words.reach(TrainingState(compute_budget=1e17))


def test_legend_names_every_chosen_law(case):
    legend = plain(words.legend(case))
    for law in (case.main, *case.compared):
        assert law.label in legend


def test_ledger_names_sources_and_values(case):
    ledger = plain(words.ledger(case))
    law = case.main.law
    assert law.variant_facts.paper.authors.split()[0] in ledger
    assert case.machine.name in ledger
    assert "6 N D" in ledger
    assert ("Worth of repeated tokens" in ledger) == case.limit_tokens
    assert ("2 N per token" in ledger) == case.serve
    assert ("95 % band" in ledger) == (case.uncertain is not None)
    for name in law.coefficients:
        assert f"{name} " in ledger


def test_what_a_user_names_is_text_not_markup(state, own_law):
    evil = own_law.replace("My law", "<img src=x onerror=alert(1)>").replace(
        "Me", "<script>alert(1)</script>"
    )
    state.load_law(evil.encode(), "<b>.toml")
    for text in (words.answer(state), words.legend(state), words.ledger(state),
                 words.pitfalls(state), words.numbers(state)):  # fmt: skip
        assert "<img" not in text
        assert "<script" not in text
