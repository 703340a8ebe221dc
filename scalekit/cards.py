"""Fact cards: published results that have no law, and the curves that some of them lie on.

The records join the packaged tables ``cards.csv`` (what was published), ``card_markers.csv``
(the law whose input and output a card measured, where there is one) and ``card_savings.csv``
(how many times less training compute a card needs for the same result, where it says that).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from scalekit.checks import choice, number
from scalekit.datasets.tables import read_rows
from scalekit.laws.facts import STATUSES
from scalekit.laws.registry import facts

_MARK = re.compile(r"\[(\w+)(?:: ([^\]]+))?\]")
_NUMBER = re.compile(r"[~<>+]*(-?\d+(?:\.\d+)?(?:/\d+)?)")


@dataclass(frozen=True)
class Marker:
    """The point that a card is on the curves of a law.

    Attributes
    ----------
    law, input : str
        Slug of the law, and the input along which the point lies.
    x, y : float
        The point, in the raw units of that input and of the law's output.
    reason : str
        Why it may be compared, how x and y follow from the card, and what differs.
    """

    law: str
    input: str
    x: float
    y: float
    reason: str


@dataclass(frozen=True)
class Saving:
    """How many times less training compute the same result takes.

    Attributes
    ----------
    factor : float
        Compute of the baseline over that of the work.
    reason : str
        Of what, and how it follows from the card.
    """

    factor: float
    reason: str


@dataclass(frozen=True)
class Card:
    """One published result.

    Attributes
    ----------
    slug, title, arxiv : str
        Name of the work among the cards, its title, and its arXiv identifier, if any.
    year : int
        Year of the work.
    claim : str
        The result in a few words.
    quantity, text, unit : str
        What was measured, the value as printed (a range, or several values, may be in it), and
        its unit.
    baseline, condition : str
        Compared with what, and under which conditions.
    status, place : str
        One of the statuses of laws, and where in the work it stands, if known.
    marker : Marker or None
        Where it lies on the curves of a law.
    saving : Saving or None
        How much training compute it saves, where it is about that.
    """

    slug: str
    title: str
    arxiv: str
    year: int
    claim: str
    quantity: str
    text: str
    unit: str
    baseline: str
    condition: str
    status: str
    place: str
    marker: Marker | None
    saving: Saving | None

    @property
    def value(self) -> float | None:
        """The value where it is a single number; bounds and signs such as ~ are in `text`."""
        found = _NUMBER.fullmatch(self.text)
        return float(Fraction(found[1])) if found else None

    @property
    def source(self) -> str:
        """Work, year, identifier and place, as in a caption."""
        parts = (f"{self.title} {self.year}", f"arXiv {self.arxiv}" if self.arxiv else "")
        return ", ".join(part for part in (*parts, self.place) if part)


@cache
def cards() -> tuple[Card, ...]:
    """Return all cards, in the order of the table.

    Raises
    ------
    ValueError
        If a row of the tables is wrong: file, row and reason.
    """
    markers, savings = (
        {(row["slug"], row["claim_short"]): row for row in read_rows(f"card_{name}.csv")}
        for name in ("markers", "savings")
    )
    found = []
    for i, row in enumerate(read_rows("cards.csv"), start=2):
        key = row["slug"], row["claim_short"]
        try:
            found.append(_card(row, markers.pop(key, None), savings.pop(key, None)))
        except ValueError as problem:
            raise ValueError(f"cards.csv: line {i}: {problem}") from None
    for name, left in (("markers", markers), ("savings", savings)):
        if left:
            raise ValueError(f"card_{name}.csv: no card is {', '.join(map(repr, left))}")
    return tuple(found)


def on_law(slug: str) -> tuple[Card, ...]:
    """Return the cards that can be laid on the curves of a law.

    Parameters
    ----------
    slug : str
        Name of the law.

    Raises
    ------
    ValueError
        For an unknown law, with the nearest match.

    Examples
    --------
    >>> [card.marker.y for card in on_law("moe-efficiency-leverage")]
    [3.7, 3.0, 4.2]
    """
    facts(slug)
    return tuple(card for card in cards() if card.marker is not None and card.marker.law == slug)


def _card(
    row: Mapping[str, str], marker: Mapping[str, str] | None, saving: Mapping[str, str] | None
) -> Card:
    for column in ("slug", "title", "claim_short", "quantity", "value", "unit", "condition"):
        if not row[column]:
            raise ValueError(f"{column} must not be empty")
    mark = _MARK.fullmatch(row["source_mark"])
    if mark is None:
        raise ValueError(f"source_mark is {row['source_mark']!r}, not as in [paper: abstract]")
    return Card(
        slug=row["slug"],
        title=row["title"],
        arxiv=row["arxiv"],
        year=int(row["year"]),
        claim=row["claim_short"],
        quantity=row["quantity"],
        text=row["value"],
        unit=row["unit"],
        baseline=row["baseline"],
        condition=row["condition"],
        status=choice("source_mark", mark[1], STATUSES),
        place=mark[2] or "",
        marker=None if marker is None else _marker(marker),
        saving=None if saving is None else _saving(saving),
    )


def _saving(row: Mapping[str, str]) -> Saving:
    factor = number(f"saving of {row['slug']}", float(row["saving"]), 1.0)
    return Saving(float(factor), row["reason"])


def _marker(row: Mapping[str, str]) -> Marker:
    law = facts(row["law"])
    name = choice(f"input of {law.slug}", row["input"], law.inputs)
    x, y = (
        number(
            f"{column} of {row['slug']}",
            float(row[column]),
            quantity.lower,
            quantity.upper,
            lower_open=not quantity.closed,
            unit=quantity.unit,
        )
        for column, quantity in (("x", law.inputs[name]), ("y", law.output))
    )
    return Marker(law.slug, name, x, y, row["reason"])
