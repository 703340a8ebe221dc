"""Texts that change with every slider move, without moving the layout.

Changing the text of a pane makes Bokeh lay out the whole page again, figures included:
about 100 ms each time, ten times what computing and drawing take. These texts travel in
one data source instead, and a callback puts them into elements that CSS alone lays out.
"""

from __future__ import annotations

from typing import Any

import panel as pn
from bokeh.models import ColumnDataSource, CustomJS, Div

from scalekit_widgets import theme
from scalekit_widgets.parts.calm import CALM

# The text of the model is kept in step, silently, for when its view is drawn anew.
_PUT = (
    f"const any = Object.values(divs)[0]\n{CALM}"
    + """
for (const [name, div] of Object.entries(divs)) {
  const html = source.data[name]?.[0]
  if (html === undefined || html === div.text) { continue }
  div.setv({text: html}, {silent: true})
  const view = cb_context.index.find_one(div)
  const place = view?.shadow_el?.querySelector('.bk-clearfix')
  if (place) { place.innerHTML = html }
}
"""
)


class LiveTexts:
    """A set of texts that are replaced together.

    Parameters
    ----------
    names : str
        What the texts are called.
    """

    def __init__(self, *names: str) -> None:
        self._divs = {
            name: Div(text="", stylesheets=[theme.TEXT], sizing_mode="stretch_width", margin=0)
            for name in names
        }
        self.source = ColumnDataSource({name: [""] for name in names})
        put = CustomJS(args={"divs": self._divs, "source": self.source}, code=_PUT)
        self.source.js_on_change("data", put)
        # Somebody in the document must own the source.
        next(iter(self._divs.values())).tags = [self.source]

    def __getitem__(self, name: str) -> str:
        """Return the HTML that a text shows."""
        return str(self.source.data[name][0])

    def pane(self, name: str) -> pn.pane.Bokeh:
        """Return the place of a text in a layout."""
        return pn.pane.Bokeh(self._divs[name], sizing_mode="stretch_width", margin=0)

    def show(self, **html: str) -> None:
        """Replace texts; the others stay."""
        data: dict[str, Any] = {**self.source.data, **{k: [v] for k, v in html.items()}}
        if any(self.source.data[k] != data[k] for k in html):
            self.source.data = data
            if self.source.document is None:  # not on a page yet: the first drawing takes these
                for name, text in html.items():
                    self._divs[name].text = text
