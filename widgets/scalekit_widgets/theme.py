"""The one visual language of all apps: colours, type, spacing, in light and dark.

Colours and sizes are CSS custom properties on the root of an app. They reach every
widget through the shadow DOM, so changing the theme is changing one class. Bokeh draws
on canvases, which CSS does not reach: `Palette` holds the same colours for figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Palette:
    """Colours of figures in one theme."""

    paper: str
    raised: str
    ink: str
    quiet: str
    line: str
    grid: str
    accent: str
    shade: str
    ramp: tuple[str, ...]


LIGHT = Palette(
    paper="#ffffff",
    raised="#f5f7f9",
    ink="#1b232b",
    quiet="#56626d",
    line="#c6ced6",
    grid="#e9edf0",
    accent="#0072b2",
    shade="#0072b2",
    ramp=("#7fb2d0", "#9cc5dc", "#b7d5e6", "#cfe3ee", "#e0edf4", "#ecf4f8", "#f4f9fb", "#fbfdfe"),
)
DARK = Palette(
    paper="#14191e",
    raised="#1d242b",
    ink="#e8edf1",
    quiet="#a3b0bb",
    line="#46525d",
    grid="#29323a",
    accent="#56b4e9",
    shade="#56b4e9",
    ramp=("#2f6f94", "#2a6283", "#265571", "#22485f", "#1e3b4d", "#1b303e", "#182731", "#161f27"),
)


def palette(dark: bool) -> Palette:
    """Return the colours of figures."""
    return DARK if dark else LIGHT


def ramp(colours: tuple[str, ...], size: int = 128) -> list[str]:
    """Return a smooth palette through the colours."""
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours])
    places = np.linspace(0, len(colours) - 1, size)
    rgb = np.stack([np.interp(places, range(len(colours)), stops[:, k]) for k in range(3)], axis=1)
    return ["#" + "".join(f"{round(v):02x}" for v in row) for row in rgb]


READABLE = 4.5
"""Least contrast of text to what is behind it (WCAG 2.2, level AA)."""
SEEN = 3.0
"""Least contrast of a curve to what is behind it (WCAG 2.2, level AA)."""
SHADING = 0.13
"""Most of the shade's colour that figures lay over their paper."""


@cache
def text_colour(colour: str, p: Palette) -> str:
    """Return a curve's colour for its text: darker or lighter of the same hue, until it reads.

    Parameters
    ----------
    colour : str
        Colour as ``#rrggbb``.
    p : Palette
        The theme; text may stand on its paper and on its shading.
    """
    return _standing_out(colour, p, READABLE, p.paper, mix(p.paper, p.shade, SHADING))


@cache
def curve_colour(colour: str, p: Palette) -> str:
    """Return a curve's colour in a theme: darker or lighter of the same hue, until it is seen."""
    return _standing_out(colour, p, SEEN, p.paper)


def _standing_out(colour: str, p: Palette, least: float, *behind: str) -> str:
    end = "#000000" if luminance(p.paper) > 0.5 else "#ffffff"
    steps = (mix(colour, end, step / 50) for step in range(51))
    return next(c for c in steps if min(contrast(c, b) for b in behind) >= least)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1, as WCAG defines it."""
    parts = [v / 255 for v in _rgb(colour)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(one: str, other: str, part: float) -> str:
    """Return `one` with a part of `other`."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + part * (b - a)):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def _variables(p: Palette, danger: str) -> str:
    return (
        f"--sk-paper:{p.paper};--sk-raised:{p.raised};--sk-ink:{p.ink};--sk-quiet:{p.quiet};"
        f"--sk-line:{p.line};--sk-grid:{p.grid};--sk-accent:{p.accent};--sk-danger:{danger};"
    )


# The outer element is the container that the layout measures: an app in a notebook cell
# is as narrow as a phone long before the window is.
ROOT = f"""
:host {{
  {_variables(LIGHT, "#b3261e")}
  color-scheme: light; container-type: inline-size; background: var(--sk-paper);
  color: var(--sk-ink); font-family: {FONT}; font-size: 14px; line-height: 1.45;
  font-variant-numeric: tabular-nums; box-sizing: border-box; width: 100%;
}}
:host(.sk-dark) {{ {_variables(DARK, "#ff8a80")} color-scheme: dark; }}
@media (prefers-color-scheme: dark) {{
  :host(.sk-auto) {{ {_variables(DARK, "#ff8a80")} color-scheme: dark; }}
}}
:host(.sk-page) {{ min-height: 100vh; }}
"""

GRID = """
:host {
  display: grid !important; box-sizing: border-box; width: 100%; max-width: 1560px;
  margin: 0 auto !important; padding: 16px 24px 40px; gap: 0 32px;
  grid-template-columns: 304px minmax(0, 1fr);
  grid-template-rows: auto auto auto auto 1fr;
  grid-template-areas: 'head head' 'rail answer' 'rail numbers' 'rail figure' 'rail more';
}
.sk-head { grid-area: head; } .sk-rail { grid-area: rail; } .sk-answer { grid-area: answer; }
.sk-numbers { grid-area: numbers; } .sk-figure { grid-area: figure; } .sk-more { grid-area: more; }
:host > * { min-width: 0; margin: 0 !important; }
@container (max-width: 860px) {
  :host {
    grid-template-columns: minmax(0, 1fr); padding: 12px 12px 32px;
    grid-template-rows: none;
    grid-template-areas: 'head' 'answer' 'numbers' 'figure' 'rail' 'more';
  }
}
"""

CARDS = """
:host {
  display: grid !important; gap: 32px 32px; padding-top: 24px; box-sizing: border-box;
  grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start;
}
:host > * { min-width: 0; margin: 0 !important; width: auto !important; }
.sk-wide { grid-column: 1 / -1; }
@container (max-width: 1120px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""

STACK = """
:host { gap: 8px; min-width: 0; }
:host > * { margin: 0 !important; min-width: 0; max-width: 100%; }
"""

LINE = """
:host { flex-flow: row wrap; gap: 8px; align-items: center; }
:host > * { margin: 0 !important; }
"""

TEXT = """
:host { margin: 0; font-family: inherit; font-size: 14px; color: var(--sk-ink); }
.bk-clearfix, div { font-family: inherit; }
.bk-clearfix { display: block !important; }
h1 { font-size: 20px; font-weight: 650; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 14px; font-weight: 650; margin: 0; }
p { margin: 0; } .quiet { color: var(--sk-quiet); font-size: 12px; }
a { color: var(--sk-accent); }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; padding-bottom: 8px; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
b { font-weight: 650; }
.error { color: var(--sk-danger); font-size: 12px; }
.chips { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; }
.chip { display: inline-flex; align-items: center; gap: 6px; }
.dot { width: 10px; height: 10px; border-radius: 50%; flex: none; }
.answer { font-size: 20px; line-height: 1.4; max-width: 62em; text-wrap: pretty; }
.answer + .sure { margin-top: 4px; color: var(--sk-quiet); max-width: 72em; }
.tiles { display: flex; flex-wrap: wrap; gap: 8px 48px; padding: 16px 0 8px; }
.tile .value { font-size: 28px; font-weight: 650; letter-spacing: -.02em; line-height: 1.15; }
.tile .name { font-size: 12px; color: var(--sk-quiet); }
.tile .range { font-size: 12px; color: var(--sk-quiet); }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
th, td { text-align: left; padding: 5px 12px 5px 0; vertical-align: top;
  border-bottom: 1px solid var(--sk-grid); }
th { color: var(--sk-quiet); font-weight: 500; }
td.n { text-align: right; white-space: nowrap; } th.n { text-align: right; }
.compared { padding-bottom: 16px; } .whole { white-space: nowrap; }
.scroll, .formula { overflow-x: auto;
  --shadow: color-mix(in srgb, var(--sk-ink) 22%, transparent);
  background: linear-gradient(to right, var(--sk-paper) 50%, transparent) left / 28px 100% local,
    linear-gradient(to left, var(--sk-paper) 50%, transparent) right / 28px 100% local,
    linear-gradient(to right, var(--shadow), transparent) left / 10px 100% scroll,
    linear-gradient(to left, var(--shadow), transparent) right / 10px 100% scroll;
  background-repeat: no-repeat; }
@container (max-width: 560px) {
  .folds tr { display: grid; grid-template-columns: repeat(var(--columns), 1fr);
    border-bottom: 1px solid var(--sk-grid); padding: 4px 0; }
  .folds td, .folds th { border: none; padding: 1px 0; } .folds .wide { display: none; }
  .folds td.n, .folds th.n { text-align: left; }
  .folds :is(td, th):is(:first-child, :last-child) { grid-column: 1 / -1; }
  .folds td:first-child { font-weight: 650; } .folds td:last-child { color: var(--sk-quiet); }
}
.formula { overflow-y: hidden; padding: 6px 0; font-size: 16px; }
.formula math { display: inline-block; }
ul { margin: 0; padding-left: 18px; } li { padding: 2px 0; max-width: 80em; }
pre { background: var(--sk-raised); padding: 12px; margin: 0; overflow-x: auto; font-size: 12px;
  border-radius: 4px; white-space: pre; }
.notice { border-left: 3px solid var(--sk-danger); padding: 6px 12px; font-size: 14px;
  background: var(--sk-raised); }
"""

FOCUS = "outline: 2px solid var(--sk-accent); outline-offset: 2px;"

INPUT = f"""
:host {{ margin: 0; font-family: inherit; color: var(--sk-ink); }}
label, .bk-input-group > label {{ font-size: 12px; color: var(--sk-quiet); padding: 0;
  font-family: inherit; white-space: normal; }}
.bk-input, select, input[type=text] {{
  background-color: var(--sk-paper); color: var(--sk-ink); border: 1px solid var(--sk-line);
  border-radius: 4px; height: 32px; min-height: 32px; padding: 0 8px; font: inherit;
  font-size: 14px; font-variant-numeric: tabular-nums; box-shadow: none;
}}
.bk-input:focus, .bk-input:focus-visible {{ {FOCUS} border-color: var(--sk-accent);
  box-shadow: none; }}
select.bk-input[size] {{ height: auto; max-height: 208px; padding: 4px 0; }}
select.bk-input[size] option {{ padding: 2px 8px; white-space: normal; }}
select.bk-input {{ background-image: none !important; appearance: auto !important; }}
.bk-input-group input[type=checkbox] {{ accent-color: var(--sk-accent); width: 16px;
  height: 16px; margin: 0 8px 0 0; flex: none; }}
.bk-input-group input[type=checkbox]:focus-visible {{ {FOCUS} }}
.bk-input-group label > span, label span {{ color: var(--sk-ink); font-size: 14px; }}
.bk-input-group label:has(input) {{ display: flex; align-items: flex-start; gap: 8px;
  padding: 2px 0; line-height: 20px; }}
.bk-input-group label:has(input) > input {{ margin: 2px 0 0 0 !important; }}
.bk-input-group label > span {{ white-space: normal; }}
input[type=file]::file-selector-button {{ background: transparent; color: var(--sk-ink);
  border: 1px solid var(--sk-line); border-radius: 4px; font: inherit; font-size: 12px;
  padding: 3px 10px; margin: 0 8px 0 0; }}
input[type=file] {{ color: var(--sk-quiet); font-size: 12px; border: 0; padding: 0; height: 28px;
  min-height: 28px; background: transparent; }}
.choices__inner {{ background: var(--sk-paper) !important; border-color: var(--sk-line)
  !important; border-radius: 4px !important; }}
"""

SLIDER = f"""
:host {{ margin: 0; }}
.bk-slider-title {{ display: none; }}
.noUi-target {{ background: var(--sk-line); border: 0; box-shadow: none; height: 4px;
  border-radius: 2px; margin: 9px 9px 8px !important; width: auto !important; }}
.noUi-connects {{ border-radius: 2px; }}
.noUi-connect {{ background: var(--sk-accent) !important; }}
.noUi-handle, .noUi-target .noUi-handle {{ width: 18px !important; height: 18px !important;
  border-radius: 50%; top: -7px !important; right: -9px !important; background: var(--sk-paper);
  border: 2px solid var(--sk-accent); box-shadow: none; cursor: grab; }}
.noUi-handle::before, .noUi-handle::after {{ display: none; }}
.noUi-handle:focus-visible {{ {FOCUS} }}
:host {{ overflow-x: clip; }}
.noUi-touch-area {{ height: 36px; width: 36px; margin: -11px; }}
"""

BUTTON = f"""
:host {{ margin: 0; }}
.bk-btn, .bk-btn.bk-btn-default, .bk-btn-group .bk-btn.bk-btn-default, a.bk-btn {{
  background: transparent !important; color: var(--sk-ink) !important;
  border: 1px solid var(--sk-line) !important; border-radius: 4px; font-family: {FONT};
  font-size: 12px; line-height: 20px !important; height: auto; min-height: 0; padding: 3px 10px;
  margin: 0; box-shadow: none !important; text-shadow: none; text-decoration: none;
}}
.bk-btn.bk-btn-default:hover {{ background: var(--sk-raised) !important; }}
.bk-btn-group .bk-btn.bk-btn-default.bk-active {{ background: var(--sk-accent) !important;
  border-color: var(--sk-accent) !important; color: var(--sk-paper) !important; }}
.bk-btn:focus-visible {{ {FOCUS} }}
.bk-btn:has(> a) {{ padding: 0 !important; display: block !important; }}
.bk-btn > a {{ display: block !important; padding: 3px 10px !important; color: inherit;
  line-height: 20px; }}
.bk-btn-group {{ gap: 0; width: 100%; }}
.bk-btn-group > .bk-btn.bk-btn-default {{ flex: 1 1 auto; margin: 0 0 0 -1px; border-radius: 0; }}
.bk-btn-group > .bk-btn.bk-btn-default:first-child {{ border-radius: 4px 0 0 4px; margin: 0; }}
.bk-btn-group > .bk-btn.bk-btn-default:last-child {{ border-radius: 0 4px 4px 0; }}
.bk-btn-group > .bk-btn.bk-btn-default:only-child {{ border-radius: 4px; }}
"""

DRAWER = f"""
:host(.card), :host {{ border: 0 !important; border-top: 1px solid var(--sk-line) !important;
  border-radius: 0 !important; background: transparent !important; box-shadow: none !important;
  margin: 0 !important; outline: 0 !important; overflow: visible; }}
.card-header, button.card-header {{ background: transparent !important; border: 0 !important;
  color: var(--sk-ink) !important; padding: 10px 0 !important; font: inherit;
  border-radius: 0 !important; cursor: pointer; outline-offset: -2px; }}
.card-header:focus-visible {{ {FOCUS} outline-offset: -2px; }}
.card-button, .card-title, .card-header * {{ color: var(--sk-ink) !important; }}
.card-button svg :not([stroke=none]) {{ stroke: var(--sk-ink) !important; }}
:host > *:not(.card-header):not(button) {{ margin: 0 0 8px 0 !important; }}
"""
