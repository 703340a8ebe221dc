"""A million ways to serve a model in one call, against a loop of single evaluations."""

from __future__ import annotations

import numpy as np

from benchmarks.report import Row, best_time, duration, ratio
from scalekit.hardware import device, devices
from scalekit.models import model
from scalekit.serving import Plan, Search, Space, Workload, evaluate, search

LOOPED = 500
MODELS = ("Llama-3.1-8B", "Llama-3.1-70B", "Mixtral-8x7B", "DeepSeek-V3", "gpt-oss-120b")


def _sweep() -> Search:
    return search(
        Workload(2048, 128),
        Plan(model(MODELS[0]), device("H100 SXM5")),
        Space(
            models=[model(name) for name in MODELS],
            accelerators=list(devices().values()),
            devices=[1, 2, 4, 8, 16, 32],
            tensor_parallel=[1, 2, 4, 8],
            batch=[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048],
            weight_bits=[4, 8, 16],
            kv_bits=[8, 16],
            prompt_tokens=[512, 1024, 2048],
        ),
    )


def _dense(found: Search) -> list[np.ndarray]:
    """Write every array out in full: `search` leaves views where an axis changes nothing."""
    return [
        np.ascontiguousarray(array)
        for array in (
            found.fits, found.ttft_seconds, found.seconds_per_token, found.requests_per_second,
            found.usd_per_mtok_output, found.joules_per_output_token,
        )
    ]  # fmt: skip


def _loop(found: Search, indices: np.ndarray) -> None:
    for index in indices:
        evaluate(*found.at(int(index)))


def run() -> list[Row]:
    """Return the time of a sweep, of its arrays in full and of a front on it."""
    found = _sweep()
    size = found.fits.size
    # The loop takes those that fit, which are the ones that can be evaluated.
    chosen = np.random.default_rng(0).choice(np.flatnonzero(found.fits), LOOPED, replace=False)
    mine = best_time(_sweep)
    full = best_time(lambda: _dense(_sweep()))
    loop = best_time(lambda: _loop(found, chosen), repeats=2) * size / LOOPED
    one = f"loop of evaluate, scaled from {LOOPED:,}: {loop:,.0f} s"
    return [
        Row(f"{size:,} ways to serve, one call", duration(mine),
            f"{one} ({ratio(loop / mine)} longer)", size),
        Row(f"{size:,} ways to serve, all arrays written out", duration(full),
            f"{one} ({ratio(loop / full)} longer)", size),
        *(
            Row(f"front of {' and '.join(names)} on it",
                duration(best_time(lambda names=names: found.front(*names))),
                f"{found.front(*names).size:,} on the front", int(found.fits.sum()))
            for names in (("speed", "price"), ("speed", "price", "quality"),
                          ("speed", "price", "energy", "first token"))
        ),
    ]  # fmt: skip
