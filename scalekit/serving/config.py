"""A `Model` from the config.json that a language model is published with."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scalekit.checks import choice, record
from scalekit.models import Model
from scalekit.serving.config_families import FAMILIES
from scalekit.serving.config_fields import Fields
from scalekit.serving.counting import counts
from scalekit.serving.shape import shape

MOST_CHARACTERS = 1_000_000
"""Length of a text beyond which it is no config.json."""


def read_config(config: Mapping[str, Any] | str | bytes, name: str | None = None) -> Model:
    """Return the architecture that a Hugging Face config.json describes.

    Parameters
    ----------
    config : mapping, str or bytes
        The file's content, parsed or as text. Of a model that also reads images the language
        part is taken.
    name : str, optional
        What to call it; else the name in the file, or its model_type.

    Returns
    -------
    Model
        With exact parameter counts.

    Raises
    ------
    ValueError
        If it is no JSON object, its ``model_type`` is unknown, or a field is missing, of another
        kind or absurd; the message names key, value and what is allowed.

    Examples
    --------
    >>> found = read_config({
    ...     "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
    ...     "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
    ...     "vocab_size": 128256, "max_position_embeddings": 131072,
    ... })
    >>> found.total_parameters
    8030261248
    """
    if name is not None:
        record("name", name, str)
    content = _parsed(config)
    if isinstance(content.get("text_config"), Mapping):
        # The language part need not repeat what it is: gemma3 holds a gemma3_text.
        outer = content.get("model_type")
        content = {"model_type": f"{outer}_text", **content["text_config"]}
    kind = content.get("model_type")
    if not isinstance(kind, str):
        raise ValueError(f"model_type is {reprlib.repr(kind)}; allowed: {', '.join(FAMILIES)}")
    read = FAMILIES[choice("model_type", reprlib.repr(kind)[1:-1], FAMILIES)]
    given = content.get("_name_or_path")
    label = name or (given if isinstance(given, str) and given else kind)
    found = replace(
        read(Fields(content, kind)), name=label, family=kind, source="config.json", notes=""
    )
    return _counted(found)


def _parsed(config: Mapping[str, Any] | str | bytes) -> Mapping[str, Any]:
    if isinstance(config, str | bytes):
        if len(config) > MOST_CHARACTERS:
            raise ValueError(
                f"config has {len(config):,} characters; allowed: up to {MOST_CHARACTERS:,}"
            )
        try:
            config = json.loads(config)
        except (ValueError, RecursionError) as problem:
            raise ValueError(f"config is no JSON ({problem}); allowed: a JSON object") from None
    if not isinstance(config, Mapping):
        raise ValueError(
            f"config is {reprlib.repr(config)}; allowed: a JSON object, with a model_type"
        )
    return config


def _counted(model: Model) -> Model:
    found = counts(model)
    per_token = shape(model)
    return replace(
        model,
        total_parameters=found.total,
        active_parameters=found.active,
        active_parameters_without_input_embedding=found.active_without_input_embedding,
        nonembedding_parameters=found.nonembedding,
        active_nonembedding_parameters=found.active_nonembedding,
        kv_elements_per_token=int(per_token.kv_global + per_token.kv_local),
    )
