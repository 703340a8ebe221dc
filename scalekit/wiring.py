"""What a series of language models has beside its large matrices: biases, norms, positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from scalekit.checks import choice


@dataclass(frozen=True)
class Wiring:
    """The small weights of a transformer, which an exact count needs.

    Attributes
    ----------
    norms : int
        Normalisations of a layer over the whole width (two; one where attention and feed-forward
        run side by side behind one; four with norms behind each block too).
    norm_bias : bool
        Whether a norm shifts as well as scales.
    qkv_bias, output_bias, mlp_bias : bool
        Biases of the attention's inputs, of its output, and of the feed-forward matrices.
    qk_norm : bool
        Norms of queries and keys over the width of a head.
    sinks : bool
        One learned attention sink a head.
    router_bias : bool
        One bias an expert beside the router.
    positions : int
        Rows of a table of learned positions.
    """

    norms: int = 2
    norm_bias: bool = False
    qkv_bias: bool = False
    output_bias: bool = False
    mlp_bias: bool = False
    qk_norm: bool = False
    sinks: bool = False
    router_bias: bool = False
    positions: int = 0


_PLAIN = Wiring()
ALL_BIASES = Wiring(norm_bias=True, qkv_bias=True, output_bias=True, mlp_bias=True)

#: Wiring by series, where one series has one wiring.
FAMILIES: Mapping[str, Wiring] = MappingProxyType(
    {
        "Llama-2": _PLAIN,
        "Llama-3": _PLAIN,
        "Mistral": _PLAIN,
        "Mixtral": _PLAIN,
        "Phi": _PLAIN,
        "PaLM": Wiring(norms=1),
        "DeepSeek-V2": _PLAIN,
        "DeepSeek": Wiring(router_bias=True),
        "Kimi": Wiring(router_bias=True),
        "Qwen2.5": Wiring(qkv_bias=True),
        "Qwen3": Wiring(qk_norm=True),
        "Gemma-2": Wiring(norms=4),
        "Gemma-3": Wiring(norms=4, qk_norm=True),
        "GLM-4.5": Wiring(qkv_bias=True, qk_norm=True, router_bias=True),
        "GLM-4.5-Air": Wiring(qkv_bias=True, router_bias=True),
        "Pythia": ALL_BIASES,
        "OPT": replace(ALL_BIASES, positions=2050),
        "GPT-3": replace(ALL_BIASES, positions=2048),
        "gpt-oss": Wiring(
            qkv_bias=True, output_bias=True, mlp_bias=True, sinks=True, router_bias=True
        ),
    }
)


def wiring_of(name: str, family: str) -> Wiring:
    """Return the wiring of a model of the table.

    Parameters
    ----------
    name, family : str
        As in ``models.csv``. A name goes before its series: within GLM-4.5 and DeepSeek the
        models differ.
    """
    if name.startswith("DeepSeek-V2"):
        family = "DeepSeek-V2"
    return FAMILIES[name if name in FAMILIES else choice("family", family, FAMILIES)]
