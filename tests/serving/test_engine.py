"""The arithmetic runs on JAX arrays too, and can be differentiated."""

import jax
import numpy as np
import pytest

from scalekit.hardware import device
from scalekit.models import model
from scalekit.serving import Conventions, Plan, Workload
from scalekit.serving.engine import estimate, memory
from scalekit.serving.setting import setting
from scalekit.serving.shape import shape

PLAN = Plan(model("DeepSeek-V3"), device("H100 SXM5"), 16, weight_bits=8, activation_bits=8)
NUMBERS = shape(PLAN.model)
SETTING = setting(Workload(1000, 100), PLAN, 8.0)
C = Conventions()


def test_traced_equals_numpy():
    def times(s):
        found = estimate(NUMBERS, s, C)
        return found.ttft_seconds, found.seconds_per_token, memory(NUMBERS, s, C).free

    traced = jax.jit(times)(jax.tree.map(np.float64, SETTING))
    for mine, expected in zip(traced, times(SETTING), strict=True):
        assert mine.dtype == np.float64
        assert float(mine) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("field", ["batch", "bandwidth", "prompt_tokens", "weight_bits"])
def test_derivatives(field):
    def seconds(value):
        return estimate(NUMBERS, SETTING._replace(**{field: value}), C).seconds_per_token

    at = float(getattr(SETTING, field))
    step = 1e-5 * at
    difference = (seconds(at + step) - seconds(at - step)) / (2 * step)
    assert float(jax.grad(seconds)(at)) == pytest.approx(difference, rel=1e-5)
