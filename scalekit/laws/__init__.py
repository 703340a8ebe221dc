"""Published scaling laws: formulas in code, facts in ``data/laws``, one registry."""

from scalekit.laws import table
from scalekit.laws.facts import LawFacts, Paper, Quantity, Range, VariantFacts
from scalekit.laws.law import Law
from scalekit.laws.registry import facts, get, library, load, names, parse, unload
from scalekit.laws.toml import LawFileError

__all__ = [
    "Law",
    "LawFacts",
    "LawFileError",
    "Paper",
    "Quantity",
    "Range",
    "VariantFacts",
    "facts",
    "get",
    "library",
    "load",
    "names",
    "parse",
    "table",
    "unload",
]
