"""What every app has on screen, and the surfaces it can be shown on."""

from __future__ import annotations

import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import panel as pn
from bokeh.document import Document
from bokeh.models import UIElement
from panel.io.notebook import patch_inline_stylesheets

from scalekit_widgets import theme
from scalekit_widgets.models.state import State
from scalekit_widgets.parts.layout import button, line, stack, text
from scalekit_widgets.parts.link import ShareLink
from scalekit_widgets.parts.live import one_message
from scalekit_widgets.parts.livetext import LiveTexts
from scalekit_widgets.parts.message import Message
from scalekit_widgets.parts.pin import Pin
from scalekit_widgets.parts.snippet import Snippet
from scalekit_widgets.parts.wording import navigation, notice, unbroken

REST_MS = 400
"""How long drawers and the address bar may lag behind a slider."""

CONNECT_WAIT_MS = 100
"""How long to wait for a page that has just told about itself to listen."""

SCREENS = 3
"""Displays of one app that stay live in a notebook; older ones freeze."""


class Screen(ABC):
    """One display of an app: its layout, figures and texts, bound to the state.

    Subclasses give what is particular: the rail, the figures and their cards, and the
    words. Everything else, that all apps share, is put together here.
    """

    def __init__(self, app: App, served: bool) -> None:
        self.app, self.state, self.served = app, app.state, served
        self.views = self.make_views()
        self.notice = Message()
        self.texts = LiveTexts("answer", "numbers", "legend", "comparison", *self.live)
        self.slow_texts = LiveTexts(*self.slow)
        self.snippet = Snippet()
        self.pin = Pin(self.capture, self.state.set, self.compared(), self.refresh)
        self.link = ShareLink(self.state, self._extra_query, served)
        self._waits = False
        self.model: Any = None
        dark = button("Dark" if not app.dark else "Light")
        dark.on_click(lambda _: app.set_dark(not app.dark))
        fit = button("Fit axes")
        fit.on_click(lambda _: self.fit())
        self.dark_button = dark
        buttons = line(fit, self.link.copy_button, dark)
        buttons.sizing_mode = None
        head = pn.Row(
            text(
                f"{navigation(app.links)}<h1>{app.title}</h1><p class='quiet'>{app.tagline}</p>",
                css=":host { flex: 1 1 320px; width: auto; }",
            ),
            buttons,
            self.link.holder,
            self.link.note.pane,
            sizing_mode="stretch_width",
            css_classes=["sk-head"],
            stylesheets=[theme.LINE, ":host { padding-bottom: 16px; }"],
        )
        rail = stack(*self.make_rail(), css_classes=["sk-rail"], css=":host { gap: 0; }")
        grid = pn.Column(
            head,
            stack(self.notice.pane, self.texts.pane("answer"), css_classes=["sk-answer"]),
            stack(
                self.texts.pane("numbers"),
                self.texts.pane("comparison"),
                css_classes=["sk-numbers"],
            ),
            stack(self.main_card(), css_classes=["sk-figure"]),
            rail,
            pn.Column(*self.cards(), css_classes=["sk-more"], stylesheets=[theme.CARDS]),
            sizing_mode="stretch_width",
            stylesheets=[theme.GRID],
        )
        self.root = pn.Column(grid, sizing_mode="stretch_width", margin=0,
                              stylesheets=[theme.ROOT])  # fmt: skip
        self.restyle()
        self.fit(quiet=True)
        self.refresh()

    # What subclasses give -----------------------------------------------------------

    @abstractmethod
    def make_views(self) -> list[Any]:
        """Return the figures, at least one; each has ``fig``, ``restyle``, ``fit``, ``update``."""

    @abstractmethod
    def make_rail(self) -> Sequence[Any]:
        """Return the groups of controls."""

    @abstractmethod
    def main_card(self) -> Any:
        """Return the large figure."""

    @abstractmethod
    def cards(self) -> Sequence[Any]:
        """Return the smaller figures and the drawers."""

    @abstractmethod
    def capture(self) -> dict[str, Any]:
        """Return the present scenario for pinning, as `Pin` takes it."""

    @abstractmethod
    def compared(self) -> Sequence[tuple[str, str, Any]]:
        """Return (name, key in `capture`, how to write it) of what pins compare."""

    live: tuple[str, ...] = ()
    """Names of the texts that `write` gives beside those of every app."""

    slow: tuple[str, ...] = ("ledger",)
    """Names of the texts in drawers, that may follow when the sliders rest."""

    @abstractmethod
    def write(self) -> dict[str, str]:
        """Return the texts ``answer``, ``numbers`` and ``legend``, and those of `live`."""

    @abstractmethod
    def write_slowly(self) -> dict[str, str]:
        """Return the texts of `slow`, and bring the snippet up to date."""

    # What all apps do ----------------------------------------------------------------

    def refresh(self) -> None:
        """Bring everything on screen up to date, as one message to the browser."""
        with self._held():
            for view in self.views:
                view.update(self.state, self.pin.scenario)
            texts = self.write()
            texts["answer"] = unbroken(texts["answer"])
            self.texts.show(**texts, comparison=self.comparison())
        self._follow_slowly()

    def comparison(self) -> str:
        """Return the pinned scenario beside the present one, if one is pinned."""
        return self.pin.comparison()

    def fit(self, quiet: bool = False) -> None:
        """Centre the figures on the answer; only a person's wish moves the axes."""
        with self._held():
            for view in self.views:
                view.fit(self.state)
        if not quiet:
            self.refresh()

    def restyle(self) -> None:
        """Dress everything in the app's theme."""
        classes = ["sk-root"]
        classes += ["sk-dark"] if self.app.dark else []
        classes += ["sk-auto"] if self.app.follows_system else []
        classes += ["sk-page"] if self.served else []
        self.root.css_classes = classes
        self.dark_button.label = "Light" if self.app.dark else "Dark"
        with self._held():
            p = theme.palette(self.app.dark)
            for view in self.views:
                view.restyle(p)

    def take_styles_along(self) -> None:
        """Put style sheets into the models of a notebook, where they would come from a CDN.

        To be called again after controls or figures were added, before anything is sent.
        """
        if self.model is not None:
            for model in self.model.select({"type": UIElement}):
                patch_inline_stylesheets(model)

    def tell(self, messages: Sequence[str]) -> None:
        """Show what could not be used; an empty list takes the notice away."""
        self.notice.show(notice(messages))

    @contextmanager
    def _held(self) -> Iterator[None]:
        with one_message(self.views[0].fig.document):
            yield

    def _extra_query(self) -> dict[str, str]:
        return {} if self.app.follows_system else {"theme": "dark" if self.app.dark else "light"}

    def _follow_slowly(self) -> None:
        doc = self.views[0].fig.document
        if not self.served or doc is None:
            self._rested()
        elif not self._waits:
            self._waits = True
            doc.add_timeout_callback(self._rested, REST_MS)

    def _rested(self) -> None:
        self._waits = False
        self.slow_texts.show(**self.write_slowly())
        self.link.update()


class App:
    """An app: its state, and every surface it can be shown on.

    Parameters
    ----------
    dark : bool
        Whether to start in dark mode.
    **state : Any
        Parameters of the state, by the names in its ``shared``.

    Attributes
    ----------
    state : State
        Read it and set it from code; every display follows.
    """

    title: ClassVar[str]
    tagline: ClassVar[str]
    state_type: ClassVar[type[State]]
    screen_type: ClassVar[type[Screen]]

    def __init__(self, *, dark: bool = False, **state: Any) -> None:
        self.dark = dark
        self.follows_system = False
        self.links: Mapping[str, str] = {}
        self.state = self.state_type(**state)
        self.screens: list[Screen] = []
        self.state.subscribe(self._refresh)

    def _refresh(self) -> None:
        for screen in self.screens:
            screen.refresh()

    def set_dark(self, dark: bool, *, follows_system: bool = False) -> None:
        """Change between light and dark on all displays."""
        self.dark, self.follows_system = dark, follows_system
        for screen in self.screens:
            screen.restyle()
            screen.refresh()

    def screen(self, *, served: bool = False) -> Screen:
        """Return a new display of the app."""
        found = self.screen_type(self, served)
        self.screens = [*self.screens[-(SCREENS - 1) :], found]
        return found

    def panel(self) -> pn.Column:
        """Return the app as a Panel object, to put into a layout or template."""
        return self.screen().root

    def widget(self) -> Any:
        """Return the app as an ipywidget, to compose with widgets of one's own.

        Raises
        ------
        ImportError
            If the extra ``jupyter`` is not installed.
        """
        if importlib.util.find_spec("jupyter_bokeh") is None:
            raise ImportError('a widget needs jupyter_bokeh: pip install "scalekit[jupyter]"')
        from jupyter_bokeh.widgets import BokehModel

        load_in_notebook()
        screen = self.screen()
        screen.model = screen.root.get_root(doc=Document())  # as pn.ipywidget does
        screen.take_styles_along()
        return BokehModel(screen.model, combine_events=True)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget())

    def page(self, query: Mapping[str, str], links: Mapping[str, str] | None = None) -> pn.Column:
        """Return the app as a page of its own, set as its link says.

        Parameters
        ----------
        query : mapping
            The parts of its link.
        links : mapping of str to str, optional
            Other pages of the site: their names, and their addresses.
        """
        self.links = links or {}
        messages = self.state.load_query(query, others=["theme"])
        wish = query.get("theme")
        if wish not in (None, "dark", "light"):
            messages.append(f"In the link, theme is {wish!r}; allowed: dark, light. Left out.")
        self.follows_system = wish not in ("dark", "light")
        self.dark = wish == "dark" or (self.follows_system and self.dark)
        screen = self.screen(served=True)
        screen.tell(messages)
        if self.follows_system:
            _follow_system_theme(screen)
        return screen.root


def _follow_system_theme(screen: Screen) -> None:
    """Follow what the person's system says, as soon as the browser has told."""
    info, doc = pn.state.browser_info, pn.state.curdoc
    if info is None or doc is None:
        return

    def told(event: Any) -> None:
        # This comes while the page is still connecting, when patches would be lost.
        def follow() -> None:
            if screen.app.follows_system:
                screen.app.set_dark(bool(event.new), follows_system=True)

        doc.add_timeout_callback(follow, CONNECT_WAIT_MS)

    info.param.watch(told, "dark_mode")


_loaded_in_cell = -1


def load_in_notebook() -> None:
    """Load Panel's scripts into the notebook from the installed files, once a cell.

    Not once a kernel: a page that was opened anew has lost them, and the kernel cannot know.
    """
    global _loaded_in_cell
    from IPython import get_ipython

    shell = get_ipython()
    cell = shell.execution_count if shell is not None else 0
    if cell != _loaded_in_cell:
        pn.extension(inline=True)
        _loaded_in_cell = cell
