"""Idealized runtimes: measured points, worked prices, and no steps between them."""

import numpy as np
import pytest

from scalekit import serving
from scalekit.serving.runtime import PROMPT_LENGTHS

# Seconds of a further token and to the first after 1, 512, 1024 and 1920 tokens.
MEASURED = {
    "davinci": (0.081, 0.084, 0.178, 0.323, 0.597),
    "j1-jumbo": (0.064, 0.069, 0.164, 0.310, 0.603),
    "j1-grande": (0.038, 0.041, 0.097, 0.190, 0.380),
    "j1-large": (0.024, 0.027, 0.047, 0.089, 0.167),
    "gpt-j": (0.021, 0.023, 0.042, 0.076, 0.142),
    "tnlg-v2": (0.123, 0.125, 0.490, 0.951, 1.852),
    "anthropic-52b": (0.054, 0.055, 0.108, 0.189, 0.342),
    "cohere-xl": (0.054, 0.055, 0.108, 0.189, 0.342),
    "bloom": (0.061, 0.068, 0.191, 0.347, 0.669),
    "yalm": (0.068, 0.071, 0.284, 0.527, 1.006),
}


def test_models():
    assert list(serving.runtime_fits()) == list(MEASURED)
    devices = [fit.devices for fit in serving.runtime_fits().values()]
    assert devices == [8, 8, 1, 1, 1, 24, 4, 4, 8, 4]
    for fit in serving.runtime_fits().values():
        assert fit.status == "paper"
        assert fit.source
    unknown = [fit.model for fit in serving.runtime_fits().values() if fit.d_model is None]
    assert unknown == ["j1-grande", "j1-large"]


@pytest.mark.parametrize("model", MEASURED)
def test_measured_points(model):
    each, *first = MEASURED[model]
    assert serving.idealized_runtime(PROMPT_LENGTHS, 1, model).tolist() == first
    one, eleven = serving.idealized_runtime(700, [1, 11], model)
    assert eleven - one == pytest.approx(10 * each, rel=1e-12)


def test_worked_example():
    fit = serving.runtime_fits()["davinci"]
    seconds = serving.idealized_runtime(512, 64)
    assert seconds == pytest.approx(5.281, abs=5e-4)
    assert serving.runtime_cost(seconds, fit.devices, 4.096) == pytest.approx(0.0481, abs=5e-5)
    flop = serving.dense_request_flop(fit.d_model, fit.layers, 1, 1)
    assert flop == pytest.approx(3.479e11, rel=2e-4)
    assert serving.dense_request_flop(fit.d_model, fit.layers, 512, 64) == 575 * flop


def test_between_and_beyond():
    prompts = np.arange(0, 4000)
    seconds = serving.idealized_runtime(prompts, 1)
    assert np.all(np.diff(seconds) >= 0)  # the authors' rule falls from 16 to 17 tokens
    assert np.max(np.diff(seconds)) < 4e-4
    assert seconds[0] == seconds[1] == 0.084
    assert seconds[768] == pytest.approx((0.178 + 0.323) / 2, rel=1e-12)
    assert seconds[3840] == pytest.approx(2 * 0.597, rel=1e-12)
    assert serving.idealized_runtime(512, 0) == serving.idealized_runtime(512, 1)
    assert serving.dense_request_flop(8, 2, 10, 0) == serving.dense_request_flop(8, 2, 10, 1)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("idealized_runtime", (1, 1, "bloome"), r"model is 'bloome' \(did you mean 'bloom'\?\)"),
        ("idealized_runtime", (-1, 1), "prompt_tokens is -1"),
        ("runtime_cost", (1, 0, 1), "devices is 0"),
        ("dense_request_flop", (8, 2, 1, -1), "output_tokens is -1"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
