"""Finding a law by words, field, unit, status and year."""

import pytest

from scalekit import laws
from scalekit_widgets.models import catalogue
from scalekit_widgets.models.catalogue import ANY, Filter

ALL = catalogue.everything({})


def listed(**asked):
    return [slug for slug, facts in ALL.items() if Filter(**asked).passes(facts)]


def test_nothing_asked_lists_everything():
    assert listed() == laws.names()


@pytest.mark.parametrize(
    ("search", "slug"),
    [("2203.15556", "chinchilla-loss"), ("Besiroglu", "chinchilla-loss"),
     ("repeated TOKENS", "data-constrained-effective-tokens"), ("quest", "quantization-aware-loss"),
     ("granularity", "fine-grained-moe-loss"), ("2401.02954", None)],
)  # fmt: skip
def test_words_of_papers_inputs_and_variants_are_found(search, slug):
    found = listed(search=search)
    assert 0 < len(found) < len(ALL) if slug else found == []
    assert slug is None or slug in found


def test_all_words_must_occur():
    assert set(listed(search="kaplan batch")) < set(listed(search="kaplan"))


def test_filters_leave_what_they_ask():
    for slug in listed(field="precision", status="paper", since=2024):
        assert ALL[slug].field == "precision"
        assert ALL[slug].year >= 2024
    assert set(listed(status="form only")) == {
        slug for slug, facts in ALL.items()
        if any(variant.status == "form only" for variant in facts.variants.values())
    }  # fmt: skip
    assert all(ALL[slug].output.unit == "tokens" for slug in listed(unit="tokens"))
    assert listed(unit="tokens")


def test_choices_of_the_filters_cover_all_laws():
    assert catalogue.fields(ALL.values())[0] == ANY
    assert set(catalogue.fields(ALL.values())) - {ANY} == {f.field for f in ALL.values()}
    units = catalogue.units(ALL.values())
    assert set(units) - {ANY} == {facts.output.unit for facts in ALL.values()}
    assert units[1] == "nats/token"
