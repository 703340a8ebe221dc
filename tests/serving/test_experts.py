"""Experts that a batch touches: worked shares, a simulation, and published traffic."""

import numpy as np
import pytest

from scalekit import serving

QWEN = {"experts": 128, "active_experts": 8}
EXPERT = 3 * 2048 * 768 * 2  # bytes of one expert of Qwen3-30B-A3B in 16 bits


@pytest.mark.parametrize(
    ("tokens", "share"),
    [(16, 0.64), (32, 0.873), (64, 0.98), (128, 1.0), (256, 1.0)],
)
def test_even_routing(tokens, share):
    assert serving.distinct_experts(tokens, **QWEN) / 128 == pytest.approx(share, abs=5e-3)


@pytest.mark.parametrize(("tokens", "share"), [(16, 0.37), (32, 0.53), (64, 0.70), (128, 0.863)])
def test_correlated_routing(tokens, share):
    # One exponent, fitted to the measured 86.3 % at 128 tokens.
    found = serving.distinct_experts(tokens**0.706, **QWEN) / 128
    assert found == pytest.approx(share, abs=5e-3)


def test_against_simulation():
    rng = np.random.default_rng(0)
    chosen = rng.permuted(np.tile(np.arange(16), (4000, 5, 1)), axis=-1)[..., :3]
    counts = np.array([len(np.unique(row)) for row in chosen.reshape(4000, -1)])
    error = counts.std() / np.sqrt(len(counts))
    found = serving.distinct_experts(5, 16, 3)
    assert found == pytest.approx(counts.mean(), abs=4 * error)


def test_ends():
    assert serving.distinct_experts([0, 1, 1e9], 8, 2) == pytest.approx([0, 2, 8], rel=1e-15)
    assert serving.distinct_experts([0, 0.5, 1, 7], 4, 4).tolist() == [0, 4, 4, 4]
    # One token uses its own experts, however many there are.
    assert serving.distinct_experts(1, 1e9, 1) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("chunk", "ours", "published"), [(512, 1044e9, 955e9), (2048, 290e9, 304e9)]
)
def test_traffic_of_chunks(chunk, ours, published):
    found = serving.expert_load_bytes(9194, 48, **QWEN, bytes_per_expert=EXPERT, chunk=chunk)
    assert found == pytest.approx(ours, rel=1e-3)
    assert found == pytest.approx(published, rel=0.1)


def test_traffic_by_layers():
    layered = serving.expert_load_bytes(9194, 48, **QWEN, bytes_per_expert=EXPERT)
    assert layered == pytest.approx(57.98e9, rel=1e-4)
    assert layered == serving.expert_load_bytes(
        9194, 48, **QWEN, bytes_per_expert=EXPERT, chunk=9194
    )
    # Sequences that decode beside a chunk touch more experts; a last chunk counts as full.
    few = serving.expert_load_bytes(32, 1, 128, 8, 1, chunk=16)
    assert few == pytest.approx(2 * serving.distinct_experts(16, **QWEN), rel=1e-14)
    assert serving.expert_load_bytes(17, 1, 128, 8, 1, chunk=16) == few
    beside = serving.expert_load_bytes(32, 1, 128, 8, 1, chunk=16, decode_batch=4)
    assert beside == pytest.approx(2 * serving.distinct_experts(20, **QWEN), rel=1e-14)


def test_more_active_than_there_are():
    with pytest.raises(ValueError, match=r"active_experts is 9.0; allowed: up to .*, 8"):
        serving.distinct_experts(1, 8, 9)
    with pytest.raises(ValueError, match="chunk is 0"):
        serving.expert_load_bytes(10, 1, 8, 2, 1, chunk=0)
