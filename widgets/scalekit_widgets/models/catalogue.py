"""Finding a law: all that there are, and those that a search and filters leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scalekit import laws
from scalekit.cards import Card, cards
from scalekit.laws.facts import STATUSES, LawFacts
from scalekit.laws.law import Law

ASKING = frozenset((
    "a", "an", "and", "are", "by", "do", "does", "for", "from", "how", "i", "in", "is", "it",
    "many", "much", "my", "need", "of", "on", "or", "should", "the", "to", "what", "which", "with",
))  # fmt: skip
"""Words of questions that tell laws apart in none of them."""
SPELLINGS = (("z", "s"), ("our", "or"), ("ll", "l"), ("-", ""))
"""What stands for what: quantise and quantize, labour, modelling, pre-training."""
ANY = "any"
"""A filter that leaves everything."""


@dataclass(frozen=True)
class Filter:
    """What a law must be to be listed; the parts that are left at `ANY` ask nothing.

    Attributes
    ----------
    search : str
        Words that must all occur in what is known about the law, in any order and in either
        spelling; those that only ask (`ASKING`) need not.
    field, unit, status : str
        Field of the law, unit of its output, and a status that one of its variants has.
    since : int
        Earliest year of its paper.
    """

    search: str = ""
    field: str = ANY
    unit: str = ANY
    status: str = ANY
    since: int = 0

    def passes(self, facts: LawFacts) -> bool:
        """Say whether a law is listed."""
        statuses = {variant.status for variant in facts.variants.values()}
        return (
            self.field in (ANY, facts.field)
            and self.unit in (ANY, facts.output.unit)
            and (self.status == ANY or self.status in statuses)
            and facts.year >= self.since
            and self._names(_text(facts))
        )

    def chosen(self, library: Iterable[LawFacts]) -> list[LawFacts]:
        """Return the laws that are listed, by title."""
        return sorted(filter(self.passes, library), key=lambda facts: facts.title.casefold())

    def results(self) -> list[Card]:
        """Return the published results without a law that have all words of the search."""
        return [card for card in cards() if self._finds(card)]

    def _finds(self, card: Card) -> bool:
        parts = (card.title, card.claim, card.quantity, card.baseline, card.condition, card.arxiv)
        return self._names(f"{' '.join(parts)} {card.year}")

    def _names(self, text: str) -> bool:
        asked = spelling(self.search).replace("?", " ").split()
        known = spelling(text)
        return all(word in known for word in asked if word not in ASKING)


def spelling(text: str) -> str:
    """Return words as both British and American ones come out alike, also while they are typed."""
    text = text.lower()
    for one, other in SPELLINGS:
        text = text.replace(one, other)
    return text


def everything(own: Mapping[str, LawFacts]) -> dict[str, LawFacts]:
    """Return all laws by slug: the registry's, and a person's own."""
    return laws.library() | dict(own)


def fields(found: Iterable[LawFacts]) -> list[str]:
    """Return the fields of laws, `ANY` first."""
    return [ANY, *sorted({facts.field for facts in found})]


def units(found: Iterable[LawFacts]) -> list[str]:
    """Return the units in which laws answer, the most frequent first, after `ANY`."""
    every = [facts.output.unit for facts in found]
    return [ANY, *sorted(set(every), key=lambda unit: (-every.count(unit), unit))]


def statuses() -> list[str]:
    """Return how well coefficients can be established, `ANY` first."""
    return [ANY, *STATUSES]


def law_of(library: Mapping[str, LawFacts], slug: str, variant: str) -> Law:
    """Return a law of a library with the coefficients of a variant."""
    facts = library[slug]
    return Law(facts, variant, facts.variants[variant].form)


def _text(facts: LawFacts) -> str:
    papers = [variant.paper for variant in facts.variants.values()]
    parts = [
        facts.slug, facts.title, facts.answers, facts.field, facts.output.meaning,
        *(f"{q.meaning} {q.unit}" for q in facts.inputs.values()),
        *(f"{p.title} {p.authors} {p.year} {p.arxiv}" for p in papers),
        *(variant.label for variant in facts.variants.values()),
    ]  # fmt: skip
    return " ".join(parts)
