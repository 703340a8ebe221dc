"""Filtering of a web pool: error from samples seen and quality buckets kept (2404.07177).

A bucket holds 12.8e6 samples; the best comes first. Every pass over what is kept, an epoch,
is worth less than the one before. ``buckets`` may be a fraction: 2.5 keeps half of the third.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from scalekit.laws.blocks import in_blocks
from scalekit.laws.form import Form, array_namespace

BUCKET = 12.8e6
"""Samples in a bucket."""

UNIT = 1e5
"""What samples are counted in."""

EPOCHS = 512
"""Passes that are added up; what comes after them is worth less than 1e-6 of the error."""

BLOCK = 256
"""Points that NumPy evaluates at once."""


class _Filtering(Form):
    """What both fits share: utilities b_i, half-lives tau_i in epochs, and the epochs."""

    a: Any
    d: Any
    b_1: Any
    b_2: Any
    b_3: Any
    b_4: Any
    tau_1: Any
    tau_2: Any
    tau_3: Any
    tau_4: Any

    def _each(self, error: Callable[..., Any], samples_seen: Any, buckets: Any) -> Any:
        """Return the error at every point, in NumPy a block at a time."""
        if array_namespace(self, samples_seen, buckets) is np:
            return in_blocks(error, BLOCK, samples_seen, buckets)
        return error(samples_seen, buckets)

    def _epochs(self, samples_seen: Any, buckets: Any) -> tuple[ModuleType, Any, Any, Any, Any]:
        """Return the namespace and, with epochs j on the last axis, what follows.

        The samples seen at the end of each epoch; and for every bucket on the axis before it
        its share of the pool, its utility and its weight 2^(-j / tau), tau being stretched
        by the number of buckets.
        """
        xp = array_namespace(self, samples_seen, buckets)
        n, K = xp.asarray(samples_seen)[..., None], xp.asarray(buckets)[..., None]
        # A trace has no values to count the passes from, and takes all of them.
        passes = EPOCHS if xp is not np else min(EPOCHS, math.ceil(np.max(n / (BUCKET * K))))
        j = np.arange(passes)
        edges = xp.minimum((j + 1.0) * BUCKET * K, n)
        b = xp.stack([xp.asarray(v) for v in (self.b_1, self.b_2, self.b_3, self.b_4)])
        tau = xp.stack([xp.asarray(v) for v in (self.tau_1, self.tau_2, self.tau_3, self.tau_4)])
        share = xp.clip(K[..., None] - np.arange(4.0)[:, None], 0.0, 1.0) / K[..., None]
        weight = xp.exp2(-j / (K[..., None] * tau[:, None]))
        return xp, edges, share, b[:, None], weight

    @staticmethod
    def _repeated(xp: ModuleType, exponents: Any, amounts: Any) -> Any:
        """Return the logarithm of the product of (amount_j / amount_(j-1))^exponent_j."""
        return xp.sum(exponents[..., 1:] * xp.diff(xp.log(amounts)), axis=-1)


class FilteringUtility(_Filtering):
    """y = (a n_0)^(b_0) prod_j (n_j / n_(j-1))^(b_j) + d, n in 1e5 samples.

    b_j is the mean over the buckets of b_i 2^(-j / tau_i). With ``floor_decays`` the floor d
    is inside the product, as in the released code.
    """

    kind = "filtering-utility"
    blockwise = False
    settings = ("floor_decays",)

    floor_decays: bool = False

    def __call__(self, samples_seen: Any, buckets: Any) -> Any:
        """Error after so many samples, with so many of the best buckets kept."""
        return self._each(self._error, samples_seen, buckets)

    def _error(self, samples_seen: Any, buckets: Any) -> Any:
        xp, edges, share, b, weight = self._epochs(samples_seen, buckets)
        exponents = xp.sum(share * b * weight, axis=-2)
        first = exponents[..., 0] * xp.log(self.a * edges[..., 0] / UNIT)
        decay = self._repeated(xp, exponents, edges)
        if self.floor_decays:
            return (xp.exp(first) + self.d) * xp.exp(decay)
        return xp.exp(first + decay) + self.d


class FilteringEffectiveData(_Filtering):
    """y = e_0^(beta_0) prod_j (e_j / e_(j-1))^(beta_j) + d, e being effective samples.

    The samples of an epoch count by the mean weight of the buckets, and beta_j is the mean
    utility by weight.
    """

    kind = "filtering-effective-data"
    blockwise = False

    def __call__(self, samples_seen: Any, buckets: Any) -> Any:
        """Error after so many samples, with so many of the best buckets kept."""
        return self._each(self._error, samples_seen, buckets)

    def _error(self, samples_seen: Any, buckets: Any) -> Any:
        xp, edges, share, b, weight = self._epochs(samples_seen, buckets)
        mean = xp.sum(share * weight, axis=-2)
        exponents = xp.sum(share * b * weight, axis=-2) / mean
        fresh = xp.concatenate([edges[..., :1], xp.diff(edges, axis=-1)], axis=-1)
        effective = self.a / UNIT * xp.cumsum(fresh * mean, axis=-1)
        first = exponents[..., 0] * xp.log(effective[..., 0])
        return xp.exp(first + self._repeated(xp, exponents, effective)) + self.d
