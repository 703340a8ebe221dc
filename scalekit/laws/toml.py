"""A TOML table that knows where it stands, so that errors name the file, the key and the reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalekit.checks import closest, nearest


class LawFileError(ValueError):
    """A law file does not say what it must; the message names file, key and reason."""


class Table:
    """A TOML table that remembers its file and key, so that errors can name them."""

    def __init__(self, path: Path, key: str, content: object) -> None:
        self.path, self.key = path, key
        if not isinstance(content, Mapping):
            raise self.error("", f"must be a table, is {content!r}")
        self.content = content
        self.seen: set[str] = set()

    def error(self, key: str, reason: str) -> LawFileError:
        """Return the error that names this table's file, the key and the reason."""
        where = ".".join(part for part in (self.key, key) if part) or "the file"
        return LawFileError(f"{self.path.name}: {where}: {reason}")

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        """Return the value of `key`, which must be of `kind` (an int passes for a float)."""
        self.seen.add(key)
        if key not in self.content:
            if default is ...:
                # Keys that are read later are unseen too: only a near match is a misspelling.
                written = nearest(key, [k for k in self.content if k not in self.seen], 0.75)
                if written:
                    raise self.error(written, f"unknown key (did you mean {key!r}?)")
                raise self.error(key, "the key is missing")
            return default
        value: Any = self.content[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if wrong:
            raise self.error(key, f"must be {kind.__name__}, is {value!r}")
        if kind is str and not value.strip():
            raise self.error(key, "must not be empty")
        if kind is float and math.isnan(value):
            raise self.error(key, "must be a number, is nan")
        return value

    def table(self, key: str, default: Any = ...) -> Table:
        """Return the sub-table at `key`."""
        content = self.take(key, dict, default)
        return Table(self.path, ".".join(p for p in (self.key, key) if p), content)

    def numbers(self, key: str, default: Any = ...) -> dict[str, float]:
        """Return the sub-table at `key` as a mapping of names to numbers."""
        sub = self.table(key, default)
        return {name: sub.take(name, float) for name in sub.content}

    def tables(self, key: str) -> list[Table]:
        """Return the array of tables at `key` (none if it is left out)."""
        rows = self.take(key, list, [])
        return [Table(self.path, f"{self.key}.{key}[{i}]", row) for i, row in enumerate(rows)]

    def close(self) -> None:
        """Refuse keys that nobody asked for: most are misspelt."""
        for key in self.content:
            if key not in self.seen:
                raise self.error(key, f"unknown key{closest(key, self.seen)}")
