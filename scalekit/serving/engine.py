"""From work and hardware to memory, seconds, USD and joules: written once, elementwise.

`evaluate` passes numbers, `search` passes axes of arrays that broadcast.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from scalekit.laws.form import array_namespace
from scalekit.serving.collectives import collective_time
from scalekit.serving.ledger import GIGABYTES, Conventions
from scalekit.serving.shape import Shape
from scalekit.serving.work import Work, decode_work, kv_elements, prefill_work

REDUCES_PER_LAYER = 2
HOP_SECONDS, NODE_HOP_SECONDS = 1e-6, 5e-6
"""Least time of one hop inside a node, and to another node."""
LIMITS = ("compute", "memory", "link")
"""What a phase can wait for: the times of a `Phase`."""


class Setting(NamedTuple):
    """Everything but the model that an estimate depends on; each a float or an array.

    Attributes
    ----------
    prompt_tokens, output_tokens, batch : float or array
        Of each request, and sequences that one group of devices works on at once.
    devices, tensor_parallel : float or array
        All devices, and those of one group; every group holds the whole model.
    weight_bits, kv_bits, activation_bits : float or array
        Bits that an element takes, scales of blocks included.
    matmul_rate, attention_rate : float or array
        Peak of one device in the formats of the products with weights and with the cache [FLOP/s].
    bandwidth, link_bandwidth, memory_bytes : float or array
        Of one device [B/s, B/s, B].
    node_size, node_bandwidth : float or array
        Devices that the link joins, and bandwidth of one device beyond them [B/s].
    compute_efficiency, memory_efficiency, link_efficiency : float or array
        Fractions of these that are reached.
    chunk_tokens, decode_batch : float or array
        Tokens of one pass of a prompt (infinite for all), and sequences decoded in the same pass.
    verified_tokens, tokens_per_step : float or array
        Tokens of a sequence that a decode step passes through the model, and those it yields.
    usd_per_device_hour, watts : float or array
        Price, electricity included, and draw of one device, PUE included.
    """

    prompt_tokens: Any
    output_tokens: Any
    batch: Any
    devices: Any
    tensor_parallel: Any
    weight_bits: Any
    kv_bits: Any
    activation_bits: Any
    matmul_rate: Any
    attention_rate: Any
    bandwidth: Any
    link_bandwidth: Any
    node_size: Any
    node_bandwidth: Any
    memory_bytes: Any
    compute_efficiency: Any
    memory_efficiency: Any
    link_efficiency: Any
    chunk_tokens: Any
    decode_batch: Any
    verified_tokens: Any
    tokens_per_step: Any
    usd_per_device_hour: Any
    watts: Any


class Phase(NamedTuple):
    """Seconds of one pass, and the three times it is made of; its work on each device.

    Attributes
    ----------
    seconds : float or array
        The longer of `compute` and `memory`, `link` and overhead.
    compute, memory, link : float or array
        Seconds of arithmetic, of memory traffic and of the link.
    flop, bytes : float or array
        Operations of one device, and bytes that its memory moves.
    """

    seconds: Any
    compute: Any
    memory: Any
    link: Any
    flop: Any
    bytes: Any

    @property
    def intensity(self) -> Any:
        """Operations a byte, to lay on a roofline."""
        return self.flop / self.bytes


class Memory(NamedTuple):
    """Bytes on each device.

    Attributes
    ----------
    weights, kv_cache, working : float or array
        Of the model, the cache at its fullest, and intermediate results.
    usable : float or array
        Bytes that may be used.
    """

    weights: Any
    kv_cache: Any
    working: Any
    usable: Any

    @property
    def free(self) -> Any:
        """Usable bytes that are left; negative where it does not fit."""
        return self.usable - self.weights - self.kv_cache - self.working


class Estimate(NamedTuple):
    """What comes out; each a float or an array. See `Serving` for the words.

    Attributes
    ----------
    ttft_seconds, seconds_per_token : float or array
        Time to first token, and time per output token.
    prefill, decode : Phase
        The pass over the prompts, and a decode step (of the target alone).
    cycle_seconds : float or array
        From the prompts of a batch to its last token.
    requests_per_second, tokens_per_second_device : float or array
        Of all devices; output tokens of one device, prefill included.
    usd_per_mtok_input, usd_per_mtok_output, usd_per_request : float or array
        Prices [USD].
    joules_per_input_token, joules_per_output_token : float or array
        Energy [J].
    """

    ttft_seconds: Any
    seconds_per_token: Any
    prefill: Phase
    decode: Phase
    cycle_seconds: Any
    requests_per_second: Any
    tokens_per_second_device: Any
    usd_per_mtok_input: Any
    usd_per_mtok_output: Any
    usd_per_request: Any
    joules_per_input_token: Any
    joules_per_output_token: Any


def split_of_cache(shape: Shape, tensor_parallel: Any) -> Any:
    """Return over how many devices the cache of a sequence is split, as the fullest one sees it.

    A head is not cut: of eight heads on three devices, one holds three.
    """
    xp = array_namespace(tensor_parallel, shape.kv_shards)
    return shape.kv_shards / xp.ceil(shape.kv_shards / tensor_parallel)


def memory(shape: Shape, s: Setting, c: Conventions, draft: Shape | None = None) -> Memory:
    """Return what weights, cache at its fullest and working memory take on each device.

    Parameters
    ----------
    shape : Shape
        Of the model.
    s : Setting
        Workload and hardware.
    c : Conventions
        How to count.
    draft : Shape, optional
        Of a model that drafts: its weights and cache lie beside those of the large one, which
        passes one after it, in the same working memory.
    """
    n = s.tensor_parallel
    context = s.prompt_tokens + s.output_tokens
    weights, cache = 0.0, 0.0
    for model in (shape,) if draft is None else (shape, draft):
        weights = weights + model.total / n * (s.weight_bits / 8.0)
        cache = cache + kv_elements(model, context) / split_of_cache(model, n)
    elements = shape.working + shape.working_split / n
    return Memory(
        weights=weights,
        kv_cache=s.batch * (cache * (s.kv_bits / 8.0)),
        working=c.working_tokens * elements * (s.activation_bits / 8.0),
        usable=c.memory_share * s.memory_bytes,
    )


def phase(shape: Shape, work: Work, s: Setting, c: Conventions, overhead: Any) -> Phase:
    """Return the seconds of one pass."""
    n = s.tensor_parallel
    compute = work.matmul_flop / s.matmul_rate + work.attention_flop / s.attention_rate
    compute = compute / (n * s.compute_efficiency)
    moved = work.weight_bytes / n + work.kv_bytes / split_of_cache(shape, n)
    read = moved / (s.bandwidth * (s.memory_efficiency * GIGABYTES[c.bandwidth_unit]))
    link = _link_seconds(shape, work, s)
    seconds = array_namespace(compute, read).maximum(compute, read) + (link + overhead)
    flop = (work.matmul_flop + work.attention_flop) / n
    return Phase(seconds, compute, read, link, flop, moved)


def _link_seconds(shape: Shape, work: Work, s: Setting) -> Any:
    """Return the seconds of the all-reduces, twice round the ring of a node and twice of nodes.

    A group beyond a node first sums inside each node, so that a device passes on to other nodes
    its own part alone.
    """
    n = s.tensor_parallel
    xp = array_namespace(n, work.reduced_tokens, s.node_size)
    nodes = xp.ceil(n / s.node_size)
    inside = n / nodes
    data = work.reduced_tokens * shape.d_model * (s.activation_bits / 8.0) / work.passes
    once = _ring(inside, data, s.link_bandwidth * s.link_efficiency, HOP_SECONDS)
    once = once + _ring(
        nodes, data / inside, s.node_bandwidth * s.link_efficiency, NODE_HOP_SECONDS
    )
    return shape.layers * (2.0 * REDUCES_PER_LAYER) * work.passes * once


def _ring(members: Any, bytes: Any, rate: Any, hop: float) -> Any:
    """Return the seconds in which each member of a ring gets what it lacks; 0 for one."""
    once = collective_time((members - 1.0) / members * bytes, rate, members, hop)
    xp = array_namespace(members, once)
    return xp.where(members > 1.0, once, 0.0)


def decode_step(shape: Shape, s: Setting, c: Conventions, tokens: Any) -> Phase:
    """Return a decode step at the mean context that passes so many tokens of each sequence."""
    context = s.prompt_tokens + c.kv_position * s.output_tokens
    work = decode_work(shape, context, s.batch, tokens, s.weight_bits, s.kv_bits, c)
    return phase(shape, work, s, c, c.layer_overhead * shape.layers)


def prefill_pass(shape: Shape, s: Setting, c: Conventions) -> Phase:
    """Return the pass over the prompts of the batch, or over one where they go one by one."""
    work = prefill_work(
        shape,
        s.prompt_tokens,
        s.batch if c.prompts_together else 1.0,
        s.weight_bits,
        s.kv_bits,
        s.chunk_tokens,
        s.decode_batch,
        c,
    )
    return phase(shape, work, s, c, c.prefill_overhead)


def estimate(shape: Shape, s: Setting, c: Conventions, draft: Shape | None = None) -> Estimate:
    """Return times, prices and energy.

    Parameters
    ----------
    shape : Shape
        Of the model.
    s : Setting
        Workload and hardware.
    c : Conventions
        How to count.
    draft : Shape, optional
        Of a model that drafts all verified tokens but one, one step of its own for each. It reads
        the prompts too, after the first token: its cache has to hold them.
    """
    prefill = prefill_pass(shape, s, c)
    decode = decode_step(shape, s, c, s.verified_tokens)
    step, prompts = decode.seconds, prefill.seconds
    if draft is not None:
        exact = replace(c, total_parameters=None)  # a count of the large model
        prompts = prompts + prefill_pass(draft, s, exact).seconds
        step = step + (s.verified_tokens - 1.0) * decode_step(draft, s, exact, 1.0).seconds
    per_token = step / s.tokens_per_step
    all_prompts = prompts * (1.0 if c.prompts_together else s.batch)
    cycle = all_prompts + (s.output_tokens - 1.0) * per_token
    # Device-seconds of one request's whole prompt, of one further token, and of all.
    n = s.tensor_parallel
    prompt, token, request = (t * n / s.batch for t in (all_prompts, per_token, cycle))
    usd_per_second = s.usd_per_device_hour / 3600.0
    return Estimate(
        ttft_seconds=prefill.seconds,
        seconds_per_token=per_token,
        prefill=prefill,
        decode=decode,
        cycle_seconds=cycle,
        requests_per_second=s.devices / request,
        tokens_per_second_device=s.output_tokens / request,
        usd_per_mtok_input=prompt / s.prompt_tokens * (1e6 * usd_per_second),
        usd_per_mtok_output=token * (1e6 * usd_per_second),
        usd_per_request=request * usd_per_second,
        joules_per_input_token=prompt / s.prompt_tokens * s.watts,
        joules_per_output_token=token * s.watts,
    )
