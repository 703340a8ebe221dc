"""Reads a law file (TOML) into facts; every error names the file, the key and the reason."""

from __future__ import annotations

import inspect
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import scalekit.laws.forms  # noqa: F401 - fills FORMS
from scalekit.checks import closest
from scalekit.laws.facts import (
    COUNTS,
    STATUSES,
    CheckValue,
    LawFacts,
    Paper,
    Quantity,
    Range,
    Uncertainty,
    VariantFacts,
    needed_inputs,
)
from scalekit.laws.form import FORMS, Form
from scalekit.laws.toml import LawFileError, Table
from scalekit.packaged import data_directory


def read_folder(name: str) -> dict[str, LawFacts]:
    """Read every law file in a folder of the packaged facts, by slug.

    Raises
    ------
    LawFileError
        If a file is wrong, or is not called after its law.
    """
    found: dict[str, LawFacts] = {}
    for path in sorted((data_directory() / name).glob("*.toml")):
        facts = read(path)
        if facts.slug != path.stem:
            raise LawFileError(f"{path.name}: slug: is {facts.slug!r}, must be the file's name")
        found[facts.slug] = facts
    return found


def read(path: str | Path) -> LawFacts:
    """Read and check one law file.

    Parameters
    ----------
    path : str or Path
        A TOML file in the layout that CONTRIBUTING.md explains.

    Raises
    ------
    LawFileError
        If the file is not TOML, a key is missing, unknown or of the wrong kind, or
        the coefficients do not fit the form.
    FileNotFoundError
        If there is no such file.
    """
    path = Path(path)
    return parse(path.read_bytes(), path)


def parse(content: bytes, path: Path) -> LawFacts:
    """Read and check the content of a law file; `path` is what errors call it."""
    try:
        tree = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawFileError(f"{path.name}: the file is not valid TOML: {error}") from None
    if not tree:
        raise LawFileError(f"{path.name}: the file says nothing")
    top = Table(path, "", tree)
    papers = {key: _paper(top.table("papers").table(key)) for key in top.take("papers", dict)}
    form_table = top.table("form")
    inputs = {key: _quantity(top.table("inputs").table(key)) for key in top.take("inputs", dict)}
    slug, default = top.take("slug", str), top.take("default", str)
    shared_domain = top.take("domain", dict, {})
    formula = top.take("formula", str)
    variants = {
        name: _variant(top.table("variants").table(name), name, form_table, papers, inputs,
                       Table(path, "domain", shared_domain), formula)
        for name in top.take("variants", dict)
    }  # fmt: skip
    if default not in variants:
        raise top.error("default", f"{default!r} is not a variant{closest(default, variants)}")
    facts = LawFacts(
        slug=slug,
        title=top.take("title", str),
        answers=top.take("answers", str),
        field=top.take("field", str),
        formula=formula,
        inputs=inputs,
        output=_quantity(top.table("output")),
        default=default,
        variants=variants,
        pitfalls=_texts(top, "pitfalls"),
        path=path,
        parts=_parts(top, inputs),
        symbols=_symbols(top, variants),
    )
    top.close()
    return facts


def _texts(table: Table, key: str) -> tuple[str, ...]:
    found = table.take(key, list, [])
    if not all(isinstance(text, str) and text.strip() for text in found):
        raise table.error(key, "must be a list of texts")
    return tuple(found)


def _parts(top: Table, inputs: Mapping[str, Quantity]) -> tuple[str, ...]:
    found = _texts(top, "parts")
    for name in found:
        if name not in inputs:
            raise top.error("parts", f"{name!r} is not an input{closest(name, inputs)}")
    return found


def _symbols(top: Table, variants: Mapping[str, VariantFacts]) -> dict[str, str]:
    table = top.table("symbols", {})
    known = {
        field.removeprefix("log_")
        for variant in variants.values()
        for field in variant.form.coefficient_fields()
    }
    for name in table.content:
        if name not in known:
            raise table.error(name, f"is not a coefficient{closest(name, sorted(known))}")
    return {name: table.take(name, str) for name in table.content}


def _paper(table: Table) -> Paper:
    paper = Paper(
        title=table.take("title", str),
        authors=table.take("authors", str),
        year=table.take("year", int),
        arxiv=table.take("arxiv", str, ""),
        url=table.take("url", str, ""),
    )
    table.close()
    return paper


def _quantity(table: Table) -> Quantity:
    slider = table.take("slider", list, [1.0, 10.0])
    if len(slider) != 2 or not all(isinstance(v, int | float) for v in slider):
        raise table.error("slider", f"must be [lowest, highest], is {slider!r}")
    monotone = table.take("monotone", str, "")
    if monotone not in ("", "increasing", "decreasing"):
        raise table.error("monotone", f"must be increasing or decreasing, is {monotone!r}")
    counts = table.take("counts", str, "")
    if counts and counts not in COUNTS:
        raise table.error("counts", f"is {counts!r}; allowed: {', '.join(COUNTS)}")
    quantity = Quantity(
        symbol=table.take("symbol", str),
        unit=table.take("unit", str),
        meaning=table.take("meaning", str),
        lower=table.take("lower", float, 0.0),
        upper=table.take("upper", float, math.inf),
        closed=table.take("closed", bool, False),
        infinite=table.take("infinite", bool, False),
        default=table.take("default", float, None),
        coefficient=table.take("coefficient", bool, False),
        optional=table.take("optional", bool, False),
        whole=table.take("whole", bool, False),
        slider=(float(slider[0]), float(slider[1])),
        monotone=monotone,
        counts=counts,
    )
    table.close()
    lower, default = quantity.lower, quantity.default
    if not lower < quantity.upper:
        raise table.error("lower", f"is {lower!r}; must be below upper, {quantity.upper!r}")
    if default is not None and not (
        lower < default <= quantity.upper or (quantity.closed and default == lower)
    ):
        raise table.error("default", f"is {default!r}, which a call with it would refuse")
    return quantity


def _variant(
    table: Table,
    name: str,
    form_table: Table,
    papers: Mapping[str, Paper],
    inputs: Mapping[str, Quantity],
    shared_domain: Table,
    formula: str,
) -> VariantFacts:
    if "form" in table.content:  # what a variant says replaces what the law says
        own = table.take("form", dict)
        shared = {} if "kind" in own else form_table.content
        form_table = Table(table.path, f"{table.key}.form", {**shared, **own})
    kind = form_table.take("kind", str)
    if kind not in FORMS:
        raise form_table.error("kind", f"no form is called {kind!r}{closest(kind, FORMS)}")
    settings = {k: v for k, v in form_table.content.items() if k != "kind"}
    coefficients = table.numbers("coefficients", {} if _coefficient_inputs(inputs) else ...)
    for name_, value in coefficients.items():
        if not math.isfinite(value):
            raise table.error(f"coefficients.{name_}", f"must be finite, is {value!r}")
    _check_settings(form_table, FORMS[kind], settings, inputs)
    try:
        form = FORMS[kind].from_printed(
            _with_defaults(coefficients, inputs), settings, _coefficient_inputs(inputs)
        )
    except ValueError as error:
        raise table.error("coefficients", str(error)) from None
    paper = table.take("paper", str)
    if paper not in papers:
        raise table.error("paper", f"{paper!r} is not under [papers]{closest(paper, papers)}")
    status = table.take("status", str)
    if status not in STATUSES:
        raise table.error("status", f"is {status!r}; allowed: {', '.join(STATUSES)}")
    domain_table = table.table("domain", {}) if "domain" in table.content else shared_domain
    standard_errors = table.numbers("standard_errors", {})
    facts = VariantFacts(
        name=name,
        label=table.take("label", str),
        status=status,
        source=table.take("source", str),
        paper=papers[paper],
        form=form,
        domain={key: _range(domain_table.table(key), key, inputs) for key in domain_table.content},
        checks=tuple(_check(row, inputs, form) for row in table.tables("checks")),
        coefficients=coefficients,
        standard_errors=standard_errors,
        uncertainty=_uncertainty(table, form, standard_errors),
        note=table.take("note", str, ""),
        formula=table.take("formula", str, formula),
    )
    table.close()
    return facts


def _check_settings(
    table: Table, form: type[Form], settings: Mapping[str, Any], inputs: Mapping[str, Quantity]
) -> None:
    """Refuse a form that cannot be called with the law's inputs."""
    unit, single = settings.get("unit", 1.0), settings.get("input", getattr(form, "input", None))
    if isinstance(unit, bool) or not isinstance(unit, int | float) or not 0 < unit < math.inf:
        raise table.error("unit", f"must be a number above 0, is {unit!r}")
    taken = {
        name: parameter
        for name, parameter in inspect.signature(form.__call__).parameters.items()
        if name != "self" and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }
    wanted = list(taken) or [single]
    for name, quantity in inputs.items():
        spare = name in taken and taken[name].default is not inspect.Parameter.empty
        if quantity.optional and not spare:
            reason = f"the form {form.kind!r} cannot do without it"
            raise LawFileError(f"{table.path.name}: inputs.{name}.optional: {reason}")
    plain = [field.removeprefix("log_") for field in form.coefficient_fields()]
    for name in _coefficient_inputs(inputs):
        if name not in plain:
            hint = closest(name, plain)
            reason = f"{name!r} is not a coefficient of the form {form.kind!r}{hint}"
            raise LawFileError(f"{table.path.name}: inputs.{name}.coefficient: {reason}")
    called = [name for name, quantity in inputs.items() if not quantity.coefficient]
    if set(called) != set(wanted):
        raise table.error(
            "kind",
            f"{form.kind!r} takes {', '.join(map(str, wanted))}; inputs: {', '.join(called)}",
        )


def _coefficient_inputs(inputs: Mapping[str, Quantity]) -> list[str]:
    return [name for name, quantity in inputs.items() if quantity.coefficient]


def _with_defaults(
    coefficients: Mapping[str, float], inputs: Mapping[str, Quantity]
) -> dict[str, float]:
    """Return the coefficients, with the default of a coefficient input where none is given."""
    defaults = {
        name: inputs[name].default
        for name in _coefficient_inputs(inputs)
        if f"log_{name}" not in coefficients
    }
    return {k: v for k, v in defaults.items() if v is not None} | dict(coefficients)


def _range(table: Table, name: str, inputs: Mapping[str, Quantity]) -> Range:
    if name not in inputs:
        raise table.error("", f"{name!r} is not an input{closest(name, inputs)}")
    found = Range(
        lower=table.take("lower", float),
        upper=table.take("upper", float),
        note=table.take("note", str, ""),
        fitted=table.take("fitted", bool, True),
    )
    table.close()
    if not found.lower < found.upper:
        raise table.error("lower", f"{found.lower!r} must be below upper, {found.upper!r}")
    return found


def _check(table: Table, inputs: Mapping[str, Quantity], form: Form) -> CheckValue:
    given = table.numbers("inputs")
    for key in given:
        if key not in inputs:
            raise table.error("inputs", f"{key!r} is not an input{closest(key, inputs)}")
    for key in needed_inputs(inputs, form):
        if key not in given:
            raise table.error("inputs", f"{key!r} is missing")
    found = CheckValue(
        inputs=given,
        value=table.take("value", float),
        rtol=table.take("rtol", float, 1e-6),
        source=table.take("source", str),
        printed=table.take("printed", bool, False),
    )
    table.close()
    return found


def _uncertainty(
    table: Table, form: Form, standard_errors: Mapping[str, float]
) -> Uncertainty | None:
    plain = [field.removeprefix("log_") for field in form.coefficient_fields()]
    for name in standard_errors:
        if name not in plain:
            raise table.error(
                "standard_errors", f"{name!r} is not a coefficient{closest(name, plain)}"
            )
        if not 0 <= standard_errors[name] < math.inf:
            raise table.error(
                f"standard_errors.{name}", f"is {standard_errors[name]!r}, not from 0"
            )
    if "covariance" not in table.content:
        return None
    block = table.table("covariance")
    names = tuple(block.take("names", list))
    for name in names:
        if name not in form.coefficient_fields():
            hint = closest(name, form.coefficient_fields())
            raise block.error("names", f"{name!r} is not a stored coefficient{hint}")
    try:
        matrix = np.array(block.take("matrix", list), dtype=np.float64)
    except ValueError:
        raise block.error("matrix", "must be rows of numbers of one length") from None
    if not np.all(np.isfinite(matrix)):
        raise block.error("matrix", "must be finite")
    tolerance = 1e-9 * np.abs(matrix).max(initial=0.0)
    if matrix.shape != (len(names), len(names)) or np.abs(matrix - matrix.T).max() > tolerance:
        raise block.error("matrix", f"must be symmetric, {len(names)} by {len(names)}")
    if np.linalg.eigvalsh(matrix).min() < -1e-12 * np.abs(matrix).max():
        raise block.error("matrix", "must be positive semi-definite")
    found = Uncertainty(names=names, covariance=matrix, source=block.take("source", str))
    block.close()
    return found
