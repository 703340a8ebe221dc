"""Small pieces of HTML that several apps write the same way."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence


def tile(name: str, value: str, below: str = "") -> str:
    """Return a headline number with its name and range."""
    return (
        f'<div class="tile"><div class="name">{html.escape(name)}</div>'
        f'<div class="value">{html.escape(value)}</div>'
        f'<div class="range">{html.escape(below)}</div></div>'
    )


_WITH_UNIT = re.compile(
    r"\$?\d[\d,.]* (?:× 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+(?: FLOP)?|%|[kMBT]\b|[µm]?s\b|[kMGT]B\b)"
)


def unbroken(text: str) -> str:
    """Return a text of HTML in which no line ends between a number and its unit."""
    return _WITH_UNIT.sub(lambda found: f'<span class="whole">{found[0]}</span>', text)


def chips(rows: Iterable[tuple[str, str]]) -> str:
    """Return a legend: (colour, text) pairs."""
    items = "".join(
        f'<span class="chip"><span class="dot" style="background:{colour}"></span>'
        f"{html.escape(text)}</span>"
        for colour, text in rows
    )
    return f'<div class="chips">{items}</div>'


def strokes(rows: Iterable[tuple[float, str, str]]) -> str:
    """Return the key of lines in the colour of text: (width, dashes as of SVG, text)."""
    items = "".join(
        f'<span class="chip"><svg width="24" height="10" aria-hidden="true"><line x1="0" y1="5" '
        f'x2="24" y2="5" stroke="currentColor" stroke-width="{width}" stroke-dasharray="{dashes}"/>'
        f"</svg>{html.escape(text)}</span>"
        for width, dashes, text in rows
    )
    return f'<div class="chips">{items}</div>'


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    numeric: Sequence[int] = (),
    phone: Sequence[int] = (),
) -> str:
    """Return a table; columns in `numeric` are right-aligned.

    With `phone`, a narrow screen shows these columns alone, between the first and the last, which
    have lines of their own.
    """
    hidden = set(range(1, len(head) - 1)) - set(phone) if phone else set()

    def cell(tag: str, i: int, text: str) -> str:
        kinds = " ".join(["n"] * (i in numeric) + ["wide"] * (i in hidden))
        kind = f' class="{kinds}"' if kinds else ""
        return f"<{tag}{kind}>{html.escape(text)}</{tag}>"

    top = "".join(cell("th", i, t) for i, t in enumerate(head))
    body = "".join(
        "<tr>" + "".join(cell("td", i, t) for i, t in enumerate(row)) + "</tr>" for row in rows
    )
    kind = f' class="folds" style="--columns: {len(phone)}"' if phone else ""
    inner = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table{kind}>{inner}</table></div>'


def navigation(links: Mapping[str, str]) -> str:
    """Return links to other pages in one quiet line; nothing if there are none."""
    items = "".join(
        f'<a href="{html.escape(address)}">{html.escape(name)}</a>'
        for name, address in links.items()
    )
    return f'<nav aria-label="Pages">{items}</nav>' if items else ""


def notice(messages: Sequence[str]) -> str:
    """Return what could not be used, one line each."""
    if not messages:
        return ""
    lines = "".join(f"<div>{html.escape(m)}</div>" for m in messages)
    return f'<div class="notice" role="alert">{lines}</div>'
