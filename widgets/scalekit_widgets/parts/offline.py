"""Puts Panel's style sheets into a notebook widget: outside a server they would come from a CDN."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bokeh.model import Model
from bokeh.models import ImportedStyleSheet, InlineStyleSheet
from panel.io.resources import CDN_DIST, DIST_DIR


def inline_stylesheets(root: Model) -> None:
    """Replace every style sheet of `root` that has an address by the installed file's text.

    Parameters
    ----------
    root : bokeh Model
        The model that a Panel object has built, before it is shown.

    Raises
    ------
    FileNotFoundError
        If the installed Panel lacks a style sheet that it refers to.
    """
    found: dict[str, InlineStyleSheet] = {}
    for model in list(root.references()):
        sheets = getattr(model, "stylesheets", None)
        if sheets and any(isinstance(sheet, ImportedStyleSheet) for sheet in sheets):
            model.stylesheets = [
                _inlined(sheet, found) if isinstance(sheet, ImportedStyleSheet) else sheet
                for sheet in sheets
            ]


def _inlined(sheet: ImportedStyleSheet, found: dict[str, InlineStyleSheet]) -> InlineStyleSheet:
    url = str(sheet.url)
    if url not in found:
        path = Path(DIST_DIR) / urlsplit(url.removeprefix(CDN_DIST)).path
        found[url] = InlineStyleSheet(css=path.read_text(encoding="utf-8"))
    return found[url]
