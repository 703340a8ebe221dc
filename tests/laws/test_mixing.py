"""Data mixing: parts of a whole, and the runs that the laws were fitted to."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from scalekit import datasets, laws
from scalekit.laws.mixing import DOMAINS

GROUPS = {
    "academic": ["ArXiv", "FreeLaw", "NIH_ExPorter", "PhilPapers", "PubMed_Abstracts",
                 "PubMed_Central", "USPTO_Backgrounds"],
    "prose": ["BookCorpus2", "Books3", "PG19"],
    "dialogue": ["Enron_Emails", "EuroParl", "HackerNews", "OpenSubtitles", "Ubuntu_IRC",
                 "YoutubeSubtitles"],
    "symbolic": ["DM_Mathematics", "Github"],
    "internet": ["OpenWebText2", "Pile-CC", "StackExchange", "Wikipedia_en"],
}  # fmt: skip
ERRORS = [0.0281, 0.0119, 0.0261, 0.0150, 0.0097]
MIXTURE = dict(zip(DOMAINS, (0.25, 0.09375, 0.03125, 0.25, 0.375), strict=True))


def test_five_domains_meet_their_runs(shared_data) -> None:
    runs = datasets.load("mixinglaws")
    runs = runs[runs["step"] == 30000]
    weights = datasets.load("mixinglaws", "weights").set_index("validation_set")
    table = runs.pivot_table(index=list(DOMAINS), columns="validation_set", values="loss")
    assert len(table) == 26
    mixtures = {name: table.index.get_level_values(name).to_numpy() for name in DOMAINS}
    total = 0.0
    for name, error in zip(DOMAINS, ERRORS, strict=True):
        share = weights.loc[GROUPS[name], "weight"]
        form = laws.get("data-mixing-loss", "weighted-total").form
        assert share.sum() == pytest.approx(getattr(form, f"s_{name}"), abs=6e-5)
        observed = table[GROUPS[name]] @ share / share.sum()
        found = laws.get("data-mixing-loss", name)(**mixtures)
        assert np.mean(np.abs(found - observed)) == pytest.approx(error, abs=6e-5)
        total = total + observed * share.sum()
    found = laws.get("data-mixing-loss")(**mixtures)
    assert np.mean(np.abs(found - total)) == pytest.approx(0.0116, abs=1e-4)


@pytest.mark.parametrize("variant", ["github-70m", "pile-cc-70m", "github-160m", "pile-cc-160m"])
def test_two_domains_are_the_least_squares_fit(shared_data, variant: str) -> None:
    name = "Github" if "github" in variant else "Pile-CC"
    runs = datasets.load("mixinglaws", "two_domains")
    runs = runs[(runs["step"] == 30000) & (runs["validation_set"] == name)]
    runs = runs[runs["model"] == variant.split("-")[-1].upper()]
    r = runs["github" if name == "Github" else "pile_cc"].to_numpy()
    loss = runs["loss"].to_numpy()
    assert len(r) == 5
    fit = least_squares(
        lambda x: x[0] + np.exp(x[1] + x[2] * r) - loss, [loss.min() - 0.2, -0.7, -2.0], xtol=1e-14
    )
    form = laws.get("two-domain-mixing-loss", variant).form
    assert [form.c, form.log_k, form.t] == pytest.approx(fit.x, rel=2e-3)
    rest = laws.get("two-domain-mixing-loss", variant)(proportion=r) - loss
    assert np.sqrt(np.mean(rest**2)) == pytest.approx(np.sqrt(np.mean(fit.fun**2)), rel=1e-2)


def test_total_is_the_weighted_sum_of_the_domains() -> None:
    law = laws.get("data-mixing-loss")
    weights = [law.coefficients[f"s_{name}"] for name in DOMAINS]
    parts = [laws.get("data-mixing-loss", name)(**MIXTURE) for name in DOMAINS]
    assert law(**MIXTURE) == pytest.approx(np.dot(weights, parts), rel=1e-14)
    assert sum(weights) == pytest.approx(1.0001, abs=1e-12)


def test_a_constant_in_a_row_of_t_is_a_factor_of_k() -> None:
    law = laws.get("data-mixing-loss", "prose")
    raised = {k: v + 0.7 for k, v in law.coefficients.items() if k.startswith("t_")}
    k = law.coefficients["k"] * np.exp(-0.7)
    assert law.replace(**raised, k=k)(**MIXTURE) == pytest.approx(law(**MIXTURE), rel=1e-12)


def test_proportions_must_sum_to_one() -> None:
    law = laws.get("data-mixing-loss")
    assert law.facts.parts == DOMAINS
    with pytest.raises(ValueError, match=r"academic, .* of data-mixing-loss sum to 1\.05; allowed"):
        law(**{**MIXTURE, "prose": 0.14375})
    with pytest.raises(ValueError, match=r"academic of data-mixing-loss is -0\.1"):
        law(**{**MIXTURE, "academic": -0.1})
    several = {k: np.array([v, 0.2]) for k, v in MIXTURE.items()}
    assert law(**several).shape == (2,)
    several["prose"] = several["prose"] + [0.0, 0.1]
    with pytest.raises(ValueError, match=r"sum to 1\.1"):
        law(**several)
    # Within what a slider rounds.
    assert law(**{**MIXTURE, "prose": 0.0937504}) == pytest.approx(law(**MIXTURE), rel=1e-5)
