"""The formula of every form as one would type it in NumPy, for comparison; no code of scalekit."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import exp, log, log2, log10, maximum, minimum
from scipy.optimize import brentq, minimize_scalar, newton
from scipy.stats import norm


def _single(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    return getattr(x, k.input) / k.unit


def _repeated(D: Any, U: Any, R: float) -> np.ndarray:
    U = minimum(U, D)
    return U + U * R * (1 - exp(-(D / U - 1) / R))


def _excess(k: SimpleNamespace, N: Any, U: Any) -> np.ndarray:
    G = (k.alpha * k.A / (k.beta * k.B)) ** (1 / (k.alpha + k.beta))
    base = minimum(N, (U * G) ** (k.beta / k.alpha) * G)
    return base + base * k.R_N * (1 - exp(-(N / base - 1) / k.R_N))


def _repetition(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    U = minimum(x.U, x.D)
    size = _excess(k, x.N, U)
    return k.E + k.A / size**k.alpha + k.B / _repeated(x.D, U, k.R_D) ** k.beta


def _share(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    w = maximum(1 - exp(-x.weight_bits / k.gamma_w + k.n_w), 0)
    a = maximum(1 - exp(-x.activation_bits / k.gamma_a + k.n_a), 0)
    return w * a * maximum(1 - exp(-x.kv_bits / k.gamma_kv + k.n_kv), 0)


def _experts(k: SimpleNamespace, E: Any) -> np.ndarray:
    return 1 / (1 / (E - 1 + 1 / (1 / k.E_start - 1 / k.E_max)) + 1 / k.E_max)


def _routed(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    N, E = log10(x.N), log10(_experts(k, x.experts))
    return 10 ** (k.a * N + k.b * E + k.c * N * E + k.d)


def _routed_size(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    N, E, one = log10(x.N), log10(_experts(k, x.experts)), log10(k.E_start)
    return 10 ** ((k.a * N + k.b * (E - one) + k.c * N * E) / (k.a + k.c * one))


def _leverage(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    start = 1 / (1 / k.A_start - 1 / k.A_max)
    A = 1 / (1 / (x.activation_ratio + start) + 1 / k.A_max)
    G = log2(x.G)
    return A ** (k.a + k.d * log10(x.C) + k.gamma * G**2 + k.beta * G)


def _farseer(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    n = x.N / k.unit
    power = exp(k.a1 * n**k.alpha + k.b1)
    return exp(k.a3 * n**k.gamma + k.b3) + exp(k.a2 * n**k.beta + k.b2) * x.D**-power


def _width(N: Any) -> np.ndarray:
    steps = [5e7, 2e8, 5e8, 1e9, 2e9, 5e9, 1e10, 2e10, 5e10, 1e11, 2e11, 5e11, 1e12]
    widths = [512, 768, 1024, 1536, 2048, 3200, 4096, 5120, 6048, 8192, 12288, 16384, 20480, 24576]
    return np.take(np.array(widths, float), np.digitize(N, steps, right=True))


def _compression(k: SimpleNamespace, V: Any) -> np.ndarray:
    bounded = minimum(log(V), log(200000))
    return k.a * bounded**2 + k.b * bounded + k.c


def _entries(k: SimpleNamespace, x: SimpleNamespace, parameters: Any) -> np.ndarray:
    return parameters / _width(x.N) if k.entries else parameters


def _vocabulary_loss(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    n, v = x.N / 1e6, x.V * _width(x.N) / 1e6
    D = x.H / 1e9 * _compression(k, x.V / 1000)
    return -k.E + k.A1 / n**k.a1 + k.A2 / v**k.a2 + k.B / D**k.beta


def _vocabulary_root(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    n, K = x.N / 1e6, x.C / 6e15
    level = log(k.a2 * k.A2 / (k.beta * k.B)) + k.beta * log(K)

    def excess(v: Any) -> Any:
        return (k.a2 + 1) * v + (k.beta - 1) * log(n + exp(v)) - level

    def slope(v: Any) -> Any:
        return k.a2 + 1 + (k.beta - 1) * exp(v) / (n + exp(v))

    return _entries(k, x, 1e6 * exp(newton(excess, log(n), slope, tol=1e-13)))


def _mixing(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    names = ("academic", "prose", "dialogue", "symbolic", "internet")
    total = 0.0
    for a in names:
        slope = sum(getattr(k, f"t_{a}_{b}") * getattr(x, b) for b in names)
        loss = getattr(k, f"c_{a}") + getattr(k, f"k_{a}") * exp(slope)
        total = total + getattr(k, f"s_{a}") * loss
    return total


def _one_mixing(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    names = ("academic", "prose", "dialogue", "symbolic", "internet")
    return k.c + k.k * exp(sum(getattr(k, f"t_{name}") * getattr(x, name) for name in names))


def _filtering(k: SimpleNamespace, x: SimpleNamespace, effective: bool) -> np.ndarray:
    n, K = x.samples_seen, x.buckets
    b, tau = ([getattr(k, f"{name}_{i}") for i in (1, 2, 3, 4)] for name in ("b", "tau"))
    share = [np.clip(K - i, 0, 1) / K for i in range(4)]
    pool = 12.8e6 * K
    before, amount, power = np.zeros_like(n), np.zeros_like(n), np.zeros_like(n)
    for j in range(int(np.ceil(np.max(n / pool)))):
        end = minimum((j + 1) * pool, n)
        weight = [share[i] * 2 ** (-j / (K * tau[i])) for i in range(4)]
        slope = sum(b[i] * weight[i] for i in range(4))
        if effective:
            mean = sum(weight)
            more, slope = amount + k.a / 1e5 * (end - before) * mean, slope / mean
        else:
            more = k.a / 1e5 * end
        power = power + slope * (log(more) if j == 0 else log(more / amount))
        before, amount = end, more
    return exp(power) + k.d


def _pruning(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    """Solve the published equation point by point."""
    points = zip(x.examples_per_parameter, x.keep_fraction, strict=True)
    return np.array([_prune(k.keep, *point) for point in points])


def _prune(keep: str, alpha: float, f: float) -> float:
    """Return the error from the largest kappa for which min over R of psi is 1."""
    low = norm.isf(f / 2) if keep == "keep-easy" else 0.0
    high = norm.ppf(0.5 + f / 2) if keep == "keep-hard" else 10.0
    u = np.linspace(low, min(high, 10.0), 2001)
    weight = norm.pdf(u)
    weight[[0, -1]] /= 2
    weight /= weight.sum()

    def psi(R: float, kappa: float) -> float:
        a = (kappa - R * u) / np.sqrt(1 - R * R)
        return f * alpha * float(weight @ ((1 + a * a) * norm.cdf(a) + a * norm.pdf(a)))

    def best(kappa: float) -> float:
        found = minimize_scalar(
            psi, args=(kappa,), bounds=(1e-6, 1 - 1e-6), method="bounded", options={"xatol": 1e-10}
        )
        return float(found.x)

    kappa = brentq(lambda kappa: psi(best(kappa), kappa) - 1, 1e-3, 50.0, xtol=1e-11)
    return float(np.arccos(best(kappa)) / np.pi)


def _fraction(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    S = maximum(8 * x.D / (x.N * x.weight_bits), 1 + 1e-15)
    return exp(-k.a / log(S))


def _penalty(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    P, N, fp, qat = x.weight_bits, x.N, x.S_fp, x.S_qat
    mixed = k.lam * 2 ** (-k.mu * P) / (N**k.nu * fp**k.xi * qat**k.rho)
    return k.theta * 2 ** (-k.kappa * P) + k.phi * 2 ** (-k.chi * P) / (
        N**k.psi * qat**k.omega
    ) + mixed  # fmt: skip


def _critical(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    rising = k.gamma_D * k.C_T
    ratio = k.beta * k.B * x.N**k.gamma_N * exp(x.weight_bits / k.gamma_post - k.b) / rising
    return ratio ** (1 / (k.gamma_D + k.beta))


def _continual(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    trained = k.A * (x.S1_pretraining + x.S1_continual) ** -k.alpha
    shift = k.B * (1 - (1 + k.E * x.S1_continual) ** -k.beta)
    return k.L0 + trained - k.C1 * x.S2_pretraining - k.C2 * x.S2_continual + shift


def _sparse(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    used = 1 - x.sparsity
    both = k.d / (used**k.delta * x.N**k.gamma)
    return k.a / x.N**k.alpha + k.b / x.D**k.beta + k.c / used**k.lam + both + k.e


def _retrieval(k: SimpleNamespace, x: SimpleNamespace) -> np.ndarray:
    documents = (k.a_documents + k.b_documents * x.document_gain) * log(x.documents + x.epsilon)
    shots = (k.a_shots + k.b_shots * x.shot_gain) * log(x.shots + x.epsilon)
    z = documents + shots + k.a_iterations * log(x.iterations + x.epsilon) + k.c
    return k.height / (1 + exp(-k.steepness * (z + k.shift))) - k.drop


def _gold(k: SimpleNamespace, x: SimpleNamespace, learned: bool) -> np.ndarray:
    decades = log10(k.N) - 9
    alpha = k.alpha + getattr(k, "alpha_slope", 0.0) * decades
    beta = k.beta + getattr(k, "beta_slope", 0.0) * decades
    d = np.sqrt(x.KL)
    return d * (alpha - beta * (log(d) if learned else d))


Bare = Callable[[SimpleNamespace, SimpleNamespace], Any]

BARE: dict[str, Bare] = {
    "best-of-n-reward": lambda k, x: _gold(k, x, False),
    "best-of-n-reward-trend": lambda k, x: _gold(k, x, False),
    "biography-knowledge": lambda k, x: x.people * (
        log2(k.name_pool / x.people) + log2(k.attribute_combinations)
    ),
    "budget-share": lambda k, x: k.prefactor * x.budget**k.exponent,
    "continual-pretraining": _continual,
    "critical-batch": lambda k, x: k.B_star / x.loss ** (1 / k.alpha_B),
    "critical-tokens": _critical,
    "decaying-power": lambda k, x: (k.scale / _single(k, x)) ** k.alpha,
    "decimal-coverage": lambda k, x: 10 ** (k.a * x.k**k.b),
    "domain-mixing": _one_mixing,
    "efficiency-leverage": _leverage,
    "embedding-width": lambda k, x: _width(x.N),
    "encoder-decoder": lambda k, x: (
        k.L_inf + k.alpha * (k.N_e0 / x.N_e) ** k.p_e * (k.N_d0 / x.N_d) ** k.p_d
    ),
    "exponential-of-power": lambda k, x: exp(-k.A * _single(k, x) ** -k.alpha),
    "exponential-saturation": lambda k, x: k.epsilon - k.k * exp(-k.gamma * x.loss),
    "farseer": _farseer,
    "filtering-effective-data": lambda k, x: _filtering(k, x, True),
    "filtering-utility": lambda k, x: _filtering(k, x, False),
    "fine-grained-experts": lambda k, x: (
        k.c + (k.g / x.G**k.gamma + k.a) / x.N**k.alpha + k.b / x.D**k.beta
    ),
    "floored-power": lambda k, x: k.L_inf + (k.scale / _single(k, x)) ** k.alpha,
    "format-loss": lambda k, x: k.E + k.A / (x.N * k.eff) ** k.alpha + k.B / x.D**k.beta,
    "format-parameters": lambda k, x: k.eff * x.N,
    "generation-flop": lambda k, x: k.a * x.output_tokens + k.b * x.output_tokens**2,
    "growing-power": lambda k, x: (_single(k, x) / k.scale) ** k.beta,
    "kaplan-joint": lambda k, x: (
        ((k.N_c / x.N) ** (k.alpha_N / k.alpha_D) + k.D_c / x.D) ** k.alpha_D
    ),
    "kaplan-steps": lambda k, x: (k.N_c / x.N) ** k.alpha_N + (k.S_c / x.S) ** k.alpha_S,
    "knowledge-capacity": lambda k, x: k.R * x.N,
    "learning-curve": lambda k, x: k.alpha * x.D**k.beta_g + k.gamma,
    "multilingual-pair": lambda k, x: k.L_inf + k.beta_p * x.N**-k.alpha,
    "offset-power": lambda k, x: k.L_inf + k.A / _single(k, x) ** k.alpha,
    "over-training": lambda k, x: (
        k.E + (k.a * x.M**k.eta + k.b * x.M**-k.eta) * x.C**-k.eta
    ),
    "parallel-effective-parameters": lambda k, x: x.N * (k.k * log(x.P) + 1),
    "parallel-streams": lambda k, x: k.E + (k.A / (x.N * (k.k * log(x.P) + 1))) ** k.alpha,
    "perceptron-pruning": _pruning,
    "post-training-quantization": lambda k, x: (
        k.C_T * x.D**k.gamma_D / x.N**k.gamma_N * exp(-x.weight_bits / k.gamma_post + k.b)
    ),
    "power": lambda k, x: k.A * _single(k, x) ** k.exponent,
    "power-mean": lambda k, x: k.E + (k.A / x.N**k.alpha + k.B / x.D**k.beta) ** k.q,
    "power-product": lambda k, x: k.A * x.N**k.N_exponent * x.D**k.D_exponent,
    "precision-loss": lambda k, x: (
        k.E + k.A / (x.N * _share(k, x)) ** k.alpha + k.B / x.D**k.alpha
    ),
    "precision-parameters": lambda k, x: x.N * _share(k, x),
    "qat-fraction": _fraction,
    "qat-penalty": _penalty,
    "quantization-powers": lambda k, x: (
        k.k * x.D**k.beta / (x.N**k.alpha * x.weight_bits**k.gamma)
    ),
    "reinforcement-learning-reward": lambda k, x: _gold(k, x, True),
    "reinforcement-learning-reward-trend": lambda k, x: _gold(k, x, True),
    "repetition": _repetition,
    "repetition-parameters": lambda k, x: _excess(k, x.N, x.U),
    "repetition-tokens": lambda k, x: _repeated(x.D, x.U, k.R_D),
    "retrieval-score": _retrieval,
    "routed": _routed,
    "routed-effective-parameters": _routed_size,
    "shifted-power": lambda k, x: k.A * _single(k, x) ** k.exponent + k.offset,
    "sparse-experts": _sparse,
    "suboptimality": lambda k, x: k.constant * x.output_tokens / x.training_prompts**k.order,
    "sum-of-powers": lambda k, x: (
        k.E + k.A / (x.N / k.unit) ** k.alpha + k.B / (x.D / k.unit) ** k.beta
    ),
    "tokens-from-parameters": lambda k, x: x.C / (6 * k.A * x.C**k.exponent),
    "tokens-per-character": lambda k, x: _compression(k, x.V),
    "transfer-score": lambda k, x: log(k.A * x.D**k.alpha) ** k.beta,
    "two-domain-mixing": lambda k, x: k.c + k.k * exp(k.t * x.proportion),
    "visual-tokens": lambda k, x: k.A / ((x.N / k.unit) ** k.alpha * x.T**k.beta) + k.D,
    "vocabulary-derivative": lambda k, x: _entries(k, x, k.N_v0 * (x.N / k.N_0) ** k.gamma),
    "vocabulary-isoflop": lambda k, x: _entries(k, x, k.A * x.C**k.exponent),
    "vocabulary-loss": _vocabulary_loss,
    "vocabulary-parametric": _vocabulary_root,
    "weighted-mixing": _mixing,
}  # fmt: skip
"""By the kind of the form: coefficients as printed and inputs in, the answer out."""
