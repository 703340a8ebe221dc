"""Law files of one's own: what is refused and how, and that good ones behave as built in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from scalekit import laws
from scalekit.allocation import compute_optimal

COVARIANCE = """
[variants.first.covariance]
names = ["log_A", "alpha"]
source = "my bootstrap"
matrix = [[4e-2, 2e-3], [2e-3, 2e-4]]
"""
CHECK = """
[[variants.first.checks]]
inputs = { N = 1e9, D = 2e10 }
value = 2.5
source = "my runs"
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, own_law: str) -> Write:
    """Write the smallest law file with some text replaced, and more appended."""

    def write(old: str = "", new: str = "", more: str = "") -> Path:
        assert old in own_law
        path = tmp_path / "my-law.toml"
        path.write_text(own_law.replace(old, new, 1) + more, encoding="utf-8")
        return path

    return write


@pytest.fixture
def loaded(write: Write) -> Iterator[laws.Law]:
    yield laws.load(write(more=COVARIANCE + CHECK))
    laws.unload("my-law")


WRONG = {
    "missing key": ('title = "My law"\n', "", "", "title", "the key is missing"),
    "misspelt key": (
        "answers =", "answer =", "", "answer", "unknown key (did you mean 'answers'?)",
    ),
    "unknown key": ("", "", "\n[inpts]\n", "inpts", "unknown key (did you mean 'inputs'?)"),
    "unknown key of a variant": (
        'status = "computed"', 'status = "computed"\nstatuss = "x"', "",
        "variants.first.statuss", "unknown key (did you mean 'status'?)"),
    "text for a number": (
        "year = 2026", 'year = "2026"', "", "papers.note.year", "must be int, is '2026'"),
    "number for text": ('unit = "tokens"', "unit = 3", "", "inputs.D.unit", "must be str, is 3"),
    "bool for a number": (
        'unit = "tokens"', 'unit = "tokens"\nlower = true', "",
        "inputs.D.lower", "must be float, is True"),
    "empty text": ('source = "my runs"', 'source = " "', "", "variants.first.source", "empty"),
    "value for a table": (
        '[form]\nkind = "sum-of-powers"', "form = 3", "", "form", "must be"),
    "unknown form": (
        '"sum-of-powers"', '"sum-of-power"', "",
        "form.kind", "no form is called 'sum-of-power' (did you mean 'sum-of-powers'?)"),
    "unknown setting": (
        '"sum-of-powers"', '"sum-of-powers"\nunits = 1e9', "",
        "variants.first.coefficients", "no setting 'units'"),
    "missing coefficient": (
        ", beta = 0.36", "", "", "variants.first.coefficients", "'beta'"),
    "unknown coefficient": (
        "beta = 0.36", "beta = 0.36, gamma = 1.0", "",
        "variants.first.coefficients", "no coefficient 'gamma'"),
    "negative amplitude": (
        "A = 400.0", "A = -400.0", "",
        "variants.first.coefficients", "coefficient A is -400.0; it must be above 0"),
    "nan coefficient": (
        "alpha = 0.35", "alpha = nan", "", "variants.first.coefficients.alpha", "nan"),
    "text coefficient": (
        "alpha = 0.35", 'alpha = "x"', "", "variants.first.coefficients.alpha", "must be float"),
    "lower above upper": (
        'meaning = "tokens"', 'meaning = "tokens"\nlower = inf', "",
        "inputs.D.lower", "is inf; must be below upper, inf"),
    "exponent of 0": (
        "alpha = 0.35", "alpha = 0.0", "",
        "variants.first.coefficients", "coefficient alpha is 0.0; it must be above 0"),
    "default is no variant": (
        'default = "first"', 'default = "frist"', "",
        "default", "'frist' is not a variant (did you mean 'first'?)"),
    "unknown paper": (
        'paper = "note"', 'paper = "notes"', "",
        "variants.first.paper", "'notes' is not under [papers] (did you mean 'note'?)"),
    "unknown status": (
        '"computed"', '"guessed"', "", "variants.first.status", "allowed: paper, computed"),
    "bad slider": (
        'unit = "tokens"', 'unit = "tokens"\nslider = [1.0]', "",
        "inputs.D.slider", "must be [lowest, highest]"),
    "bad monotone": (
        'unit = "tokens"', 'unit = "tokens"\nmonotone = "up"', "",
        "inputs.D.monotone", "must be increasing or decreasing, is 'up'"),
    "bad count": (
        'unit = "tokens"', 'unit = "tokens"\ncounts = "all"', "",
        "inputs.D.counts", "is 'all'; allowed: total, active,"),
    "domain of no input": (
        "", "", "\n[variants.first.domain]\nM = { lower = 1.0, upper = 2.0 }\n",
        "variants.first.domain.M", "'M' is not an input"),
    "check of no input": (
        "", "", CHECK.replace("D =", "Q ="), "variants.first.checks[0].inputs", "'Q' is not"),
    "check without source": (
        "", "", CHECK.replace('source = "my runs"', ""),
        "variants.first.checks[0].source", "the key is missing"),
    "standard error of no coefficient": (
        "", "", "\n[variants.first.standard_errors]\nalpa = 0.1\n",
        "variants.first.standard_errors", "'alpa' is not a coefficient (did you mean 'alpha'?)"),
    "covariance of no stored coefficient": (
        "", "", COVARIANCE.replace('"log_A"', '"A"'),
        "variants.first.covariance.names", "'A' is not a stored coefficient"),
    "non-symmetric covariance": (
        "", "", COVARIANCE.replace("[[4e-2, 2e-3]", "[[4e-2, 1e-3]"),
        "variants.first.covariance.matrix", "must be symmetric, 2 by 2"),
    "covariance of another size": (
        "", "", COVARIANCE.replace(", [2e-3, 2e-4]", ""),
        "variants.first.covariance.matrix", "must be symmetric, 2 by 2"),
    "ragged covariance": (
        "", "", COVARIANCE.replace("[2e-3, 2e-4]", "[2e-3]"),
        "variants.first.covariance.matrix", "rows of numbers of one length"),
    "indefinite covariance": (
        "", "", COVARIANCE.replace("2e-3", "9e-3"),
        "variants.first.covariance.matrix", "positive semi-definite"),
    "covariance without source": (
        "", "", COVARIANCE.replace('source = "my bootstrap"', ""),
        "variants.first.covariance.source", "the key is missing"),
    "not TOML": ("[form]", "[form", "", "", "not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "more", "key", "reason"), WRONG.values(), ids=WRONG)
def test_error_names_file_key_and_reason(
    write: Write, old: str, new: str, more: str, key: str, reason: str
) -> None:
    with pytest.raises(laws.LawFileError) as caught:
        laws.load(write(old, new, more))
    message = str(caught.value)
    assert message.startswith(f"my-law.toml: {key}")
    assert reason in message
    assert "my-law" not in laws.names()


HOLES = {
    "inputs that the form does not take": (
        "[inputs.D]", "[inputs.S]", "", "inputs"),
    "setting of the wrong type": (
        '"sum-of-powers"', '"sum-of-powers"\nunit = "billions"', "", "unit"),
    "infinite coefficient": ("A = 400.0", "A = inf", "", "coefficients"),
    "reversed domain": (
        "", "", "\n[variants.first.domain]\nN = { lower = 2.0, upper = 1.0 }\n", "domain"),
    "infinite covariance": ("", "", COVARIANCE.replace("4e-2", "inf"), "covariance"),
    "slightly non-symmetric covariance of small errors": (
        "", "", COVARIANCE.replace("[[4e-2, 2e-3], [2e-3, 2e-4]]",
                                   "[[4e-9, 2e-9], [1e-9, 2e-9]]"), "covariance"),
    "check that leaves an input out": (
        "", "", CHECK.replace(", D = 2e10", ""), "checks"),
    "pitfalls that are not text": (
        'field = "mine"', 'field = "mine"\npitfalls = [1]', "", "pitfalls"),
    "negative standard error": (
        "", "", "\n[variants.first.standard_errors]\nalpha = -0.1\n", "standard_errors"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "more", "key"), HOLES.values(), ids=HOLES)
def test_nonsense_is_refused_on_loading(
    write: Write, old: str, new: str, more: str, key: str
) -> None:
    try:
        with pytest.raises(laws.LawFileError, match=key):
            laws.load(write(old, new, more))
    finally:
        if "my-law" in laws.names():
            laws.unload("my-law")


def test_file_that_is_not_utf8(tmp_path: Path, own_law: str) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(own_law.replace("Me", "Müller").encode("latin-1"))
    with pytest.raises(laws.LawFileError, match=r"latin\.toml: the file is not valid TOML"):
        laws.load(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.toml"):
        laws.load(tmp_path / "nothing.toml")


def test_built_in_slug_cannot_be_taken(write: Write) -> None:
    before = laws.facts("kaplan-loss")
    with pytest.raises(laws.LawFileError, match="slug: 'kaplan-loss' is a built-in law"):
        laws.load(write('"my-law"', '"kaplan-loss"'))
    assert laws.facts("kaplan-loss") is before
    with pytest.raises(ValueError, match="loaded law is 'kaplan-loss'"):
        laws.unload("kaplan-loss")


def test_loaded_law_behaves_as_built_in(loaded: laws.Law) -> None:
    assert "my-law" in laws.names()
    assert laws.names("mine") == ["my-law"]
    assert laws.facts("my-law").title == "My law"
    law = laws.get("my-law", "first")
    wanted = 1.8 + 400 * 1e9**-0.35 + 2000 * 2e10**-0.36
    assert law(N=1e9, D=2e10) == loaded(N=1e9, D=2e10) == pytest.approx(wanted, rel=1e-14)
    assert law.elasticities(N=1e9, D=2e10)["N"] == pytest.approx(
        -0.35 * 400 * 1e9**-0.35 / wanted, rel=1e-12
    )
    assert law.facts.variants["first"].checks[0].rtol == 1e-6


def test_loaded_law_allocates_with_a_band(loaded: laws.Law) -> None:
    best = compute_optimal(1e21, law="my-law")
    assert pytest.approx(1e21, rel=1e-12) == 6 * best.N * best.D
    left = 0.35 * 400 * best.N**-0.35
    assert left == pytest.approx(0.36 * 2000 * best.D**-0.36, rel=1e-10)
    band = best.band()
    assert band is not None
    assert band.lower < best.N < band.upper


def test_loaded_law_samples_what_is_uncertain(loaded: laws.Law) -> None:
    drawn = loaded.sample(20000, key=3)
    known = loaded.uncertainty
    assert known is not None
    rows = np.stack([drawn.form.log_A, drawn.form.alpha])
    assert np.allclose(np.cov(rows), known.covariance, rtol=0.05)
    assert drawn.coefficients["B"] == pytest.approx(2000.0)


def test_loading_again_replaces_and_unloading_forgets(write: Write) -> None:
    laws.load(write())
    assert laws.load(write("E = 1.8", "E = 1.7")).coefficients["E"] == pytest.approx(1.7)
    assert laws.get("my-law").coefficients["E"] == pytest.approx(1.7)
    assert laws.names().count("my-law") == 1
    laws.unload("my-law")
    assert "my-law" not in laws.names()
    with pytest.raises(ValueError, match="law is 'my-law'"):
        laws.get("my-law")
    with pytest.raises(ValueError, match="loaded law is 'my-law'"):
        laws.unload("my-law")


def test_variant_may_have_its_own_form_and_domain(write: Write) -> None:
    more = """
[domain]
N = { lower = 1e6, upper = 1e9, note = "mine" }

[variants.second]
label = "In billions"
status = "form only"
paper = "note"
source = "nobody knows"
coefficients = { A = 0.1, B = 0.3, log_E = 0.5, alpha = 0.35, beta = 0.36 }
form = { unit = 1e9 }
domain = { N = { lower = 1e7, upper = 1e8, fitted = false } }
"""
    laws.load(write(more=more))
    first, second = laws.get("my-law", "first"), laws.get("my-law", "second")
    laws.unload("my-law")
    assert first.form.unit == 1.0
    assert first.domain["N"].fitted
    assert first.in_domain(N=5e8)
    assert not second.domain["N"].fitted
    assert not second.in_domain(N=5e8)
    assert second.status == "form only"
    assert second(N=1e9, D=1e9) == pytest.approx(np.exp(0.5) + 0.4, rel=1e-14)
