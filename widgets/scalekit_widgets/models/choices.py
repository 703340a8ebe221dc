"""The laws an allocation can be made with, each with the colour it keeps everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scalekit import laws
from scalekit.laws.chinchilla import SumOfPowers


@dataclass(frozen=True)
class Choice:
    """A law variant as an app offers it.

    Attributes
    ----------
    key : str
        Short name, used in links and code.
    label, short : str
        Caption, and the label that sits on a curve.
    law : Law
        The law itself.
    colour : str
        Okabe-Ito colour, the same in every app and theme.
    unit : str
        Unit of its loss; losses of different units must not be compared.
    """

    key: str
    label: str
    short: str
    law: laws.Law
    colour: str

    @property
    def unit(self) -> str:
        """Unit of the law's output."""
        return self.law.output.unit


# Key, law, variant, label on the curve, colour. Okabe-Ito, its yellow darkened to be
# readable on white; rules that only give a size are greys and a brown.
_LOSSES = (
    ("besiroglu", "chinchilla-loss", "besiroglu", "Besiroglu", "#0072b2"),
    ("besiroglu-optimum", "chinchilla-loss", "besiroglu-optimum", "Besiroglu minimum", "#56b4e9"),
    ("hoffmann-precise", "chinchilla-loss", "hoffmann-precise", "Hoffmann", "#d55e00"),
    ("hoffmann-rounded", "chinchilla-loss", "hoffmann-rounded", "Hoffmann rounded", "#e69f00"),
    ("de-vries", "chinchilla-loss", "de-vries", "de Vries", "#cc79a7"),
    ("muennighoff", "data-constrained-loss", "c4", "Muennighoff", "#009e73"),
    ("minicpm", "minicpm-loss", "average", "MiniCPM", "#b8a100"),
)
_RULES = (
    ("approach-1", "chinchilla-approach-1", "Approach 1", "#5f6b76"),
    ("approach-2", "chinchilla-approach-2", "Approach 2", "#84909b"),
    ("approach-3", "chinchilla-approach-3", "Approach 3", "#a5a08f"),
    ("kaplan", "kaplan", "Kaplan", "#8c6239"),
)
OWN_KEY = "own"
OWN_COLOUR = "#7b4fb5"


@cache
def loss_choices() -> tuple[Choice, ...]:
    """Return the laws that give a loss for parameters and tokens."""
    return tuple(
        _choice(key, laws.get(slug, variant), short, colour)
        for key, slug, variant, short, colour in _LOSSES
    )


@cache
def rule_choices() -> tuple[Choice, ...]:
    """Return the laws that give only a size for a budget."""
    return tuple(
        _choice(key, laws.get("compute-optimal-parameters", variant), short, colour)
        for key, variant, short, colour in _RULES
    )


def _choice(key: str, law: laws.Law, short: str, colour: str) -> Choice:
    return Choice(key, law.variant_facts.label, short, law, colour)


COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#b8a100", "#8c6239")
"""For laws without a colour of their own, in the order in which they are given."""


def colours(chosen: Sequence[laws.Law]) -> list[str]:
    """Return a colour for each law: the one it has in every app, else one that none of them has."""
    kept = {(c.law.slug, c.law.variant): c.colour for c in (*loss_choices(), *rule_choices())}
    found = [kept.get((law.slug, law.variant), "") for law in chosen]
    free = iter(colour for colour in COLOURS if colour not in found)
    return [colour or next(free) for colour in found]


def own_choice(law: laws.Law) -> Choice:
    """Return a person's own law as a choice.

    Raises
    ------
    ValueError
        If the law is not of the form E + A/N^alpha + B/D^beta.
    """
    if type(law.form) is not SumOfPowers:
        raise ValueError(
            f"{law.facts.path.name}: the law takes {', '.join(law.inputs)} and has the form "
            f"{law.form.kind!r}; allowed here: a loss from N (parameters) and D (tokens), "
            "form 'sum-of-powers'"
        )
    return Choice(OWN_KEY, f"{law.facts.title} (yours)", law.facts.title[:18], law, OWN_COLOUR)
