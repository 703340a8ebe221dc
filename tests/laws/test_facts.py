"""The law files against the published numbers, typed in here a second time."""

import math

import pytest

from scalekit import laws

ND = {"N": "parameters", "D": "tokens"}
APPROACHES = ["chinchilla-approach-1", "chinchilla-approach-2", "chinchilla-approach-3", "kaplan"]
MINICPM = ["average", "code", "english-wikihow", "chinese-wikihow", "ultratext", "yayi"]
ERRORS = [f"{s}-{n}" for s in ("redpajama", "c4", "refinedweb") for n in (17, 46)]
C4 = ["c4", "figure-1"]
COMPUTED = [
    "language",
    "image-8x8",
    "image-16x16",
    "image-32x32",
    "image-vq16",
    "image-vq32",
    "text-to-image-image",
    "image-to-text-image",
    "video-vq",
    "math",
]
STEP = ["published", "bootstrap-mean"]
CURVES = {
    "word-lm": -0.066, "char-lm-sgd": -0.0936, "char-lm-adam": -0.0954, "nmt": -0.128,
    "imagenet-top-1": -0.309, "imagenet-top-5": -0.488, "imagenet-cross-entropy": -0.35,
    "speech": -0.299,
}  # fmt: skip
CONTINUAL = [
    "fineweb-106m",
    "knowledge-pile-106m",
    "fineweb-106m-law",
    "pile-of-law-106m",
    "fineweb-594m",
    "fineweb-1720m",
    "knowledge-pile-594m",
    "knowledge-pile-1720m",
]

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
    "henighan-loss-parameters": (
        {"N": "parameters"}, [*COMPUTED, "text-to-image-text", "image-to-text-text"],
        "language", {"2010.14701"}),
    "henighan-loss-compute": ({"C": "FLOP"}, COMPUTED, "language", {"2010.14701"}),
    "henighan-optimal-parameters": ({"C": "FLOP"}, COMPUTED, "language", {"2010.14701"}),
    "farseer-loss": (
        ND, ["refit-404", "power-mean-404", "equation-15"], "refit-404", {"2506.10972"}),
    "step-law-learning-rate": (ND, STEP, "published", {"2503.04715"}),
    "step-law-batch-size": ({"D": "tokens"}, STEP, "published", {"2503.04715"}),
    "su-loss-steps": (
        {"N": "parameters", "S": "parameter updates", "N_c": "parameters",
         "S_c": "parameter updates", "alpha_N": "1", "alpha_S": "1"},
        ["form"], "form", {"2403.06563"}),
    "learning-curve": (
        {"D": "training samples or tokens", "alpha": "1", "beta_g": "1",
         "gamma": "units of the metric"},
        [*CURVES, "form"], "word-lm", {"1712.00409"}),
    "continual-pretraining-loss": (
        {"S1_pretraining": "sum of learning rates", "S1_continual": "sum of learning rates",
         "S2_pretraining": "annealing area", "S2_continual": "annealing area"},
        CONTINUAL, "fineweb-106m", {"2505.07796"}),
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


def _floored(*rows: tuple[float, float, float]) -> dict[str, tuple]:
    names = [*COMPUTED, "text-to-image-text", "image-to-text-text"]
    return {
        name: ({"L_inf": L_inf, "scale": scale, "alpha": alpha}, "paper")
        for name, (L_inf, scale, alpha) in zip(names, rows, strict=False)
    }


def _growing(*rows: tuple[float, float]) -> dict[str, tuple]:
    return {
        name: ({"scale": scale, "beta": beta}, "paper")
        for name, (scale, beta) in zip(COMPUTED, rows, strict=True)
    }


def _continual(*rows: tuple[float, ...]) -> dict[str, tuple]:
    fields = ("L0", "A", "alpha", "C1", "C2", "B", "E", "beta")
    return {
        name: (dict(zip(fields, row, strict=True)), "paper")
        for name, row in zip(CONTINUAL, rows, strict=True)
    }


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
                              "alpha": 0.33917084, "beta": 0.2849083}, "secondary"),
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
    "henighan-loss-parameters": _floored(
        (0, 1.47e14, 0.070), (3.12, 8.0e1, 0.24), (2.64, 2.8e2, 0.22), (2.20, 6.3e1, 0.13),
        (3.99, 2.7e4, 0.13), (3.07, 1.9e4, 0.14), (2.0, 5.1e3, 0.16), (2.0, 5.5e3, 0.15),
        (1.01, 3.7e4, 0.24), (0.28, 1.1e4, 0.16), (0, 5.6e8, 0.037), (0, 7.0e8, 0.039)),
    "henighan-loss-compute": _floored(
        (0, 3.47e8, 0.048), (3.13, 1.8e-8, 0.19), (2.64, 1.6e-8, 0.16), (2.21, 3.6e-9, 0.10),
        (4.09, 6.1e-7, 0.11), (3.17, 2.6e-6, 0.12), (1.93, 1.5e-6, 0.15), (1.97, 1.5e-6, 0.16),
        (0.95, 2.2e-5, 0.14), (0.14, 1.4e-5, 0.17)),
    "henighan-optimal-parameters": _growing(
        (3.3e-13, 0.73), (5.3e-14, 0.64), (4.8e-12, 0.75), (1.6e-13, 0.65), (6.2e-14, 0.64),
        (9.4e-13, 0.70), (9.4e-13, 0.70), (3.3e-12, 0.72), (1.13e-12, 0.71), (2.3e-12, 0.69)),
    "farseer-loss": {
        "refit-404": (
            {"a1": -3.64018052694574, "alpha": 0.04227158138097161, "b1": 2.426767169414907,
             "a2": 6.521067537526011, "beta": -0.12577666979396562, "b2": -1.8538051793707684,
             "a3": -2.0823163727130565, "gamma": 0.05307598573983473, "b3": 1.277014316755749},
            "secondary"),
        "power-mean-404": (
            {"E": 0.2654687996471139, "A": 105.44001415120069, "B": 784.6377284148168,
             "alpha": 0.3915371025578741, "beta": 0.4253095697996484, "q": 0.47167751306777245},
            "secondary"),
        "equation-15": (
            {"a3": -0.021, "gamma": 0.169, "b3": -0.091, "a2": 88.01, "beta": -0.1, "b2": -6.287,
             "a1": -0.124, "alpha": 0.123, "b1": 0.424}, "paper"),
    },
    "step-law-learning-rate": {
        "published": ({"A": 1.79, "N_exponent": -0.713, "D_exponent": 0.307}, "paper"),
        "bootstrap-mean": (
            {"log_A": 0.586308, "N_exponent": -0.712922, "D_exponent": 0.307491}, "paper"),
    },
    "step-law-batch-size": {
        "published": ({"A": 0.58, "exponent": 0.571}, "paper"),
        "bootstrap-mean": ({"log_A": -0.543542, "exponent": 0.570944}, "paper"),
    },
    "su-loss-steps": {"form": ({}, "form only")},
    "learning-curve": {
        **{name: ({"beta_g": slope}, "secondary") for name, slope in CURVES.items()},
        "word-lm": ({"alpha": 11.9, "beta_g": -0.066}, "secondary"),
        "form": ({}, "form only"),
    },
    "continual-pretraining-loss": _continual(
        (3.057, 0.490, 0.497, 0.299, 0.298, 0.366, 28, 0.189),
        (3.024, 0.412, 0.677, 0.278, 0.324, -0.666, 5662, 0.146),
        (3.064, 0.482, 0.511, 0.294, 0.264, 1.353, 37, 0.262),
        (2.978, 0.485, 0.701, 0.274, 0.298, -1.409, 383, 0.368),
        (2.688, 0.526, 0.483, 0.437, 0.395, 29.121, 100, 0.001),
        (2.496, 0.569, 0.474, 0.485, 0.438, 8.710, 100, 0.004),
        (2.657, 0.443, 0.566, 0.360, 0.358, -0.518, 100, 0.424),
        (2.557, 0.407, 0.682, 0.440, 0.412, -0.527, 100, 0.390)),
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
    "henighan-loss-parameters": {"*": {"N": (1e5, 1e9)}},
    "henighan-loss-compute": {"*": {"C": (1e15, 1e21)}},
    "henighan-optimal-parameters": {"*": {"C": (1e15, 1e21)}},
    "farseer-loss": {
        "equation-15": {"N": (2e8, 6.4e9), "D": (2e9, 2.5e11)},
        "*": {"N": (9.96e7, 6.37e9), "D": (1e9, 5.12e11)},
    },
    "step-law-learning-rate": {"*": {"N": (2.15e8, 1.07e9), "D": (4e9, 1e11)}},
    "step-law-batch-size": {"*": {"D": (4e9, 1e11)}},
    "su-loss-steps": {
        "*": {"N": (1e6, 6e7), "S": (10000, 200000), "N_c": (1e13, 1e15), "S_c": (1000, 5000),
              "alpha_N": (0.05, 0.1), "alpha_S": (0.5, 0.9)}},
    "learning-curve": {
        "*": {"D": (1e5, 1e10), "alpha": (0.5, 50), "beta_g": (-0.49, -0.066), "gamma": (0, 2)}},
    "continual-pretraining-loss": {
        "*": {"S1_pretraining": (2, 12), "S1_continual": (0, 12),
              "S2_pretraining": (0, 0.2), "S2_continual": (0, 0.2)}},
}  # fmt: skip

# Ranges that nobody fitted: only where a slider may go. A third name is the one variant.
SLIDER_ONLY: set[tuple[str, ...]] = {
    ("kaplan-loss-steps", "S"),
    ("kaplan-critical-batch-size", "loss"),
    ("minicpm-batch-size", "loss"),
    ("minicpm-loss", "D"),
    ("overtraining-downstream-error", "loss"),
    ("data-constrained-loss", "U"),
    ("data-constrained-effective-tokens", "U"),
    ("data-constrained-effective-parameters", "U"),
    ("henighan-loss-parameters", "N"),
    ("henighan-loss-compute", "C"),
    ("henighan-optimal-parameters", "C"),
    ("farseer-loss", "D", "equation-15"),
    *(("su-loss-steps", name) for name in ("S", "N_c", "S_c", "alpha_N", "alpha_S")),
    *(("learning-curve", name) for name in ("D", "alpha", "beta_g", "gamma")),
    ("continual-pretraining-loss", "S1_continual"),
}
# What N, D and C are counted in inside the formula.
UNITS = {
    "minicpm-loss": 1e9,
    "kaplan-loss-compute": 8.64e19,
    "kaplan-optimal-batch-size": 8.64e19,
    "kaplan-optimal-steps": 8.64e19,
    "henighan-loss-compute": 8.64e19,
    "henighan-optimal-parameters": 8.64e19,
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
        assert found.fitted is SLIDER_ONLY.isdisjoint({(slug, name), (slug, name, variant)})


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
