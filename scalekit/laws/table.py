"""The table of all laws: what each answers, from where, for which inputs, and how well checked.

Rows come from the registry, so that laws of one's own are in it; Markdown and HTML are two
ways to write the same rows.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scalekit.laws.facts import Range, VariantFacts
from scalekit.laws.registry import facts, get, names

FIELDS = ("training", "data", "architecture", "precision", "vocabulary", "downstream")
"""Fields of research in the order of tables, what most people look for first."""
COLUMNS = ("Law", "Answers", "Source", "Inputs", "Range of the default variant", "Status", "Checks")


@dataclass(frozen=True)
class InputRow:
    """An input of a law, and where the law's default variant was fitted in it.

    ``span`` is empty where nothing is known; ``fitted`` is false for a mere slider range.
    """

    name: str
    unit: str
    span: str
    fitted: bool


@dataclass(frozen=True)
class LawRow:
    """One law in the table.

    Attributes
    ----------
    slug, answers, field
        As in `LawFacts`.
    sources : tuple of (str, str)
        Caption and link of every paper behind a variant, that of the default first.
    inputs : tuple of InputRow
        What a call takes.
    statuses : tuple of str
        Of all variants, that of the default first.
    variants : int
        How many sets of coefficients there are.
    passed, checks : int
        Check values that come out, and all there are.
    """

    slug: str
    answers: str
    field: str
    sources: tuple[tuple[str, str], ...]
    inputs: tuple[InputRow, ...]
    statuses: tuple[str, ...]
    variants: int
    passed: int
    checks: int


def rows(slugs: Iterable[str] | None = None) -> list[LawRow]:
    """Return the rows of some laws, or of all; every check value is computed anew.

    Parameters
    ----------
    slugs : iterable of str, optional
        Names of laws.

    Raises
    ------
    ValueError
        For an unknown law, with the nearest match.
    """
    return [_row(slug) for slug in (names() if slugs is None else slugs)]


def summary(table: Sequence[LawRow]) -> str:
    """Return how many laws, variants and check values there are, in one sentence."""
    variants = sum(row.variants for row in table)
    passed, checks = sum(row.passed for row in table), sum(row.checks for row in table)
    return (
        f"{_count(len(table), 'law')}, {_count(variants, 'variant')}; "
        f"{passed} of {_count(checks, 'check value')} come out"
    )


def markdown(table: Sequence[LawRow]) -> str:
    """Return rows as Markdown, one table a field of research."""
    parts = []
    for field, chosen in _fields(table):
        parts += [f"## {field}\n", f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
        for row in chosen:
            sources = "; ".join(f"[{_cell(name)}]({link})" for name, link in row.sources)
            inputs, spans = _inputs(row)
            lines = ("<br>".join(map(_cell, texts)) for texts in (inputs, spans))
            statuses = ", ".join(row.statuses)
            cells = (f"`{row.slug}`", _cell(row.answers), sources, *lines, statuses, _checks(row))
            parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def as_html(table: Sequence[LawRow], address: str = "") -> str:
    """Return rows as HTML without style, one table a field of research.

    Parameters
    ----------
    table : sequence of LawRow
        The rows.
    address : str, optional
        Where a law can be opened, its slug being appended; laws are no links without it.
    """
    parts = []
    for field, chosen in _fields(table):
        head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
        parts += [f"<h2>{html.escape(field)}</h2>", f"<table><thead><tr>{head}</tr></thead><tbody>"]
        for row in chosen:
            sources = "; ".join(
                f'<a href="{html.escape(link)}">{html.escape(name)}</a>'
                for name, link in row.sources
            )
            statuses = html.escape(", ".join(row.statuses))
            name = f"<code>{html.escape(row.slug)}</code>"
            if address:
                name = f'<a href="{html.escape(address + row.slug)}">{name}</a>'
            # A line for each input: it and its range stay side by side, however long one is.
            lines = [
                f"<td>{html.escape(caption)}</td><td>{html.escape(span)}</td>"
                for caption, span in zip(*_inputs(row), strict=True)
            ]
            over = f' rowspan="{len(lines)}"' if len(lines) > 1 else ""
            before = f'<th scope="row"{over}>{name}</th>' + "".join(
                f"<td{over}>{cell}</td>" for cell in (html.escape(row.answers), sources)
            )
            after = f"<td{over}>{statuses}</td><td{over}>{_checks(row)}</td>"
            parts.append(f"<tr>{before}{lines[0]}{after}</tr>")
            parts += [f'<tr class="more">{line}</tr>' for line in lines[1:]]
        parts.append("</tbody></table>")
    return "\n".join(parts) + "\n"


def page(table: Sequence[LawRow]) -> str:
    """Return rows as a page of Markdown with the counts; that of all laws is ``docs/laws.md``."""
    return (
        "# Laws\n\n"
        "Written by `scalekit laws --table markdown` from the law files; do not edit it.\n\n"
        f"{summary(table)}. `scalekit laws <law>` prints everything that is known of one. "
        "A range marked * is that of a slider: no fitted range is printed.\n\n"
        f"{markdown(table)}"
    )


def _row(slug: str) -> LawRow:
    law = facts(slug)
    default = law.variants[law.default]
    ordered = (default, *(v for name, v in law.variants.items() if name != law.default))
    checks = sum(len(variant.checks) for variant in ordered)
    failing = sum(len(get(slug, name).failing_checks()) for name in law.variants)
    return LawRow(
        slug=slug,
        answers=law.answers,
        field=law.field,
        sources=tuple(dict.fromkeys((v.paper.short, v.paper.link) for v in ordered)),
        inputs=tuple(
            InputRow(name, quantity.unit, *_span(default, name))
            for name, quantity in law.inputs.items()
        ),
        statuses=tuple(dict.fromkeys(variant.status for variant in ordered)),
        variants=len(law.variants),
        passed=checks - failing,
        checks=checks,
    )


def _span(variant: VariantFacts, name: str) -> tuple[str, bool]:
    found: Range | None = variant.domain.get(name)
    if found is None:
        return "", False
    return f"{_number(found.lower)} to {_number(found.upper)}", found.fitted


def _number(value: float) -> str:
    """Return a number in a few characters: 1.62e10, not 1.62e+10."""
    text = f"{value:.4g}"
    if "e" not in text:
        return text
    digits, power = text.split("e")
    return f"{digits}e{int(power)}"


def _inputs(row: LawRow) -> tuple[list[str], list[str]]:
    captions = [f"{one.name} [{one.unit}]" for one in row.inputs]
    spans = [one.span + ("" if one.fitted or not one.span else "*") for one in row.inputs]
    return captions, spans


def _checks(row: LawRow) -> str:
    return f"{row.passed} of {row.checks}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _count(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")


def _fields(table: Sequence[LawRow]) -> list[tuple[str, list[LawRow]]]:
    """Return the rows of each field, those in `FIELDS` first."""
    found: dict[str, list[LawRow]] = {field: [] for field in FIELDS}
    for row in table:
        found.setdefault(row.field, []).append(row)
    return [(field.capitalize(), chosen) for field, chosen in found.items() if chosen]
