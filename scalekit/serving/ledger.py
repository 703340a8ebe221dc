"""What an estimate of serving takes for granted, as data: the assumption ledger."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from scalekit.checks import choice, flag, record, single

#: Parameters that a pass multiplies or reads, by convention.
PARAMETERS = ("matmul", "matmul and embedding", "all")
GIGABYTES = {"decimal": 1.0, "binary": 1.024**3}


@dataclass(frozen=True)
class Assumption:
    """One line of the ledger.

    Attributes
    ----------
    name, value : str
        What is assumed, and how.
    alternatives : tuple of str
        What others assume.
    why : str
        Why it is assumed, or what it does.
    """

    name: str
    value: str
    alternatives: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Conventions:
    """How FLOP, bytes and seconds are counted.

    The time to first token is that of one pass over all prompts of the batch, from the start of
    that pass; the time per output token is that of one decode step at the mean context of the
    answer, over the tokens that a step yields. Queueing and the network are left out. Both
    mean the same everywhere.

    Attributes
    ----------
    name : str
        Whose conventions these are.
    source : str
        Where they are from.
    bandwidth_unit : {"decimal", "binary"}
        Whether a gigabyte of the data sheet's bandwidth has 1e9 or 2**30 bytes.
    causal : bool
        Whether attention of the prompt is counted over earlier tokens alone.
    prefill_parameters, decode_parameters : {"matmul", "matmul and embedding", "all"}
        Parameters that a prompt is multiplied by, and that a decode step reads.
    total_parameters : float or None
        A count of the model (of every model of a search) in place of the exact one, where a tool
        has its own.
    head_on_last : bool
        Whether the output head works on the last token of a prompt only.
    kv_position : float
        Where in the answer the cache is read: 0 at its first token, 0.5 on average, 1 at its end.
    kv_reads : float
        How often a step reads the cache.
    prompts_together : bool
        Whether the prompts of a batch are read in one pass, or one after the other.
    routing_exponent : float
        A pass of n tokens touches as many experts as n to this power would with even routing.
    prefill_overhead, layer_overhead : float
        Seconds added to a prefill, and to a decode step for each layer.
    working_tokens : float
        Tokens whose intermediate results must fit beside weights and cache.
    memory_share : float
        Share of the device memory that may be used.
    """

    name: str = "scalekit"
    source: str = "closed forms; every term listed here"
    bandwidth_unit: str = "decimal"
    causal: bool = False
    prefill_parameters: str = "matmul"
    decode_parameters: str = "matmul"
    total_parameters: float | None = None
    head_on_last: bool = False
    kv_position: float = 0.5
    kv_reads: float = 1.0
    prompts_together: bool = True
    routing_exponent: float = 1.0
    prefill_overhead: float = 0.0
    layer_overhead: float = 0.0
    working_tokens: float = 8192.0
    memory_share: float = 0.9

    def __post_init__(self) -> None:
        """Check every field."""
        choice("bandwidth_unit", self.bandwidth_unit, GIGABYTES)
        choice("prefill_parameters", self.prefill_parameters, PARAMETERS)
        choice("decode_parameters", self.decode_parameters, PARAMETERS)
        if self.total_parameters is not None:
            single("total_parameters", self.total_parameters, unit="parameters")
        single("kv_position", self.kv_position, 0, 1, lower_open=False)
        single("kv_reads", self.kv_reads, lower_open=False)
        single("routing_exponent", self.routing_exponent, 0, 1)
        single("prefill_overhead", self.prefill_overhead, lower_open=False, unit="s")
        single("layer_overhead", self.layer_overhead, lower_open=False, unit="s")
        single("working_tokens", self.working_tokens, lower_open=False, unit="tokens")
        single("memory_share", self.memory_share, 0, 1)
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "bool":
                flag(field.name, value)
            elif field.type == "str":
                record(field.name, value, str)

    def differences(self, other: Conventions) -> dict[str, tuple[Any, Any]]:
        """Return the fields in which two sets of conventions differ, with both values."""
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return {
            name: pair
            for name, pair in pairs.items()
            if pair[0] != pair[1] and name not in ("name", "source")
        }

    def ledger(self) -> tuple[Assumption, ...]:
        """Return the conventions as rows to show."""
        total = "exact" if self.total_parameters is None else f"{self.total_parameters:.4g}"
        return (
            Assumption(
                "Gigabytes of bandwidth", self.bandwidth_unit, tuple(GIGABYTES),
                "Data sheets print decimal ones; reading them as binary makes memory 7.4 % faster.",
            ),
            Assumption(
                "Attention over the prompt", "causal half" if self.causal else "full square",
                ("full square", "causal half"),
                "Kernels skip masked blocks, so that the truth lies near the half; the full "
                "square is what most calculators count.",
            ),
            Assumption(
                "Parameters in prefill", self.prefill_parameters, PARAMETERS,
                "The input embedding is looked up, not multiplied.",
            ),
            Assumption(
                "Parameters read by a step", self.decode_parameters, PARAMETERS,
                "The output head is read in full, of the input embedding one row a token.",
            ),
            Assumption("Count of parameters", total, ("exact", "rounded"), "Exact, part by part."),
            Assumption(
                "Output head in prefill", "last token" if self.head_on_last else "every token",
                ("every token", "last token"), "Servers need one token's logits a prompt.",
            ),
            Assumption(
                "Context of a step", _context(self.kv_position),
                ("prompt", "prompt and half of the answer", "prompt and all of the answer"),
                "The cache grows by a token a step, so that half of the answer is the mean.",
            ),
            Assumption(
                "Reads of the cache in a step", f"{self.kv_reads:g}", ("1", "2"),
                "Keys and values are read once each.",
            ),
            Assumption(
                "Prompts of a batch", "together" if self.prompts_together else "one by one",
                ("together", "one by one"),
                "Decides the time to first token, not the throughput.",
            ),
            Assumption(
                "Routing to experts", f"as if even, tokens to the power {self.routing_exponent:g}",
                ("1 (even: an upper bound)", "0.706 (our fit to one measured point)"),
                "Tokens of a batch like the same experts, so that even routing reads too many.",
            ),
            Assumption(
                "Overhead", f"{self.prefill_overhead:g} s a prefill, {self.layer_overhead:g} s a "
                "layer and step", ("none", "1e-5 s a layer and step"),
                "Launching kernels takes time that a roofline does not see.",
            ),
            Assumption(
                "Working memory", f"{self.working_tokens:g} tokens through the widest layer",
                ("none", "measured by the server at its start"), "Long prompts go in pieces.",
            ),
            Assumption(
                "Memory that may be used", f"{self.memory_share:g}", ("0.9", "1"),
                "Servers leave a tenth to the runtime. Device memory is decimal as printed.",
            ),
        )  # fmt: skip


def _context(position: float) -> str:
    """Return how much of the answer a step reads beside the prompt, in words."""
    if position == 0:
        return "prompt"
    part = {0.5: "half", 1.0: "all"}.get(position, f"{position:g}")
    return f"prompt and {part} of the answer"


#: What holds in every estimate, whatever the conventions.
FIXED = (
    Assumption(
        "Time to first token", "one pass over the prompts, from its start",
        ("with the time in a queue", "with the network"), "What hardware alone decides.",
    ),
    Assumption(
        "Time per output token", "one decode step, over the tokens that it yields",
        ("all time over all tokens", "with the prompts of others between"),
        "What one reader sees once the answer has begun.",
    ),
    Assumption(
        "Bits of weights", "all of them, embedding and head too", ("embedding and head 16 bits",),
        "Some quantised models keep both in 16 bits.",
    ),
    Assumption(
        "Rate of a matrix product", "the fastest published format that is no narrower than either "
        "operand", ("16 bits always", "twice the rate at half the bits"),
        "Weights of 4 bits with activations of 16 compute in 16 bits. Nothing is extrapolated: "
        "a format that a device lacks brings no speed.",
    ),
    Assumption(
        "Compute and memory traffic", "overlap perfectly in a phase; the link adds to it",
        ("nothing overlaps", "all overlaps"), "The roofline: the slower of the two.",
    ),
    Assumption(
        "Prompts of a drafting model", "read once, after the first token", ("free",),
        "Its cache has to hold them.",
    ),
    Assumption(
        "Link", "two all-reduces a layer in the bits of activations, each two passes round a "
        "ring, 1e-6 s a hop; of a group beyond a node then round its nodes, 5e-6 s a hop",
        ("four all-reduces in two dimensions", "16 bits always", "no nodes", "none"),
        "One-dimensional tensor parallelism.",
    ),
    Assumption(
        "Key-value cache", "split over key-value heads, beyond that copied; a latent cache copied",
        ("split evenly",), "A head is not cut.",
    ),
    Assumption(
        "Chunks of a prompt", "each reads the weights anew, none reads the cache again",
        ("the cache too",), "Attention over it computes for longer than reading it takes, but "
        "in chunks of few tokens.",
    ),
    Assumption(
        "Norms, biases and intermediate results", "no time", ("counted as memory traffic",),
        "Fused kernels keep them on the chip.",
    ),
)  # fmt: skip
