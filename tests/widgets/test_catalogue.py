"""Finding a law: search and filters."""

import pytest

from scalekit import laws
from scalekit.laws.facts import STATUSES
from scalekit_widgets.models import catalogue
from scalekit_widgets.models.catalogue import ANY, Filter
from scalekit_widgets.models.explorer import ExplorerState

EVERYTHING = catalogue.everything({})


def found(**asked):
    return [slug for slug, facts in EVERYTHING.items() if Filter(**asked).passes(facts)]


def test_nothing_asked_leaves_everything():
    assert found() == laws.names()


@pytest.mark.parametrize(
    ("search", "slug"),
    [
        ("chinchilla", "chinchilla-loss"),
        ("BESIROGLU", "chinchilla-loss"),
        ("2404.10102", "chinchilla-loss"),
        ("de vries", "chinchilla-loss"),
        ("granularity moe", "fine-grained-moe-loss"),
        ("tokens per character", "tokens-per-character"),
        ("learning rate step", "step-law-learning-rate"),
        ("2405 kumar", ""),
        ("zebra", ""),
    ],
)
def test_search_wants_all_words(search, slug):
    hits = found(search=search)
    assert slug in hits if slug else hits == []
    assert len(hits) < len(EVERYTHING)
    assert set(hits) == set.intersection(*(set(found(search=w)) for w in search.split()))


@pytest.mark.parametrize(("one", "other"), [
    ("quantisation", "Quantization"), ("quantis", "quantiz"), ("pretraining", "pre-training"),
    ("How many tokens?", "tokens"), ("what is the best batch size", "size batch best"),
])  # fmt: skip
def test_spellings_and_questions_find_the_same(one, other):
    assert found(search=one) == found(search=other) != []


def test_each_filter_by_itself_and_together():
    for field in {facts.field for facts in EVERYTHING.values()}:
        assert found(field=field) == laws.names(field)
    assert "farseer-loss" in found(unit="bits/character")
    assert {EVERYTHING[s].output.unit for s in found(unit="FLOP/token")} == {"FLOP/token"}
    for status in STATUSES:
        hits = found(status=status)
        assert hits
        assert all(
            status in {v.status for v in EVERYTHING[slug].variants.values()} for slug in hits
        )
    recent = found(since=2024)
    assert recent
    assert {slug for slug in EVERYTHING if EVERYTHING[slug].year >= 2024} == set(recent)
    both = found(field="training", since=2024, search="tokens")
    assert set(both) == set(found(field="training")) & set(recent) & set(found(search="tokens"))


def test_what_the_lists_offer():
    laws_ = EVERYTHING.values()
    assert catalogue.fields(laws_) == [ANY, *sorted({facts.field for facts in laws_})]
    first, *units = catalogue.units(laws_)
    assert first == ANY
    assert units[0] == "nats/token"
    counts = [len(found(unit=unit)) for unit in units]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(EVERYTHING)
    assert catalogue.statuses() == [ANY, *STATUSES]


def test_a_law_of_ones_own_is_found(own_law):
    state = ExplorerState()
    state.load_law(own_law.encode(), "mine.toml")
    state.filter = Filter(search="my runs first fit", field="mine")
    assert [facts.slug for facts in state.matches()] == []
    state.filter = Filter(search="first fit my models", field="mine")
    assert [facts.slug for facts in state.matches()] == ["my-law"]
