"""The state of an app: typed parameters that links, code and widgets set alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import param

from scalekit.checks import choice, closest
from scalekit_widgets.notation import EXAMPLES, check_unit, parse


class State(param.Parameterized):
    """Base of all view-models.

    Subclasses declare parameters, name those that make up a scenario in ``shared``, and
    define `compute`. Whoever shows the state calls `subscribe`; a change of any shared
    parameter, or of several in one `update`, recomputes and notifies once.
    """

    shared: tuple[str, ...] = ()

    def __init__(self, **params: Any) -> None:
        for name in params:
            if name not in self.param:
                hint = closest(name, self.shared)
                raise ValueError(
                    f"{type(self).__name__} has no {name!r}{hint}; it has {', '.join(self.shared)}"
                )
        super().__init__()
        self._listeners: list[Callable[[], None]] = []
        self._quiet = False
        if params:
            self.set(params)
        self.compute()
        self.param.watch(self._changed, list(self.shared))

    def compute(self) -> None:
        """Derive everything that follows from the parameters; subclasses define it."""
        raise TypeError(f"{type(self).__name__} computes nothing")

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every recomputation."""
        self._listeners.append(listener)

    def _changed(self, *events: Any) -> None:
        if self._quiet:
            return
        self.compute()
        for listener in list(self._listeners):
            listener()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Recompute and notify once for all changes inside the block."""
        if self._quiet:
            yield
            return
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False
            self._changed()

    def scenario(self) -> dict[str, Any]:
        """Return the shared parameters as plain values."""
        return {name: _plain(getattr(self, name)) for name in self.shared}

    def set(self, values: Mapping[str, Any]) -> None:
        """Set several parameters at once, all or none.

        Raises
        ------
        ValueError
            Naming the parameter, its value and what is allowed.
        """
        checked = self.checked_all(values)
        with self.together():
            self.param.update(**checked)

    def checked_all(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return several values in the types of their parameters, as `checked` does one."""
        for name in values:
            choice("parameter", name, self.shared)
        return {name: self.checked(name, value) for name, value in values.items()}

    def checked(self, name: str, value: Any, called: str = "") -> Any:
        """Return `value` in the type of parameter `name`.

        Parameters
        ----------
        name : str
            The parameter.
        value : Any
            A value of its type, or the text of one.
        called : str
            What errors call the parameter; its name if left out.

        Raises
        ------
        ValueError
            Naming the parameter, its value and what is allowed.
        """
        kind, called = self.param[name], called or name
        if isinstance(kind, param.Boolean):
            text = str(value).lower()
            if text not in ("true", "false", "1", "0"):
                raise ValueError(f"{called} is {value!r}; allowed: true, false")
            return text in ("true", "1")
        if isinstance(kind, param.ListSelector):
            if not isinstance(value, str | list | tuple | set):
                raise ValueError(
                    f"{called} is {value!r}; allowed: a list of {', '.join(kind.objects)}"
                )
            items = value.split(",") if isinstance(value, str) else value
            return list(dict.fromkeys(choice(called, item, kind.objects) for item in items if item))
        if isinstance(kind, param.Selector):
            return choice(called, str(value), kind.objects)
        return self._checked_number(name, called, value)

    def _checked_number(self, name: str, called: str, value: Any) -> float:
        try:
            if isinstance(value, str):
                check_unit(value, self.param[name].doc or "")
                number = parse(value, self._examples(name))
            else:
                number = float(value)
        except TypeError:
            raise ValueError(f"{called} is {value!r}; allowed: a number") from None
        except ValueError as error:
            raise ValueError(f"{called}: {error}") from None
        upper = self.param[name].bounds[1]
        if isinstance(value, str) and "%" in value and upper > 1:
            raise ValueError(f"{called}: {value.strip()!r} is a percentage; write a plain number")
        self._check_range(name, called, number)
        return number

    def _examples(self, name: str) -> str:
        """Return what can be written for a number."""
        upper = self.param[name].bounds[1]
        if upper <= 1:
            return "0.3 or 30 %"
        return EXAMPLES if upper >= 1e9 else f"a number such as {self.param[name].default:g}"

    def _check_range(self, name: str, called: str, number: float) -> None:
        lower, upper = self.param[name].bounds
        if not lower <= number <= upper:
            raise ValueError(f"{called} is {number:.6g}; allowed: {lower:.6g} to {upper:.6g}")

    def outside(self, name: str, typed: str, show: Callable[[float], str]) -> str:
        """Return in words that a number is not allowed and which are, each written by `show`."""
        lower, upper = self.param[name].bounds
        return f"{typed} is outside {show(lower)} to {show(upper)}"

    def query(self) -> dict[str, str]:
        """Return what differs from the defaults, as the query of a link."""
        found = {}
        for name in self.shared:
            value = getattr(self, name)
            if value != self.param[name].default:
                found[name] = _text(value)
        return found

    def load_query(self, query: Mapping[str, str], others: Iterable[str] = ()) -> list[str]:
        """Take over what a link says; what is broken is left out and told.

        Parameters
        ----------
        query : mapping
            The parts of the link.
        others : iterable of str
            Parts that somebody else reads.

        Returns
        -------
        list of str
            One sentence for every part that could not be used.
        """
        messages: list[str] = []
        good = {}
        for name, text in query.items():
            if name in self.shared:
                found = self._from_link(name, text, messages)
                good.update({} if found is None else {name: found})
        if good:
            self.set(good)
        return messages + self.unknown(query, [*self.shared, *others])

    @staticmethod
    def unknown(query: Mapping[str, str], known: Sequence[str]) -> list[str]:
        """Return a sentence for every part of a link that nobody knows."""
        return [
            f"The link has {name!r}, which means nothing here{closest(name, known)}. Left out."
            for name in query
            if name not in known
        ]

    def _from_link(self, name: str, text: str, messages: list[str]) -> Any:
        """Return what is good of one part of a link, None if nothing is."""
        label = self.param[name].label
        several = isinstance(self.param[name], param.ListSelector) and text
        found = []
        for item in text.split(",") if several else [text]:
            try:
                found.append(self.checked(name, item, label))
            except ValueError as error:
                rest = "Left out" if several else f"Kept {_text(getattr(self, name))}"
                messages.append(f"In the link, {error}. {rest}.")
        if not several or not found:
            return found[0] if found else None
        return [item for items in found for item in items]

    def missing_from_link(self) -> str:
        """Return a sentence on what a link cannot carry; nothing if it carries all."""
        return ""


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, float):
        return f"{value:.6g}".replace("e+", "e")
    return str(value)
