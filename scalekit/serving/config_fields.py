"""Fields of a config.json, each checked where it is read."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

_NEEDED = object()

MOST_LAYERS = 10_000
MOST = 10_000_000
"""Width, vocabulary or count beyond which a field is absurd."""


class Fields:
    """Read and check the fields of one config.

    Parameters
    ----------
    content : mapping
        The parsed file.
    kind : str
        Its ``model_type``.
    """

    def __init__(self, content: Mapping[str, Any], kind: str) -> None:
        self._content = content
        self.kind = kind

    def whole(self, key: str, default: Any = _NEEDED, *, least: int = 1, most: int = MOST) -> int:
        """Return a whole number.

        Parameters
        ----------
        key : str
            Name of the field.
        default : int, optional
            Its value where it is absent or null; without one it is needed.
        least, most : int
            Range.

        Raises
        ------
        ValueError
            Naming key, value and what is allowed.
        """
        value = self._content.get(key)
        if value is None and default is not _NEEDED:
            return int(default)
        allowed = f"a whole number from {least} up to {most}"
        if value is None:
            raise ValueError(
                f"{key} is missing, and a config of model_type {self.kind!r} needs it; "
                f"allowed: {allowed}"
            )
        right = isinstance(value, int) and not isinstance(value, bool)
        if not right or not least <= value <= most:
            raise ValueError(f"{key} is {reprlib.repr(value)}; allowed: {allowed}")
        return int(value)

    def optional(self, key: str, *, most: int = MOST) -> int | None:
        """Return a whole number, or None where it is absent or null."""
        return None if self._content.get(key) is None else self.whole(key, most=most)

    def flag(self, key: str, default: bool) -> bool:
        """Return a truth value."""
        value = self._content.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ValueError(f"{key} is {reprlib.repr(value)}; allowed: true, false")
        return value

    def only(self, key: str, allowed: Any) -> None:
        """Check that a field that changes the architecture has the one value that is known."""
        value = self._content.get(key, allowed)
        if value is not None and value != allowed:
            raise ValueError(
                f"{key} is {reprlib.repr(value)}; allowed for model_type {self.kind!r}: {allowed!r}"
            )

    def text(self, key: str) -> str:
        """Return a text, empty where the field is absent."""
        value = self._content.get(key)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{key} is {reprlib.repr(value)}; allowed: a text")
        return value or ""

    def local_layers(self, layers: int, rule: int) -> int:
        """Return how many layers have a window, by the list of their types or by the rule.

        Parameters
        ----------
        layers : int
            Layers of the model.
        rule : int
            Layers without a list: how many without a window.
        """
        types = self._content.get("layer_types")
        if types is None:
            return rule
        known = ("sliding_attention", "full_attention")
        if (
            not isinstance(types, list)
            or len(types) != layers
            or any(t not in known for t in types)
        ):
            raise ValueError(
                f"layer_types is {reprlib.repr(types)}; allowed: a list of {layers} of "
                f"{', '.join(known)}"
            )
        return types.count("sliding_attention")
