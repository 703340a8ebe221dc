"""Time that devices spend talking to each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scalekit.checks import number
from scalekit.laws.form import array_namespace, plain


@dataclass(frozen=True)
class _Protocol:
    """One way to all-reduce: share of the bandwidth that it uses, and what it waits [s]."""

    efficiency: float
    hop: float
    node: float
    start: float


# As in inference_economics_notebook.ipynb of ege-erdil/inference-economics@589a102, which takes
# them from NCCL: LL, LL128, Simple.
_PROTOCOLS = (
    _Protocol(efficiency=0.5, hop=0.6e-6, node=5e-6, start=6.8e-6),
    _Protocol(efficiency=0.95, hop=1.25e-6, node=8.5e-6, start=14e-6),
    _Protocol(efficiency=1.0, hop=28e-6, node=28e-6, start=0.0),
)


def collective_time(bytes: Any, link_bandwidth: Any, hops: Any, hop_latency: Any = 1e-6) -> Any:
    """Return the seconds of a collective on a ring, max(hop_latency hops/2, bytes/bandwidth).

    Parameters
    ----------
    bytes : float or array
        Bytes of the whole array [B].
    link_bandwidth : float or array
        Bandwidth to the neighbours [B/s].
    hops : float or array
        Devices along the ring.
    hop_latency : float or array
        Least time of one hop [s]; about a microsecond on a TPU.

    Notes
    -----
    Source: the JAX scaling book (jax-ml/scaling-book, inference.md).

    Raises
    ------
    ValueError
        If an input is negative, or `link_bandwidth` or `hops` is 0.
    """
    floor = number("hop_latency", hop_latency, lower_open=False, unit="s")
    floor = floor * number("hops", hops) / 2.0
    data = number("bytes", bytes, lower_open=False, unit="B")
    data = data / number("link_bandwidth", link_bandwidth, unit="B/s")
    return plain(array_namespace(floor, data).maximum(floor, data))


def all_reduce_time(
    ranks: Any,
    nodes: Any,
    bytes: Any,
    intra_bandwidth: Any = 2.25e11,
    inter_bandwidth: Any = 2.5e10,
) -> Any:
    """Return the seconds of an all-reduce by the fastest of three protocols; 0 for one rank.

    A ring inside each node, a tree between nodes (Erdil, arXiv 2506.04645, section 3.5 and
    notebook). Its constants were measured on NVIDIA devices.

    Parameters
    ----------
    ranks : float or array
        Devices that take part. Two-dimensional sharding passes square roots: counts need not
        be whole.
    nodes : float or array
        Nodes that hold them, from 1.
    bytes : float or array
        Bytes on each device [B].
    intra_bandwidth, inter_bandwidth : float or array
        Bandwidth of a device inside a node and to other nodes [B/s]; defaults are an H100's.

    Raises
    ------
    ValueError
        If an input is not above 0 (`bytes` may be 0), or `nodes` is below 1.
    """
    R = number("ranks", ranks)
    n = number("nodes", nodes, 1, lower_open=False)
    data = number("bytes", bytes, lower_open=False, unit="B")
    intra = number("intra_bandwidth", intra_bandwidth, unit="B/s")
    inter = number("inter_bandwidth", inter_bandwidth, unit="B/s")
    xp = array_namespace(R, n, data, intra, inter)
    hops, doublings = R / n - 1.0, xp.log2(n)
    moved = n * xp.maximum(hops, 0.0) * data / (R * intra) + (n - 1.0) * data / (R * inter)
    fastest: Any = math.inf
    for protocol in _PROTOCOLS:
        waits = 2.0 * (hops * protocol.hop + doublings * protocol.node) + protocol.start
        fastest = xp.minimum(fastest, waits + moved / protocol.efficiency)
    return plain(xp.where(R > 1.0, fastest, 0.0))


def weight_stationary_comm_time(
    batch: Any, d_model: Any, devices: Any, link_bandwidth: Any, dimensions: int = 1
) -> Any:
    """Return the seconds in which a feed-forward layer moves its activations between devices.

    Weights stay where they are, d_ff = 4 d_model, 16 bits. Sharded along one dimension it is
    4 B d/(3 W) whatever the number of devices, along two sqrt(128/devices) B d/W: two win above
    72 devices. (The JAX scaling book, inference.md, prints 81 for 128 (3/4)^2.)

    Parameters
    ----------
    batch : float or array
        Tokens of the step.
    d_model : float or array
        Width of the model.
    devices : float or array
        Devices that share a layer, more than one.
    link_bandwidth : float or array
        Bandwidth of a device to its neighbours [B/s].
    dimensions : {1, 2}
        Along how many dimensions the weights are cut.

    Raises
    ------
    ValueError
        If `dimensions` is neither 1 nor 2, or another input is not above 0.
    """
    if dimensions not in (1, 2):
        raise ValueError(f"dimensions is {dimensions!r}; allowed: 1, 2")
    data = number("batch", batch, unit="tokens") * number("d_model", d_model)
    link = number("link_bandwidth", link_bandwidth, unit="B/s")
    count = number("devices", devices)
    xp = array_namespace(data, link, count)
    share = 4.0 / 3.0 * xp.ones_like(count) if dimensions == 1 else xp.sqrt(128.0 / count)
    return plain(share * data / link)
