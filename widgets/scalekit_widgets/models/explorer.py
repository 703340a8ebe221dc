"""State of the law explorer: a law, its inputs, and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import param

from scalekit import laws
from scalekit.cards import Card, Marker, on_law
from scalekit.checks import choice
from scalekit.laws.facts import CheckValue, LawFacts, VariantFacts
from scalekit.laws.law import Law
from scalekit_widgets.models import catalogue, choices, savings
from scalekit_widgets.models import explorer_compute as maths
from scalekit_widgets.models.catalogue import Filter
from scalekit_widgets.models.point import Point, law_that_answers, start_values
from scalekit_widgets.models.state import State

NONE = ""
"""No input: no family of curves, no map."""
AXES = ("across", "family", "down")
MOST = 7
"""Laws that can be laid beside one: more colours cannot be told apart."""


class ExplorerState(State):
    """What the explorer knows; set it from code as from its sliders.

    The inputs of the law are set like any parameter, ``state.set({"N": 1e9})``, and read from
    ``state.point``. Every law keeps the values it was left with.
    """

    law = param.String("chinchilla-loss", label="Law")
    variant = param.String("", label="Variant")
    across = param.String("", label="Along the horizontal axis")
    family = param.String("", label="One curve for each")
    down = param.String("", label="Up the vertical axis of the map")
    compare = param.List([], label="Compare with")
    savings = param.Boolean(False, label="Mark published savings of training compute")

    shared = ("law", "variant", "across", "family", "down", "compare", "savings")

    def __init__(self, **params: Any) -> None:
        self.own: dict[str, LawFacts] = {}
        self.filter = Filter()
        self._left: dict[str, tuple[Law, dict[str, Any]]] = {}
        self._coming: tuple[dict[str, Any], dict[str, str]] = ({}, {})
        self.point = Point.at(laws.get(self.param["law"].default))
        self.point.subscribe(self._moved)
        self._failing: tuple[Any, list[tuple[CheckValue, float]]] = (None, [])
        self._started: dict[str, str] = {}
        self._followed: tuple[Any, ...] = ()
        self.refused = ""
        self.value = np.nan
        self.slopes: tuple[dict[str, float], dict[str, float]] = ({}, {})
        self._answered: VariantFacts | None = None
        super().__init__()
        if params:
            self.set(params)

    # What there is --------------------------------------------------------------------

    def library(self) -> dict[str, LawFacts]:
        """Return all laws by slug, a person's own among them."""
        return catalogue.everything(self.own)

    def matches(self) -> list[LawFacts]:
        """Return the laws that search and filters leave, by title."""
        return self.filter.chosen(self.library().values())

    @property
    def facts(self) -> LawFacts:
        """Facts of the chosen law."""
        return self.main.facts

    @property
    def main(self) -> Law:
        """The chosen law with its variant's coefficients."""
        return self.point.law

    @property
    def inputs(self) -> dict[str, float]:
        """Inputs of the law as they are called with."""
        return self.point.inputs()

    def axes(self) -> list[str]:
        """Return the inputs that an axis can show: those that the law is called with."""
        return list(self.inputs)

    def other_variants(self) -> dict[str, str]:
        """Return (key, label) of the other variants of the law."""
        slug = self.facts.slug
        return {
            f"{slug}/{name}": variant.label
            for name, variant in self.facts.variants.items()
            if name != self.main.variant
        }

    def other_laws(self) -> dict[str, str]:
        """Return (key, title) of the other laws that answer in the same unit.

        With their default coefficients; others that a link or code compares come after them.
        """
        found = {
            f"{slug}/{facts.default}": self.title(facts)
            for slug, facts in self.library().items()
            if slug != self.facts.slug and facts.output.unit == self.facts.output.unit
        }
        for law in self.compared():
            if law.slug != self.facts.slug:
                label = f"{self.title(law.facts)}: {law.variant_facts.label}"
                found.setdefault(f"{law.slug}/{law.variant}", label)
        return found

    def title(self, facts: LawFacts) -> str:
        """Return what lists call a law; a person's own may have the title of another."""
        own = facts.slug in self.own
        return f"{facts.title} ({facts.slug}, yours)" if own else facts.title

    def compared(self) -> list[Law]:
        """Return the laws that are laid beside the chosen one."""
        return [self._law_of(key) for key in self.compare]

    def colours(self) -> list[str]:
        """Return the colour of the chosen law, and of each that is laid beside it."""
        return choices.colours([self.main, *self.compared()])

    def cards(self) -> list[tuple[Card, Marker]]:
        """Return the published results that lie on curves of the chosen law, and where."""
        found = [] if self.facts.slug in self.own else on_law(self.facts.slug)
        laid = [(card, card.marker) for card in found if card.marker is not None]
        if self.savings and savings.fit_on(self.main) and np.isfinite(self.value):
            laid += savings.laid_on(self.main, self.inputs, self.value)
        return laid

    def inputs_of(self, other: Law) -> dict[str, float]:
        """Return what a law is called with beside the chosen one.

        Inputs of the same name and unit stand where the chosen law's stand; coefficients are
        the law's own, and all else is where its own sliders start.
        """
        mine, found = self.inputs, start_values(other)
        whole = other.facts.parts == self.facts.parts  # else its fractions would not sum to 1
        for name, quantity in other.inputs.items():
            same = name in mine and self.facts.inputs[name].unit == quantity.unit
            if quantity.coefficient and name in other.coefficients:
                del found[name]
            elif same and (whole or name not in other.facts.parts):
                found[name] = mine[name]
            elif quantity.optional:
                del found[name]
        return found

    def _law_of(self, key: str) -> Law:
        slug, _, variant = key.partition("/")
        return catalogue.law_of(self.library(), slug, variant)

    def failing(self) -> list[tuple[CheckValue, float]]:
        """Return the check values of the variant that do not come out, each with what does."""
        law = self.main
        if self._failing[0] is not law.variant_facts:
            self._failing = (law.variant_facts, law.failing_checks())
        return self._failing[1]

    # Setting ---------------------------------------------------------------------------

    def set(self, values: Mapping[str, Any]) -> None:
        """See `State.set`; inputs of the law are set in the same way."""
        rest = dict(values)
        library = self.library()
        slug = choice("law", rest.pop("law", self.law), library)
        facts = library[slug]
        before = self.variant if slug == self.law else facts.default
        variant = choice("variant", rest.pop("variant", before), facts.variants)
        law = catalogue.law_of(library, slug, variant)
        trial = Point.at(law, **self._kept(law))
        trial.set({name: rest.pop(name) for name in trial.shared if name in rest})
        for name in rest:
            choice("parameter", name, (*self.shared, *facts.inputs))
        checked = {name: self._checked_for(law, name, value) for name, value in rest.items()}
        axes = {n: checked[n] for n in AXES if n in checked}
        self._coming = {n: getattr(trial, n) for n in trial.shared}, axes
        with self.together():
            self.param.update(law=slug, variant=variant, **checked)

    def checked(self, name: str, value: Any, called: str = "") -> Any:
        """See `State.checked`."""
        if name == "law":
            return choice(called or name, value, self.library())
        if name == "variant":
            return choice(called or name, value, self.facts.variants)
        if name in self.point.shared:
            return self.point.checked(name, value, called)
        return self._checked_for(self.main, name, value)

    def _checked_for(self, law: Law, name: str, value: Any) -> Any:
        if name == "compare":
            items = value.split(",") if isinstance(value, str) else list(value)
            keys = [self._checked_key(law, item) for item in items if item]
            if len(keys) > MOST:
                raise ValueError(f"compare has {len(keys)} laws; allowed: up to {MOST}")
            return list(dict.fromkeys(keys))
        if name == "savings":
            return super().checked(name, value)
        if value == NONE and name in ("family", "down"):
            return NONE
        return choice(choice("parameter", name, self.shared), value, law.inputs)

    def _checked_key(self, law: Law, key: str) -> str:
        slug, _, variant = str(key).partition("/")
        facts = self.library()[choice("law to compare", slug, self.library())]
        variant = choice("variant to compare", variant or facts.default, facts.variants)
        if facts.output.unit != law.output.unit:
            raise ValueError(
                f"law to compare is {slug!r}, which answers in {facts.output.unit}; "
                f"allowed: laws that answer in {law.output.unit}"
            )
        return f"{slug}/{variant}"

    def scenario(self) -> dict[str, Any]:
        """See `State.scenario`; with the inputs."""
        return super().scenario() | {name: getattr(self.point, name) for name in
                                     self.point.shared}  # fmt: skip

    def query(self) -> dict[str, str]:
        """See `State.query`; what is as this law starts is left out."""
        found = {"law": self.law} if self.law != self.param["law"].default else {}
        if self.variant != self.facts.default:
            found["variant"] = self.variant
        start = self._start_axes()
        found |= {n: getattr(self, n) for n in start if getattr(self, n) != start[n]}
        if self.compare:
            found["compare"] = ",".join(self.compare)
        if self.savings:
            found["savings"] = "true"
        return found | self.point.query()

    def load_query(self, query: Mapping[str, str], others: Iterable[str] = ()) -> list[str]:
        """See `State.load_query`; the law first, for the rest is about it."""
        messages: list[str] = []
        with self.together():
            for names in (("law",), ("variant",)):
                self._load(query, names, messages)
            known = (*self.shared, *self.point.shared)
            self._load(query, known[2:], messages)
        return messages + self.unknown(query, [*known, *others])

    def _load(self, query: Mapping[str, str], names: Iterable[str], messages: list[str]) -> None:
        good: dict[str, Any] = {}
        for name in names:
            if name not in query:
                continue
            items = query[name].split(",") if name == "compare" else [query[name]]
            for item in items:
                value = [*good.get(name, []), item] if name == "compare" else item
                try:
                    good[name] = self.checked(name, value)
                except ValueError as error:
                    message = f"In the link, {error}. Left out."
                    messages += [message] if message not in messages else []
        self.set(good)
        self._follow_law()

    def missing_from_link(self) -> str:
        """See `State.missing_from_link`."""
        slugs = {key.partition("/")[0] for key in (self.law, *self.compare)}
        missing = sorted(self.own[slug].path.name for slug in slugs if slug in self.own)
        if not missing:
            return ""
        return f"Whoever opens the link needs your file as well: {', '.join(missing)}."

    # What follows -----------------------------------------------------------------------

    def compute(self) -> None:
        """Evaluate the law; where it refuses the inputs, say why and keep the last answer."""
        if self._coming[0] or self.asked() != self._followed:  # a slider move changes neither
            self._follow_law()
        try:
            with np.errstate(all="ignore"):
                value = self.main(**self.inputs)
            self.refused = "" if np.isfinite(value) else "The law has no finite value here."
        except ValueError as error:
            self.refused = str(error).removeprefix(f"{self.facts.slug}: ")
        if not self.refused:
            self.value = float(value)
            self.slopes = maths.elasticities(self.main, self.inputs)
            self._answered = self.main.variant_facts
        elif self._answered is not self.main.variant_facts:  # the last answer is another law's
            self.value, self.slopes = np.nan, ({}, {})

    def _follow_law(self) -> None:
        """Bring the inputs in line with the law, and the axes and comparisons with its inputs."""
        library = self.library()
        facts = library[choice("law", self.law, library)]
        variant = self.variant if self.variant in facts.variants else facts.default
        point, (values, axes) = self.point, self._coming
        self._coming = ({}, {})
        new = not self.variant or point.law.facts is not facts
        if point.law.facts is not facts or point.law.variant != variant:
            law = catalogue.law_of(library, facts.slug, variant)
            values = values or self._kept(law)
            self._left[point.law.slug] = (point.law, {n: getattr(point, n) for n in point.shared})
            self.point = Point.at(law, **values)
            self.point.subscribe(self._moved)
        elif values:
            with self._following(), point.together():
                point.param.update(**values)
        start = self._start_axes()
        asked = {**start, **axes}
        if not new:  # what is as the law started stays so when an input is given or left out
            now, before = {n: getattr(self, n) for n in AXES}, self._started
            asked = {n: start[n] if now[n] == before[n] else now[n] for n in AXES}
        self._started = start
        fitting = {n: v if v in self._allowed_axes(n) else start[n] for n, v in asked.items()}
        if fitting["down"] == fitting["across"]:  # a map needs two
            others = [n for n in self.axes() if n != fitting["across"]]
            fitting["down"] = next(iter(others), NONE)
        keys = self._comparable()
        self.param.update(
            variant=variant, compare=[key for key in self.compare if key in keys], **fitting
        )
        self._followed = self.asked()

    def asked(self) -> tuple[Any, ...]:
        """Return all that is asked but the values of the inputs."""
        return (*(getattr(self, name) for name in self.shared), tuple(self.point.given))

    @contextmanager
    def _following(self) -> Iterator[None]:
        """Let the inputs change without asking for another answer: one is under way."""
        quiet, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = quiet

    def _kept(self, law: Law) -> dict[str, Any]:
        """Return where the sliders of a law were left; coefficients, if the variant is the same.

        A file that is loaded anew is another law.
        """
        was, left = self._left.get(law.slug, (law, {}))
        if self.point.law.slug == law.slug:
            was, left = self.point.law, {n: getattr(self.point, n) for n in self.point.shared}
        if was.facts is not law.facts:
            return {}
        same = was.variant == law.variant
        return {
            name: value
            for name, value in left.items()
            if name == "given"
            or (name in law.inputs and (same or not law.inputs[name].coefficient))
        }

    def _moved(self) -> None:
        if not self._quiet:
            self._changed()

    def _allowed_axes(self, name: str) -> list[str]:
        return self.axes() if name == "across" else [*self.axes(), NONE]

    def _comparable(self) -> frozenset[str]:
        """Return keys of all that answers in the unit of the chosen law, but for itself."""
        main = self.main
        return frozenset(
            f"{slug}/{variant}"
            for slug, facts in self.library().items()
            if facts.output.unit == main.output.unit
            for variant in facts.variants
            if (slug, variant) != (main.slug, main.variant)
        )

    def _start_axes(self) -> dict[str, str]:
        """Return the axes a law starts with: its first inputs, not its coefficients."""
        plain = [n for n in self.axes() if not self.facts.inputs[n].coefficient]
        names = plain + [n for n in self.axes() if n not in plain]
        second = names[1] if len(names) > 1 else NONE
        return {"across": names[0], "family": plain[1] if len(plain) > 1 else NONE, "down": second}

    def load_law(self, content: bytes, name: str) -> Law:
        """Take a person's own law file and show it.

        Returns
        -------
        Law
            The law, with its default variant.

        Raises
        ------
        ValueError
            As `law_that_answers`; the state stays as it was.
        """
        law = law_that_answers(content, name)
        self.own = {**self.own, law.slug: law.facts}
        self.set({"law": law.slug, "variant": law.variant})
        return law
