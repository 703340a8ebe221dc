"""The facts of a law as typed records: what a file under ``data/laws`` holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from scalekit.laws.form import Form

STATUSES = ("paper", "computed", "secondary", "form only")

COUNTS: Mapping[str, str] = MappingProxyType(
    {
        "total": "all parameters, embeddings included",
        "active": "the parameters that work on one token, embeddings included",
        "non-embedding": "all but the input embedding and the output head",
        "active-non-embedding": "those that work on one token, without embedding and head",
        "non-routing": "all but embedding, head and the matrices of routers",
        "encoder": "those of the encoder, without embeddings and softmax",
        "decoder": "those of the decoder, without embeddings and softmax",
        "quantised": "those that are quantised",
        "unstated": "not known from what was seen of the paper",
    }
)
"""What an input that counts the parameters of a model means by them, in words."""


@dataclass(frozen=True)
class Paper:
    """Where a law was published."""

    title: str
    authors: str
    year: int
    arxiv: str = ""
    url: str = ""

    @property
    def link(self) -> str:
        """Address of the paper."""
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else self.url

    @property
    def short(self) -> str:
        """Authors, year and identifier, as in a caption."""
        where = f"arXiv {self.arxiv}" if self.arxiv else self.url
        return f"{self.authors} {self.year} ({where})"


@dataclass(frozen=True)
class Quantity:
    """An input or the output of a law.

    ``lower`` and ``upper`` bound what makes sense (values outside raise); the fitted
    range belongs to a variant; ``closed`` says that ``lower`` itself makes sense.
    ``monotone`` says how the output moves with the input. An input with a ``default`` may
    be left out of a call, and so may an ``optional`` one: the form then computes it from the
    others. A ``coefficient`` is one of the form: it may be left out where
    the variant gives it, and replaces the variant's where it is given. ``counts`` says which
    parameters of a model the input counts, one of `COUNTS`, or nothing; ``whole`` that there are
    no halves of what is counted, whatever the formula makes of them.
    """

    symbol: str
    unit: str
    meaning: str
    lower: float = 0.0
    upper: float = float("inf")
    closed: bool = False
    infinite: bool = False
    default: float | None = None
    coefficient: bool = False
    optional: bool = False
    slider: tuple[float, float] = (1.0, 10.0)
    monotone: str = ""
    counts: str = ""
    whole: bool = False


def needed_inputs(inputs: Mapping[str, Quantity], form: Form) -> list[str]:
    """Return the inputs that a call must give.

    All but those with a default, those that are optional, and coefficients of the form.
    """
    known = form.printed()
    return [
        name
        for name, quantity in inputs.items()
        if not quantity.optional
        and (name not in known if quantity.coefficient else quantity.default is None)
    ]


@dataclass(frozen=True)
class Range:
    """Where a variant was fitted in one input; ``fitted`` is false for mere slider ranges."""

    lower: float
    upper: float
    note: str
    fitted: bool

    def __contains__(self, value: float) -> bool:
        return self.lower <= value <= self.upper


@dataclass(frozen=True)
class CheckValue:
    """A number that the law must reproduce, with where it comes from."""

    inputs: Mapping[str, float]
    value: float
    rtol: float
    source: str
    printed: bool


@dataclass(frozen=True)
class Uncertainty:
    """Standard errors or a covariance of coefficients, under their stored names."""

    names: tuple[str, ...]
    covariance: np.ndarray
    source: str


@dataclass(frozen=True)
class VariantFacts:
    """One set of coefficients of a law, with its receipts.

    ``formula`` is the law's own, or the variant's where that has another form.
    """

    name: str
    label: str
    status: str
    source: str
    paper: Paper
    form: Form
    domain: Mapping[str, Range]
    checks: tuple[CheckValue, ...]
    coefficients: Mapping[str, float]
    standard_errors: Mapping[str, float] = dataclasses.field(default_factory=dict)
    uncertainty: Uncertainty | None = None
    note: str = ""
    formula: str = ""


@dataclass(frozen=True)
class LawFacts:
    """A law with all its variants, as read from one file.

    ``parts`` are the inputs that are fractions of one whole: they sum to 1. ``symbols`` say
    how a coefficient is written in the formula where its name does not tell.
    """

    slug: str
    title: str
    answers: str
    field: str
    formula: str
    inputs: Mapping[str, Quantity]
    output: Quantity
    default: str
    variants: Mapping[str, VariantFacts]
    pitfalls: tuple[str, ...]
    path: Path
    parts: tuple[str, ...] = ()
    symbols: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def year(self) -> int:
        """Year of the default variant's paper."""
        return self.variants[self.default].paper.year
