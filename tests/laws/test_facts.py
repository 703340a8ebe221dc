"""The law files against the published numbers, typed in here a second time."""

import math

import numpy as np
import pytest

from scalekit import laws
from scalekit.laws.facts import STATUSES

ND = {"N": "parameters", "D": "tokens"}
APPROACHES = ["chinchilla-approach-1", "chinchilla-approach-2", "chinchilla-approach-3", "kaplan"]
MINICPM = ["average", "code", "english-wikihow", "chinese-wikihow", "ultratext", "yayi"]
ERRORS = [f"{s}-{n}" for s in ("redpajama", "c4", "refinedweb") for n in (17, 46)]
C4 = ["c4", "figure-1"]

# slug: (inputs with units, variants, default, arXiv identifiers of the papers)
LAWS = {
    "chinchilla-loss": (
        ND,
        ["besiroglu", "besiroglu-optimum", "hoffmann-rounded", "hoffmann-precise", "de-vries"],
        "besiroglu",
        {"2203.15556", "2404.10102", ""},
    ),
    "compute-optimal-parameters": (
        {"C": "FLOP"}, APPROACHES, "chinchilla-approach-2", {"2203.15556", "2001.08361"}),
    "compute-optimal-tokens": (
        {"C": "FLOP"}, APPROACHES, "chinchilla-approach-2", {"2203.15556", "2001.08361"}),
    "kaplan-loss": (ND, ["table-2"], "table-2", {"2001.08361"}),
    "kaplan-loss-parameters": ({"N": "parameters"}, ["table-5"], "table-5", {"2001.08361"}),
    "kaplan-loss-tokens": ({"D": "tokens"}, ["table-5"], "table-5", {"2001.08361"}),
    "kaplan-loss-compute": (
        {"C": "FLOP"}, ["optimal-batch", "fixed-batch"], "optimal-batch", {"2001.08361"}),
    "kaplan-loss-steps": (
        {"N": "parameters", "S": "parameter updates"}, ["table-3"], "table-3", {"2001.08361"}),
    "kaplan-critical-batch-size": (
        {"loss": "nats/token"}, ["table-5", "equation-5-3"], "table-5", {"2001.08361"}),
    "kaplan-optimal-batch-size": ({"C": "FLOP"}, ["table-6"], "table-6", {"2001.08361"}),
    "kaplan-optimal-steps": ({"C": "FLOP"}, ["table-6"], "table-6", {"2001.08361"}),
    "minicpm-loss": (ND, MINICPM, "average", {"2404.06395"}),
    "minicpm-batch-size": ({"loss": "nats/token"}, ["published"], "published", {"2404.06395"}),
    "overtraining-loss": (
        {"C": "FLOP", "M": "tokens/parameter"},
        ["redpajama", "c4", "refinedweb"], "redpajama", {"2403.08540"}),
    "overtraining-downstream-error": (
        {"loss": "nats/token"}, ERRORS, "redpajama-17", {"2403.08540"}),
    "data-constrained-loss": ({**ND, "U": "tokens"}, C4, "c4", {"2305.16264"}),
    "data-constrained-effective-tokens": (
        {"D": "tokens", "U": "tokens"}, C4, "c4", {"2305.16264"}),
    "data-constrained-effective-parameters": (
        {"N": "parameters", "U": "tokens"}, C4, "c4", {"2305.16264"}),
}  # fmt: skip

REPEATED = {
    "c4": ({"log_A": 6.255414, "log_B": 7.3049974, "log_E": 0.6254804, "alpha": 0.3526596,
            "beta": 0.3526596, "R_D": 15.387756, "R_N": 5.309743}, "paper"),
    "figure-1": ({"log_A": 6.6230, "log_B": 7.5856, "log_E": 0.6040, "alpha": 0.3724,
                  "beta": 0.3647, "R_D": 16.2576, "R_N": 4.9642}, "paper"),
}  # fmt: skip
REGRESSED = {
    "chinchilla-approach-1": ({"A": 0.0992, "exponent": 0.4981}, "computed"),
    "chinchilla-approach-2": ({"A": 0.145, "exponent": 0.4899}, "computed"),
    "chinchilla-approach-3": ({"A": 0.535, "exponent": 0.4587}, "computed"),
}


def _minicpm(C_N: float, alpha: float, C_D: float, beta: float, L_0: float) -> tuple:
    return {"A": C_N, "alpha": alpha, "B": C_D, "beta": beta, "E": L_0}, "secondary"


def _overtraining(E: float, a: float, b: float, eta: float) -> tuple:
    return {"E": E, "a": a, "b": b, "eta": eta}, "computed"


def _error(epsilon: float, k: float, gamma: float) -> tuple:
    return {"epsilon": epsilon, "k": k, "gamma": gamma}, "computed"


# slug: variant: (coefficients as published, status)
COEFFICIENTS = {
    "chinchilla-loss": {
        "besiroglu": ({"log_A": 6.17795598, "log_B": 7.64273236, "log_E": 0.59711196,
                       "alpha": 0.34781303, "beta": 0.36585412}, "paper"),
        "besiroglu-optimum": ({"A": 477.8259, "B": 2143.4174, "E": 1.8172181,
                               "alpha": 0.3473105, "beta": 0.3671724}, "computed"),
        "hoffmann-rounded": (
            {"A": 406.4, "B": 410.7, "E": 1.69, "alpha": 0.34, "beta": 0.28}, "paper"),
        "hoffmann-precise": ({"log_A": 6.0073404, "log_B": 6.0179186, "log_E": 0.5267228,
                              "alpha": 0.33917084, "beta": 0.2849083}, "paper"),
        "de-vries": (
            {"A": 406.4, "B": 410.7, "E": 1.69, "alpha": 0.336, "beta": 0.283}, "paper"),
    },
    "compute-optimal-parameters": {
        **REGRESSED, "kaplan": ({"A": 1.3e9, "exponent": 0.73}, "paper")},
    "compute-optimal-tokens": {**REGRESSED, "kaplan": ({"A": 2e10, "exponent": 0.27}, "paper")},
    "kaplan-loss": {
        "table-2": ({"N_c": 6.4e13, "D_c": 1.8e13, "alpha_N": 0.076, "alpha_D": 0.103}, "paper")},
    "kaplan-loss-parameters": {"table-5": ({"scale": 8.8e13, "alpha": 0.076}, "paper")},
    "kaplan-loss-tokens": {"table-5": ({"scale": 5.4e13, "alpha": 0.095}, "paper")},
    "kaplan-loss-compute": {
        "optimal-batch": ({"scale": 3.1e8, "alpha": 0.050}, "paper"),
        "fixed-batch": ({"scale": 1.6e7, "alpha": 0.057}, "paper"),
    },
    "kaplan-loss-steps": {
        "table-3": ({"N_c": 6.5e13, "S_c": 2.1e3, "alpha_N": 0.077, "alpha_S": 0.76}, "paper")},
    "kaplan-critical-batch-size": {
        "table-5": ({"B_star": 2.1e8, "alpha_B": 0.21}, "paper"),
        "equation-5-3": ({"B_star": 2.0e8, "alpha_B": 0.21}, "paper"),
    },
    "kaplan-optimal-batch-size": {"table-6": ({"A": 2.0e6, "exponent": 0.24}, "paper")},
    "kaplan-optimal-steps": {"table-6": ({"A": 5.4e3, "exponent": 0.03}, "paper")},
    "minicpm-loss": {
        "average": _minicpm(0.0715, 0.29, 0.300, 0.23, 0.31),
        "code": _minicpm(0.0332, 0.37, 0.217, 0.34, 0.17),
        "english-wikihow": _minicpm(0.0808, 0.26, 0.297, 0.18, 0.27),
        "chinese-wikihow": _minicpm(0.0514, 0.35, 0.390, 0.18, 0.40),
        "ultratext": _minicpm(0.0754, 0.30, 0.292, 0.30, 0.25),
        "yayi": _minicpm(0.153, 0.19, 0.376, 0.17, 0.35),
    },
    "minicpm-batch-size": {"published": ({"A": 1.21e9, "exponent": -6.24}, "secondary")},
    "overtraining-loss": {
        "c4": _overtraining(1.508261, 141.277, 189.516, 0.121236),
        "redpajama": _overtraining(1.836648, 212.236, 366.687, 0.136425),
        "refinedweb": _overtraining(1.734462, 157.116, 246.207, 0.127197),
    },
    "overtraining-downstream-error": {
        "c4-17": _error(0.849742, 2.078907, 0.756121),
        "c4-46": _error(0.758949, 1.288516, 0.972164),
        "redpajama-17": _error(0.856992, 2.206490, 0.714591),
        "redpajama-46": _error(0.760850, 1.322899, 0.890708),
        "refinedweb-17": _error(0.865280, 2.214815, 0.707049),
        "refinedweb-46": _error(0.767679, 1.128074, 0.821523),
    },
    "data-constrained-loss": REPEATED,
    "data-constrained-effective-tokens": REPEATED,
    "data-constrained-effective-parameters": REPEATED,
}  # fmt: skip

REFIT = {"N": (5.7e7, 1.62e10), "D": (2.45e8, 3.18e11)}
HOFFMANN = {"N": (7e7, 1.6e10), "D": (5e9, 5e11)}
KAPLAN_N, KAPLAN_D, KAPLAN_C = (768, 1.5e9), (2.2e7, 2.3e10), (1e16, 2e20)
UNIQUE = (1e8, 1.78e11)

# slug: the range of every input, or variant: the same where variants differ
DOMAINS = {
    "chinchilla-loss": {
        "besiroglu": REFIT, "besiroglu-optimum": REFIT, "hoffmann-rounded": HOFFMANN,
        "hoffmann-precise": HOFFMANN, "de-vries": HOFFMANN,
    },
    "compute-optimal-parameters": {
        **{name: {"C": (6e18, 3e21)} for name in REGRESSED}, "kaplan": {"C": KAPLAN_C}},
    "compute-optimal-tokens": {
        **{name: {"C": (6e18, 3e21)} for name in REGRESSED}, "kaplan": {"C": KAPLAN_C}},
    "kaplan-loss": {"*": {"N": KAPLAN_N, "D": KAPLAN_D}},
    "kaplan-loss-parameters": {"*": {"N": KAPLAN_N}},
    "kaplan-loss-tokens": {"*": {"D": KAPLAN_D}},
    "kaplan-loss-compute": {"*": {"C": KAPLAN_C}},
    "kaplan-loss-steps": {"*": {"N": KAPLAN_N, "S": (10000, 250000)}},
    "kaplan-critical-batch-size": {"*": {"loss": (2.3, 6)}},
    "kaplan-optimal-batch-size": {"*": {"C": KAPLAN_C}},
    "kaplan-optimal-steps": {"*": {"C": KAPLAN_C}},
    "minicpm-loss": {"*": {"N": (4e7, 2e9), "D": (4e8, 1.2e11)}},
    "minicpm-batch-size": {"*": {"loss": (1.8, 4.5)}},
    "overtraining-loss": {"*": {"C": (1.4e16, 2e19), "M": (5, 640)}},
    "overtraining-downstream-error": {"*": {"loss": (2.2, 4.5)}},
    "data-constrained-loss": {"*": {"N": (7e6, 8.67e9), "D": (1e8, 9e11), "U": UNIQUE}},
    "data-constrained-effective-tokens": {"*": {"D": (1e8, 9e11), "U": UNIQUE}},
    "data-constrained-effective-parameters": {"*": {"N": (7e6, 8.67e9), "U": UNIQUE}},
}  # fmt: skip

# Ranges that nobody fitted: only where a slider may go.
SLIDER_ONLY = {
    ("kaplan-loss-steps", "S"),
    ("kaplan-critical-batch-size", "loss"),
    ("minicpm-batch-size", "loss"),
    ("minicpm-loss", "D"),
    ("overtraining-downstream-error", "loss"),
    ("data-constrained-loss", "U"),
    ("data-constrained-effective-tokens", "U"),
    ("data-constrained-effective-parameters", "U"),
}
# What N, D and C are counted in inside the formula.
UNITS = {
    "minicpm-loss": 1e9,
    "kaplan-loss-compute": 8.64e19,
    "kaplan-optimal-batch-size": 8.64e19,
    "kaplan-optimal-steps": 8.64e19,
}
VARIANTS = [(slug, variant) for slug, rows in COEFFICIENTS.items() for variant in rows]


@pytest.mark.parametrize("slug", LAWS)
def test_inputs_variants_and_default(slug: str) -> None:
    inputs, variants, default, arxiv = LAWS[slug]
    facts = laws.facts(slug)
    assert {name: quantity.unit for name, quantity in facts.inputs.items()} == inputs
    assert sorted(facts.variants) == sorted(variants)
    assert facts.default == laws.get(slug).variant == default
    assert {variant.paper.arxiv for variant in facts.variants.values()} == arxiv


def test_tables_of_this_file_cover_the_same_laws() -> None:
    assert set(LAWS) == set(COEFFICIENTS) == set(DOMAINS)
    assert set(LAWS) <= set(laws.names())


@pytest.mark.parametrize(("slug", "variant"), VARIANTS)
def test_coefficients_and_status_are_the_published_ones(slug: str, variant: str) -> None:
    coefficients, status = COEFFICIENTS[slug][variant]
    facts = laws.facts(slug).variants[variant]
    assert dict(facts.coefficients) == coefficients
    assert facts.status == status
    printed = laws.get(slug, variant).coefficients
    for name, value in coefficients.items():
        plain = name.removeprefix("log_")
        wanted = math.exp(value) if name.startswith("log_") else value
        assert printed[plain] == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize(("slug", "variant"), VARIANTS)
def test_domain_is_the_published_one(slug: str, variant: str) -> None:
    wanted = DOMAINS[slug].get(variant) or DOMAINS[slug]["*"]
    domain = laws.get(slug, variant).domain
    assert {name: (found.lower, found.upper) for name, found in domain.items()} == wanted
    for name, found in domain.items():
        assert found.fitted is ((slug, name) not in SLIDER_ONLY)


@pytest.mark.parametrize(("slug", "unit"), UNITS.items())
def test_unit_inside_the_formula(slug: str, unit: float) -> None:
    for variant in laws.facts(slug).variants:
        assert laws.get(slug, variant).form.unit == unit


def test_kaplan_rules_of_allocation_count_petaflop_days() -> None:
    for slug in ("compute-optimal-parameters", "compute-optimal-tokens"):
        assert laws.get(slug, "kaplan").form.unit == 8.64e19
        assert laws.get(slug, "kaplan")(C=8.64e19) == pytest.approx(
            {"compute-optimal-parameters": 1.3e9, "compute-optimal-tokens": 2e10}[slug], rel=1e-12
        )


def test_uncertainty_of_the_replication() -> None:
    law = laws.get("chinchilla-loss", "besiroglu")
    errors = {"A": 124.52232, "B": 1293.28410, "E": 0.02566, "alpha": 0.01540, "beta": 0.02060}
    assert dict(law.variant_facts.standard_errors) == errors
    known = law.uncertainty
    assert known is not None
    spread = dict(zip(known.names, np.sqrt(np.diag(known.covariance)), strict=True))
    assert spread["alpha"] == pytest.approx(0.015401, rel=1e-4)
    assert spread["beta"] == pytest.approx(0.020603, rel=1e-4)
    # A standard error of E is one of ln E times E, E being narrow; A is wider, hence 2 %.
    assert spread["log_E"] * law.coefficients["E"] == pytest.approx(0.025660, rel=3e-3)
    assert spread["log_A"] * law.coefficients["A"] == pytest.approx(124.522, rel=0.02)


def test_printed_amplitudes_of_the_replication_and_of_the_original() -> None:
    found = laws.get("chinchilla-loss", "besiroglu").coefficients
    assert found["A"] == pytest.approx(482.00572, abs=5e-5)
    assert found["B"] == pytest.approx(2085.43420, abs=5e-5)
    assert found["E"] == pytest.approx(1.81686, abs=5e-6)
    found = laws.get("chinchilla-loss", "hoffmann-precise").coefficients
    assert found["A"] == pytest.approx(406.401, abs=5e-4)
    assert found["B"] == pytest.approx(410.723, abs=5e-4)
    assert found["E"] == pytest.approx(1.693374, abs=5e-7)


@pytest.mark.parametrize("slug", laws.names())
def test_receipts_are_complete(slug: str) -> None:
    facts = laws.facts(slug)
    assert facts.pitfalls
    assert all(isinstance(pitfall, str) and pitfall.strip() for pitfall in facts.pitfalls)
    assert facts.year == facts.variants[facts.default].paper.year
    for variant in facts.variants.values():
        assert variant.source.strip()
        assert variant.label.strip()
        assert variant.status in STATUSES
        assert variant.paper.link.startswith("https://")
        assert str(variant.paper.year) in variant.paper.short
        assert set(variant.domain) == set(facts.inputs)
        for name, found in variant.domain.items():
            lowest, highest = facts.inputs[name].slider
            assert lowest < highest
            assert found.lower < found.upper


def test_c4_coefficients_as_plain_numbers() -> None:
    found = laws.get("data-constrained-loss", "c4").coefficients
    assert found["A"] == pytest.approx(520.825, abs=5e-4)
    assert found["B"] == pytest.approx(1487.716, abs=5e-4)
    assert found["E"] == pytest.approx(1.869144, abs=5e-7)
