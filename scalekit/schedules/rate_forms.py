"""Formulas of learning rates: cosine, warm-up-stable-decay (2410.05192), REX (2107.04197)."""

from __future__ import annotations

from typing import Any

from scalekit.laws.form import Form, array_namespace


def _share(step: Any, begin: Any, end: Any) -> Any:
    """Return how far `step` is from `begin` to `end`, 0 where the two are one."""
    xp = array_namespace(step, begin, end)
    length = end - begin
    share = (step - begin) / xp.where(length > 0, length, 1.0)
    return xp.clip(share, 0.0, 1.0)


def _warmed(step: Any, warmup: Any, peak: Any, after: Any) -> Any:
    """Return the warm-up, peak step/(warmup - 1), and `after` it what is given."""
    xp = array_namespace(step, warmup, peak, after)
    rising = peak * xp.minimum(step / xp.maximum(warmup - 1.0, 1.0), 1.0)
    return xp.where(step < warmup, rising, after)


class Cosine(Form):
    """end + (peak - end) (1 + cos(pi t))/2 with t from 0 to 1 after the warm-up."""

    kind = "cosine-schedule"

    def __call__(self, step: Any, total: Any, peak: Any, end: Any, warmup: Any) -> Any:
        """Learning rate at `step`."""
        xp = array_namespace(step, total, peak, end, warmup)
        t = _share(step, warmup, total)
        half_turn = 0.5 * (1.0 + xp.cos(xp.pi * t))
        return _warmed(step, warmup, peak, end + (peak - end) * half_turn)


class WarmupStableDecay(Form):
    """peak up to `decay_start`, then down to `end` in one of four ways; t goes from 0 to 1.

    exponential: peak^(1-t) end^t; linear: peak + t (end - peak);
    inverse: 1/(t/end + (1-t)/peak); sqrt: end + (peak - end)(1 - sqrt(t)).
    """

    kind = "warmup-stable-decay"
    settings = ("decay",)

    decay: str = "exponential"

    def __call__(
        self, step: Any, total: Any, decay_start: Any, peak: Any, end: Any, warmup: Any
    ) -> Any:
        """Learning rate at `step`."""
        t = _share(step, decay_start, total)
        return _warmed(step, warmup, peak, self.decayed(t, peak, end))

    def decayed(self, t: Any, peak: Any, end: Any) -> Any:
        """Learning rate at a share t of the decay."""
        xp = array_namespace(t, peak, end)
        if self.decay == "exponential":
            return xp.exp((1.0 - t) * xp.log(peak) + t * xp.log(end))
        if self.decay == "inverse":
            return 1.0 / (t / end + (1.0 - t) / peak)
        if self.decay == "sqrt":
            down = t > 0  # at 0 the root has no slope
            return peak - (peak - end) * xp.where(down, xp.sqrt(xp.where(down, t, 1.0)), 0.0)
        return peak + t * (end - peak)


class Rex(Form):
    """(1 - p)/(1 - b + b (1 - p)), a multiple of the peak; p is the share of training done."""

    kind = "rex-schedule"

    b: Any

    def __call__(self, progress: Any) -> Any:
        """Learning rate over its peak."""
        left = 1.0 - progress
        return left / (1.0 - self.b + self.b * left)
