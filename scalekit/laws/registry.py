"""The one registry of laws: packaged files first, files of the user beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scalekit.checks import choice
from scalekit.laws.facts import LawFacts
from scalekit.laws.law import Law
from scalekit.laws.schema import parse as parse_content
from scalekit.laws.schema import read, read_folder
from scalekit.laws.toml import LawFileError

_loaded: dict[str, LawFacts] = {}


@cache
def _packaged() -> dict[str, LawFacts]:
    return read_folder("laws")


def library() -> dict[str, LawFacts]:
    """Return the facts of all laws by slug, those that were loaded last."""
    return {**_packaged(), **_loaded}


def names(field: str | None = None) -> list[str]:
    """Return the slugs of all laws, or of those of one field."""
    found = library()
    if field is not None:
        choice("field", field, sorted({f.field for f in found.values()}))
    return [slug for slug, f in found.items() if field is None or f.field == field]


def facts(slug: str) -> LawFacts:
    """Return everything known about a law.

    Raises
    ------
    ValueError
        For an unknown slug, with the nearest match.
    """
    found = library()
    return found[choice("law", slug, found)]


def get(slug: str, variant: str | None = None) -> Law:
    """Return a law, ready to be called.

    Parameters
    ----------
    slug : str
        Name of the law; `names` lists them.
    variant : str, optional
        Which coefficients; the law's default if left out.

    Raises
    ------
    ValueError
        For an unknown slug or variant, with the nearest match.

    Examples
    --------
    >>> from scalekit import laws
    >>> round(laws.get("chinchilla-loss", variant="besiroglu")(N=70e9, D=1.4e12), 6)
    1.973405
    """
    found = _by_default(facts(slug))
    return found if variant is None else found.with_variant(variant)


def _by_default(found: LawFacts) -> Law:
    return Law(found, found.default, found.variants[found.default].form)


def load(path: str | Path) -> Law:
    """Read a law file of one's own; from then on it behaves as a built-in law.

    Loading a file again, after an edit, replaces what it held.

    Parameters
    ----------
    path : str or Path
        A TOML file as CONTRIBUTING.md explains.

    Returns
    -------
    Law
        The law with its default variant; ``get(slug, variant)`` gives the others.

    Raises
    ------
    LawFileError
        If the file is wrong (file, key and reason), or its slug is a built-in one.
    """
    found = _of_ones_own(read(path))
    _loaded[found.slug] = found
    return get(found.slug)


def _of_ones_own(found: LawFacts) -> LawFacts:
    if found.slug in _packaged():
        raise LawFileError(
            f"{found.path.name}: slug: {found.slug!r} is a built-in law; choose another name"
        )
    return found


def parse(content: bytes, name: str) -> Law:
    """Read the content of a law file without registering it, for uploads.

    Parameters
    ----------
    content : bytes
        The TOML text.
    name : str
        What errors call the file.

    Raises
    ------
    LawFileError
        If the content is wrong (file, key and reason), or its slug is a built-in one.
    """
    return _by_default(_of_ones_own(parse_content(content, Path(name))))


def unload(slug: str) -> None:
    """Forget a law that `load` brought in."""
    del _loaded[choice("loaded law", slug, _loaded)]
