"""What the explorer says: the result, the formula with its numbers, and every receipt."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence

from scalekit.cards import Card, Marker
from scalekit.laws.facts import COUNTS, Paper, Quantity, Range
from scalekit.laws.law import Law
from scalekit_widgets.models.explorer import ExplorerState
from scalekit_widgets.models.point import unit_beside
from scalekit_widgets.notation import is_written, quantity, short_quantity
from scalekit_widgets.parts.wording import chips, table, tile
from scalekit_widgets.typeset import mathml, symbol, with_values
from scalekit_widgets.views.bars import signed

STATUS_WORDS = {
    "paper": "Its coefficients are the authors' own, from the paper or its published code.",
    "computed": "Its coefficients are computed from the paper's data or formula.",
    "secondary": "Its coefficients are from another source than the paper.",
    "form only": "Only its form is published: sliders set what is not.",
}


def answer(state: ExplorerState) -> str:
    """Return the result in a sentence, and how far it can be trusted in a second."""
    facts = state.facts
    if state.refused:
        kept = " The numbers below keep the last one that it had."
        return (
            f'<p class="answer">{html.escape(_sentence(state.refused))}</p>'
            f'<p class="sure">{html.escape(facts.title)} has no value there.'
            f"{kept if math.isfinite(state.value) else ''}</p>"
        )
    at = _list([
        f"{name} = {quantity(value, unit_beside(name, facts.inputs[name]))}"
        for name, value in state.inputs.items()
        if not facts.inputs[name].coefficient
    ])  # fmt: skip
    sentence = (
        f"{html.escape(facts.title)}: <b>{html.escape(_value(state))}</b> at {html.escape(at)} "
        f"({html.escape(facts.output.meaning)})."
    )
    return f'<p class="answer">{sentence}</p><p class="sure">{html.escape(sure(state))}</p>'


def sure(state: ExplorerState) -> str:
    """Return where the inputs lie in the fitted range, and what the coefficients rest on."""
    law, variant = state.main, state.main.variant_facts
    known = {n: r for n, r in law.domain.items() if n in state.inputs}
    fitted = {n: r for n, r in known.items() if r.fitted}
    others = [n for n, given in state.facts.inputs.items()
              if n in state.inputs and n not in fitted and not given.coefficient]  # fmt: skip
    outside = _outside(state, fitted, "fitted")
    if not fitted:
        reach = "No fitted range is published."
    elif outside:
        reach = f"An extrapolation: {_list(outside)}."
    else:
        reach = "Inside the range that was fitted"
        reach += f"; for {_list(others)} none is published." if others else "."
    unusual = _outside(state, {n: known[n] for n in others if n in known}, "usual")
    if unusual:
        reach += f" {_sentence(_list(unusual))}"
    free = unpublished(law)
    if free and variant.status != "form only":
        verb = "is" if len(free) == 1 else "are"
        reach += f" {_list(free)} {verb} published nowhere and set by a slider."
    return f"{reach} {variant.label}. {STATUS_WORDS[variant.status]}"


def _outside(state: ExplorerState, ranges: Mapping[str, Range], kind: str) -> list[str]:
    """Return which inputs lie outside ranges, and on which side."""
    inputs, given = state.inputs, state.main.inputs
    return [
        f"{n} is {'above' if inputs[n] > r.upper else 'below'} the {kind} "
        f"{short_quantity(r.upper if inputs[n] > r.upper else r.lower, given[n].unit)}"
        for n, r in ranges.items()
        if inputs[n] not in r
    ]


def unpublished(law: Law) -> list[str]:
    """Return the coefficients that no source gives: sliders set them."""
    return [n for n, given in law.inputs.items() if given.coefficient and n not in law.coefficients]


def numbers(state: ExplorerState) -> str:
    """Return the headline numbers, and the formula with the values put in."""
    output, checks = state.facts.output, len(state.main.variant_facts.checks)
    failing = len(state.failing())
    slopes = {n: v for n, v in state.slopes[0].items() if abs(v) < float("inf")}
    strongest = max(slopes, key=lambda n: abs(slopes[n]), default="")
    tiles = [
        tile(_capital(output.meaning), _value(state),
             state.main.variant_facts.label if is_written(output.unit) or output.unit == "1"
             else output.unit),
        tile("Depends most on", strongest or "–",
             f"{signed(slopes[strongest])} for 1 % more" if strongest else ""),
        tile("Check values that come out", f"{checks - failing} of {checks}",
             "published or computed elsewhere" if checks else "none known"),
    ]  # fmt: skip
    return f'<div class="tiles">{"".join(tiles)}</div>{formula(state)}'


def formula(state: ExplorerState) -> str:
    """Return the formula as it is published, and with the present values put in."""
    law = state.main
    if state.refused:
        return mathml(law.variant_facts.formula)
    form, _ = law.bound(**state.inputs)
    symbols = state.facts.symbols
    values = {symbols.get(n, symbol(n)): float(v) for n, v in form.printed().items()}
    units = []
    for name, value in state.inputs.items():
        unit = form.unit_of(name)
        values[law.inputs[name].symbol] = value / unit
        if unit != 1.0 and not law.inputs[name].coefficient:
            units.append(f"{name} in units of {short_quantity(unit)} {law.inputs[name].unit}")
    latex = law.variant_facts.formula
    filled = with_values(latex, values)
    below = f'<p class="quiet">{html.escape(", ".join(units))}</p>' if units else ""
    return mathml(latex) + (mathml(f"= {filled}") if filled else "") + below


def legend(state: ExplorerState) -> str:
    """Return which colour is which law, and at which inputs the others stand."""
    first, *colours = state.colours()
    rows = [(first, state.main.variant_facts.label)]
    for colour, other in zip(colours, state.compared(), strict=True):
        own = {
            name: value
            for name, value in state.inputs_of(other).items()
            if name not in state.inputs or state.inputs[name] != value
        }
        given = ", ".join(
            f"{n} = {quantity(v, unit_beside(n, other.inputs[n]))}" for n, v in own.items()
        )
        name = other.variant_facts.label
        if other.slug != state.facts.slug:
            name = f"{other.facts.title}: {name}"
        rows.append((colour, f"{name} (at {given})" if given else name))
    shaded = state.main.domain.get(state.across)
    text = chips(rows) if len(rows) > 1 else ""
    if shaded is not None and shaded.fitted:
        text += (
            '<p class="quiet">Shaded: where the law was fitted. Dashed: extrapolation. '
            f"Fitted {html.escape(_range_text(shaded, state.facts.inputs[state.across]))}.</p>"
        )
    return text + _other_counts(state)


def _other_counts(state: ExplorerState) -> str:
    """Return which laws beside the chosen one count other parameters of a model."""
    told = []
    for other in state.compared():
        for name, given in other.inputs.items():
            mine = state.facts.inputs[name].counts if name in state.facts.inputs else ""
            if mine != given.counts and {mine, given.counts}.isdisjoint({"", "unstated"}):
                told.append(
                    f"{name} of {other.facts.title} counts {COUNTS[given.counts]}; here it counts "
                    f"{COUNTS[mine]}."
                )
    return f'<p class="quiet">{html.escape(" ".join(told))}</p>' if told else ""


def found(state: ExplorerState, matches: int) -> str:
    """Return how many laws, and published results without one, search and filters leave."""
    text = f"{matches} of {len(state.library())} laws"
    if not state.filter.search.strip():
        return text
    results = len(state.filter.results())
    return (
        f"{text}, {results} published {'result' if results == 1 else 'results'} without a law"
        + (": in the drawer below the figures" if results else "")
    )


def not_found(state: ExplorerState, matches: int) -> str:
    """Return what a list of the laws that were found calls the chosen one that was not."""
    return f"{state.title(state.facts)} (shown, not found)" if matches else "No law matches"


def inputs(state: ExplorerState) -> str:
    """Return all inputs with their meaning, value and ranges, and what N counts."""
    rows = []
    for name, given in state.facts.inputs.items():
        value = state.inputs.get(name)
        found = state.main.domain.get(name)
        rows.append((
            name, _meaning(name, given),
            "computed" if value is None else quantity(value, unit_beside(name, given)),
            "" if found is None else _range_text(found, given),
            "" if found is None else found.note,
        ))  # fmt: skip
    return table(("Input", "Meaning", "Now", "Range", "Note"), rows, phone=(1, 2, 3))


def coefficients(state: ExplorerState) -> str:
    """Return the coefficients with their errors and their source."""
    law, variant = state.main, state.main.variant_facts
    errors = variant.standard_errors
    rows = [
        (
            name,
            f"{value:.7g}".replace("-", "−"),
            f"± {short_quantity(errors[name])}" if name in errors else "",
        )
        for name, value in law.coefficients.items()
    ]
    free = [name for name, given in state.facts.inputs.items() if given.coefficient]
    text = f'<p class="quiet">{html.escape(variant.source)}. {_paper(variant.paper)}</p>'
    if variant.note:
        text += f'<p class="quiet">{html.escape(variant.note)}</p>'
    if free:
        text += f'<p class="quiet">Coefficients that the sliders set: {", ".join(free)}.</p>'
    return text + table(("Coefficient", "Value", "Standard error"), rows, numeric=(1, 2))


def checks(state: ExplorerState) -> str:
    """Return the check values, evaluated now."""
    law, unit = state.main, state.facts.output.unit
    failing = {id(check): value for check, value in state.failing()}
    rows = []
    for check in law.variant_facts.checks:
        at = _at(state, check.inputs)
        good = id(check) not in failing
        got = check.value if good else failing[id(check)]
        rows.append((
            "✓" if good else f"✗ {got:.6g}", at, quantity(check.value, unit), f"{check.rtol:.0e}",
            check.source,
        ))  # fmt: skip
    if not rows:
        return '<p class="quiet">No value is known to check this variant with.</p>'
    head = ("", "At", "Must be", "Tolerance", "Source")
    return table(head, rows, numeric=(2, 3))


def known_points(state: ExplorerState) -> dict[str, dict[str, float]]:
    """Return inputs at which the result is known, by what a list calls them."""
    unit, found = state.facts.output.unit, {}
    for check in state.main.variant_facts.checks:
        if not all(math.isfinite(v) for v in check.inputs.values()):
            continue
        found[f"{_at(state, check.inputs)}: {quantity(check.value, unit)}"] = dict(check.inputs)
    return found


def _at(state: ExplorerState, inputs: Mapping[str, float]) -> str:
    given = state.facts.inputs
    return ", ".join(f"{n} = {short_quantity(v, given[n].unit)}" for n, v in inputs.items())


def pitfalls(state: ExplorerState) -> str:
    """Return what a user of the law should know."""
    items = "".join(f"<li>{html.escape(p)}</li>" for p in state.facts.pitfalls)
    return f"<ul>{items}</ul>" if items else '<p class="quiet">Nothing is noted.</p>'


def cards(found: Sequence[Card], on_curves: Sequence[tuple[Card, Marker]]) -> str:
    """Return published results that have no law, those on the curves first."""
    drawn = [card for card, _ in on_curves]
    rows = [
        (_work(card), card.claim, f"{card.text} {card.unit}", card.baseline, card.condition,
         "on the curves" if card in drawn else "", card.source)
        for card in [*drawn, *(card for card in found if card not in drawn)]
    ]  # fmt: skip
    if not rows:
        return '<p class="quiet">No published result has all words of the search.</p>'
    reasons = "".join(
        f'<p class="quiet">{html.escape(f"{_work(c)}, {c.text} {c.unit}: {marker.reason}")}</p>'
        for c, marker in on_curves
    )
    head = ("Work", "Result", "Value", "Against", "Condition", "", "Source")
    return reasons + table(head, rows)


def code(state: ExplorerState) -> str:
    """Return the Python that gives this result."""
    chosen = [state.main, *state.compared()]
    files = {law.slug: law.facts.path.name for law in chosen if law.slug in state.own}
    lines = ["from scalekit import laws", ""]
    lines += [f'laws.load("{file}")  # your file' for file in files.values()]
    given = _arguments(state.inputs)
    value = (
        "refused" if state.refused else f"{short_quantity(state.value)} {state.facts.output.unit}"
    )
    lines += [
        f"law = {_get(state.main)}",
        f"law({given})  # {value}",
        f"law.in_domain({given})",
        f"law.elasticities({given})",
        *(f"{_get(other)}({_arguments(state.inputs_of(other))})" for other in chosen[1:]),
    ]
    return "\n".join(lines)


def _get(law: Law) -> str:
    return f'laws.get("{law.slug}", variant="{law.variant}")'


def _arguments(inputs: Mapping[str, float]) -> str:
    return ", ".join(f"{name}={value:.10g}" for name, value in inputs.items())


def other_unit(pinned: str, now: str) -> str:
    """Return why a pinned result is not compared."""
    return (
        f'<p class="quiet">The pinned law answers in {html.escape(pinned)}, this one in '
        f"{html.escape(now)}: they are not compared.</p>"
    )


def failing_checks(law: Law) -> str:
    """Return how many check values of a person's own law do not come out, or nothing."""
    found = law.failing_checks()
    if not found:
        return ""
    check, value = found[0]
    return (
        f"{len(found)} of its {len(law.variant_facts.checks)} check values do not come out: "
        f"{value:.6g} where {check.value:.6g} is expected. The law is shown all the same."
    )


def _meaning(name: str, given: Quantity) -> str:
    unit = unit_beside(name, given)
    unit = f" [{unit}]" if unit and unit not in given.meaning else ""
    counts = f"; count: {given.counts}" if given.counts not in given.meaning else ""
    return f"{given.meaning}{unit}{counts}"


def _range_text(found: Range, given: Quantity) -> str:
    low, high = (short_quantity(v, given.unit) for v in (found.lower, found.upper))
    unit = f" {given.unit}" if is_written(given.unit) else ""
    text = f"{low} to {high}{unit}"
    return text if found.fitted else f"{text} (not fitted)"


def _work(card: Card) -> str:
    return f"{card.title.split(':')[0]} {card.year}"


def _value(state: ExplorerState) -> str:
    known = math.isfinite(state.value)
    return quantity(state.value, state.facts.output.unit) if known else "–"


def _paper(paper: Paper) -> str:
    name = html.escape(f"{paper.authors} {paper.year}, {paper.title}")
    return f'<a href="{html.escape(paper.link)}">{name}</a>' if paper.link else name


def _list(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
