"""A parameter that counts things."""

from __future__ import annotations

import math
from typing import Any

import param


class Whole(param.Number):
    """A count of things of which there are no halves: other numbers are rounded."""

    def __set__(self, obj: Any, val: Any) -> None:
        whole = isinstance(val, float) and math.isfinite(val)
        super().__set__(obj, float(round(val)) if whole else val)
