"""Prices of tokens: the accounts of CodeMonkeys, and the table of hosted models."""

import dataclasses

import pytest

from scalekit import datasets, serving


def test_local_model_of_codemonkeys():
    found = serving.local_generation_cost(1.32084e9, 32e9, 2896.4e12, 0.2, 8.24)
    assert found.tokens_per_second == pytest.approx(9051, abs=0.5)
    assert found.hours == pytest.approx(40.5, abs=0.05)
    assert found.usd == pytest.approx(334.02, abs=0.01)


@pytest.mark.parametrize(
    ("inputs", "usd"),
    [
        # Claude 3.5 Sonnet and DeepSeek-V3 as CodeMonkeys paid for them, a million of each.
        ((1e6, 1e6, 3.0, 15.0), 18.0),
        ((1e6, 1e6, 3.0, 15.0, 1e6, 0.3), 15.3),
        ((1e6, 1e6, 0.14, 0.28, 5e5, 0.014), 0.357),
        ((0, 0, 3.0, 15.0), 0.0),
    ],
)
def test_request(inputs, usd):
    assert serving.token_cost(*inputs) == pytest.approx(usd, rel=1e-12)


def test_every_row_is_a_price():
    table = datasets.prices()
    assert list(serving.api_prices()) == table["model_id"].tolist()
    assert len(serving.api_prices()) == 39
    for row in table.itertuples():
        price = serving.api_price(row.model_id)
        assert price.usd_per_mtok_input == row.usd_per_mtok_input
        assert price.usd_per_mtok_output == row.usd_per_mtok_output
        assert price.name
        assert price.status
        assert price.source
    assert serving.api_price("gpt-4").status == "[unverified]"
    assert serving.api_price("gpt-3.5-turbo").cost(1e6, 1e6) == 3.5
    with pytest.raises(dataclasses.FrozenInstanceError):
        price.usd_per_mtok_input = 0


def test_cached_tokens_need_a_price():
    assert serving.api_price("gpt-4o-mini").cost(2e6, 0, 1e6) == pytest.approx(0.225, rel=1e-12)
    old = serving.api_price("claude-opus-4")
    assert old.usd_per_mtok_cached_input is None
    assert old.cost([1e6, 2e6], 0).tolist() == [15, 30]
    with pytest.raises(ValueError, match="no price of cached input of 'claude-opus-4' is known"):
        old.cost(1e6, 0, 1)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("token_cost", (10, 0, 1, 1, 11), "cached_tokens is 11.0; allowed: up to prompt_tokens"),
        ("token_cost", (10, 0, -1, 1), r"usd_per_mtok_input is -1; .* \[USD per million tokens\]"),
        ("local_generation_cost", (1, 1, 1, 0, 1), "mfu is 0"),
        ("api_price", ("gpt-4o-mino",), r"model_id is 'gpt-4o-mino' \(did you mean 'gpt-4o-mini"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(serving, function)(*arguments)
