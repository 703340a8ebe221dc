"""Laws of precision a second way: plain arithmetic, minimisation, and the runs behind the fit."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from scalekit import datasets, laws

EVERYWHERE = ("weight_bits", "activation_bits", "kv_bits")
HADAMARD = ("HadamardTrustQuantizer", "HalfHadamardTrustQuantizer", "HadamardClipQuantizer")


def everywhere(bits: float) -> dict[str, float]:
    return dict.fromkeys(EVERYWHERE, bits)


@pytest.mark.parametrize("bits", [4.0, 5.5, 8.0, 16.0])
def test_effective_parameters_by_hand(bits: float) -> None:
    wanted = (
        (1 - math.exp(-bits / 2.6745 + 0.3037))
        * (1 - math.exp(-bits / 2.2102 + 1.4072))
        * (1 - math.exp(-bits / 0.9578 + 2.4185))
    )
    law = laws.get("precision-effective-parameters")
    assert law(N=1e9, **everywhere(bits)) == pytest.approx(1e9 * wanted, rel=1e-12)
    loss = laws.get("precision-loss")(N=1e8, D=1e10, **everywhere(bits))
    by_hand = 4.299e3 * (1e8 * wanted) ** -0.4965 + 1.806e4 * 1e10**-0.4965 + 2.7648
    assert loss == pytest.approx(by_hand, rel=1e-12)


def test_each_precision_has_its_own_factor() -> None:
    law = laws.get("precision-effective-parameters")
    full = everywhere(math.inf)
    apart = [law(N=1.0, **{**full, name: 5.0}) for name in EVERYWHERE]
    assert len(set(apart)) == 3
    assert math.prod(apart) == pytest.approx(law(N=1.0, **everywhere(5.0)), rel=1e-13)


def test_nothing_is_left_at_three_bits() -> None:
    assert laws.get("precision-effective-parameters")(N=1e9, **everywhere(3.0)) == 0.0
    assert laws.get("precision-loss")(N=1e9, D=1e10, **everywhere(3.0)) == math.inf
    # Two factors below 0 have a product above 0: each is cut off by itself.
    assert laws.get("precision-effective-parameters")(N=1e9, **everywhere(1.0)) == 0.0
    bits = np.array([2.0, 3.0, 3.2, 4.0])
    assert np.array_equal(
        laws.get("precision-effective-parameters")(N=1.0, **everywhere(bits)) > 0,
        [False, False, True, True],
    )


@pytest.mark.parametrize(("bits", "more_N", "more_D"), [(8.0, 1.55, 1.29), (4.0, 4.6, 0.88)])
def test_best_size_and_tokens_at_equal_cost(bits: float, more_N: float, more_D: float) -> None:
    """Re-derived optimum under N D P = const against a numerical one (equations 6 and 17)."""
    law = laws.get("precision-loss")

    def best(P: float) -> float:
        room = 1e20 / P
        found = minimize_scalar(
            lambda log_N: law(N=math.exp(log_N), D=room / math.exp(log_N), **everywhere(P)),
            bounds=(math.log(1e6), math.log(1e13)),
            method="bounded",
            options={"xatol": 1e-10},
        )
        return math.exp(found.x)

    ratio = best(bits) / best(16.0)
    assert ratio == pytest.approx(more_N, rel=0.01)
    assert 16.0 / bits / ratio == pytest.approx(more_D, rel=0.01)


@pytest.mark.parametrize(
    ("variant", "kumar"), [("biased", "kumar"), ("bias-free", "kumar-no-bias")]
)
@pytest.mark.parametrize(("N", "bits"), [(3e7, 3.0), (2.2e8, 4.5)])
def test_critical_tokens_are_the_minimum(variant: str, kumar: str, N: float, bits: float) -> None:
    loss = laws.get("precision-loss")
    added = laws.get("post-training-quantization-degradation", kumar)

    def quantised(log_D: float) -> float:
        D = math.exp(log_D)
        trained = loss(N=N, D=D, **everywhere(math.inf))
        return trained + added(N=N, D=D, weight_bits=bits)

    critical = math.log(laws.get("precision-critical-tokens", variant)(N=N, weight_bits=bits))
    found = minimize_scalar(
        quantised, bounds=(critical - 2, critical + 2), method="bounded", options={"xatol": 1e-9}
    )
    assert found.x == pytest.approx(critical, abs=1e-5)


def test_offset_shifts_degradation_and_critical_tokens() -> None:
    slug = "post-training-quantization-degradation"
    point = {"N": 1e8, "D": 1e10, "weight_bits": 4.0}
    ratio = laws.get(slug)(**point) / laws.get(slug, "kumar-no-bias")(**point)
    assert ratio == pytest.approx(math.exp(1.1277), rel=1e-12)
    slug, point = "precision-critical-tokens", {"N": 1e8, "weight_bits": 4.0}
    ratio = laws.get(slug, "bias-free")(**point) / laws.get(slug)(**point)
    assert ratio == pytest.approx(math.exp(1.1277 / (0.5068 + 0.4965)), rel=1e-12)
    assert ratio == pytest.approx(3.1, abs=0.05)


def test_formats_share_one_surface() -> None:
    slug = "quantization-aware-loss"
    baseline = laws.get(slug, "w16a16")
    for variant in laws.facts(slug).variants:
        worth = laws.get("quantization-effective-parameters", variant)(N=1e8)
        assert laws.get(slug, variant)(N=1e8, D=1e10) == pytest.approx(
            baseline(N=worth, D=1e10), rel=1e-13
        )


def test_four_bits_give_most_per_bit_of_memory() -> None:
    per_bit = {
        bits: laws.get("quantization-effective-parameters", f"w{bits}a{bits}")(N=1.0) / bits
        for bits in (1, 2, 3, 4, 8, 16)
    }
    wanted = {1: 0.0205, 2: 0.0759, 3: 0.1444, 4: 0.1730, 8: 0.1270, 16: 0.0625}
    assert per_bit == pytest.approx(wanted, abs=5e-5)
    assert max(per_bit, key=lambda bits: per_bit[bits]) == 4


def test_law_of_formats_on_the_runs_behind_it(shared_data: Path) -> None:
    runs = datasets.load("QuEST")
    plain = (runs["w_bits"] == 16) & (runs["w_quant"] == "NoQuantizer")
    both = runs["w_quant"].isin(HADAMARD) & runs["a_quant"].isin(HADAMARD)
    runs = runs[plain | both]
    assert len(runs) == 54
    error = np.concatenate(
        [
            laws.get("quantization-aware-loss", f"w{bits}a{bits}")(
                N=part["non_embedding_parameters"].to_numpy(), D=part["tokens"].to_numpy()
            )
            / part["c4_val_loss"].to_numpy()
            - 1
            for bits, part in runs.groupby("w_bits")
        ]
    )
    assert np.sqrt(np.mean(error**2)) == pytest.approx(0.0035, abs=5e-5)
    assert np.abs(error).max() == pytest.approx(0.0093, abs=5e-5)


@pytest.mark.parametrize(
    ("variant", "weights", "activations"),
    [
        ("fp4", "HalfHadamardFP4TrustQuantizer", "HalfHadamardFP4TrustQuantizer"),
        ("w4a4-no-hadamard", "TrustQuantizer", "TrustQuantizer"),
        ("w2", "HalfHadamardTrustQuantizer", "NoQuantizer"),
    ],
)
def test_worth_of_a_format_refitted(
    shared_data: Path, variant: str, weights: str, activations: str
) -> None:
    """One coefficient, the surface fixed, by Huber's loss as the authors fit it."""
    runs = datasets.load("QuEST")
    width = laws.facts("quantization-aware-loss").variants[variant].label
    runs = runs[(runs["w_quant"] == weights) & (runs["a_quant"] == activations)]
    if "bit" in width:
        runs = runs[runs["w_bits"] == int(width.split(", ")[1][0])]
    assert len(runs) >= 4
    law = laws.get("quantization-aware-loss", variant)
    N, D = (runs[name].to_numpy(float) for name in ("non_embedding_parameters", "tokens"))
    measured = np.log(runs["c4_val_loss"].to_numpy())

    def objective(log_eff: np.ndarray) -> float:
        off = np.abs(np.log(law.replace(eff=float(np.exp(log_eff[0])))(N=N, D=D)) - measured)
        return float(np.sum(np.where(off < 1e-3, off**2 / 2, 1e-3 * (off - 5e-4))))

    found = minimize(objective, [np.log(0.5)], method="Nelder-Mead")
    assert np.exp(found.x[0]) == pytest.approx(law.coefficients["eff"], rel=0.05)


def test_share_of_quantisation_aware_training() -> None:
    law = laws.get("qat-token-fraction")
    # The paper's form: D_qat = exp(ln S - a/ln S) in tokens per parameter-byte.
    S = 5e10 / (8.6e7 * 4 / 8)
    by_hand = math.exp(math.log(S) - 6.7297 / math.log(S)) / S
    assert law(N=8.6e7, D=5e10, weight_bits=4) == pytest.approx(by_hand, rel=1e-12)
    assert law(N=2e9, D=1e9, weight_bits=4) == 0.0
    assert law(N=4e9, D=1e9, weight_bits=4) == 0.0
    shares = law(N=1e9, D=np.array([1e8, 1e9, 1e10, 1e11]), weight_bits=4)
    assert np.all(np.diff(shares[1:]) > 0)
    assert shares[-1] < 1


def test_penalty_terms_of_quantisation_aware_training() -> None:
    law = laws.get("qat-loss-penalty")
    point = {"N": 1e8, "weight_bits": 2.0, "S_fp": 16.0, "S_qat": 25.0}
    terms = {"theta": 1.0, "kappa": 1.0, "phi": 2.0, "chi": 0.5, "psi": 0.25, "omega": 0.5}
    mixed = {"lam": 3.0, "mu": 2.0, "nu": 0.125, "xi": 0.5, "rho": 1.0}
    by_hand = 1 / 4 + 2 / 2 / (100 * 5) + 3 / 16 / (10 * 4 * 25)
    assert law(**point, **terms, **mixed) == pytest.approx(by_hand, rel=1e-13)
    with pytest.raises(ValueError, match="qat-loss-penalty needs lam, mu as well"):
        law(**point, **terms, **{k: v for k, v in mixed.items() if k not in ("lam", "mu")})
