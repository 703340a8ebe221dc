"""Data sets: what loads, from where, and what is said when it does not."""

import hashlib

import numpy as np
import pooch
import pytest

from scalekit import datasets
from scalekit.datasets import ChecksumError, DataUnavailableError, cache, registry
from scalekit.datasets.readers import read_two_domain_mixing
from scalekit.packaged import data_directory

FIGURES = {
    "anytime_reasoner_accuracy": 15,
    "datacomp_imagenet_by_scale": 25,
    "elastic_reasoning_aime": 4,
    "elastic_reasoning_e1_code_14b": 5,
    "gao_fig3_coefficients": 9,
    "kinetics_model_selection_aime24_longcot": 11,
    "kinetics_pareto_aime24_best_of_n": 17,
    "m1_mamba_speed": 11,
    "massiveds_table3_llama2_7b": 6,
    "minimax_m1_fig1_flops": 17,
    "moma_table2_throughput_435m": 6,
    "openclip_results_6cols": 121,
    "snell_fig1_accuracy": 8,
    "snell_fig1_relative_improvement": 18,
}
ROWS = {
    "analyzing-chinchilla": 245,
    "chinchilla-table-a9": 50,
    "chinchilla-tables-3-a3": 9,
    "codemonkeys": 6,
    "compute-optimal-tts": 29,
    "datablations": 182,
    "datacomp-scales": 4,
    "drag_rag_alloc": 14,
    "inference-scaling-limits": 17,
    "large_language_monkeys": 22,
    "llava-token-compression": 28 + 27,
    "mixinglaws": 8932,
    "mlfoundations-scaling": 104,
    "MultiPowerLaw": 6265,
    "ParScale": 24,
    "QuEST": 104,
    "regmix": 512 + 256 + 256 + 64,
    "scaling-with-vocab": 6 * 10 * 20,
    "scaling_laws_for_routing": 5799,
    "steplaw": 1911,
} | {f"digitised-figures/{name}": rows for name, rows in FIGURES.items()}

DOWNLOADABLE = {
    "analyzing-chinchilla",
    "mixinglaws",
    "MultiPowerLaw",
    "regmix",
    "scaling-with-vocab",
    "scaling_laws_for_routing",
    "steplaw",
}
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def empty_cache(monkeypatch, tmp_path):
    """Use an empty cache and let no download leave this machine."""
    retrieve = pooch.retrieve
    asked = []

    def unreachable(url, **options):
        asked.append(url)
        return retrieve(NOWHERE, **options)

    monkeypatch.setenv(datasets.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(cache.pooch, "retrieve", unreachable)
    return tmp_path, asked


def put(folder, path, content):
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def test_names():
    assert set(datasets.names()) == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_loads_from_the_cache(shared_data, name):
    table = datasets.load(name)
    assert len(table) == ROWS[name]
    assert table.columns.is_unique
    assert not table.isna().all(axis=None)


@pytest.mark.parametrize(
    ("name", "table"),
    [(name, table.name) for name in ROWS for table in datasets.describe(name).tables],
)
def test_every_table_has_the_registered_rows(shared_data, name, table):
    registered = datasets.describe(name).table(table)
    assert len(datasets.load(name, table)) == registered.rows


def test_further_tables(shared_data):
    assert len(datasets.load("datablations", "repeat_runs")) == 296
    assert len(datasets.load("steplaw", "moe")) == 708
    assert len(datasets.load("steplaw", "bootstrap")) == 1000
    weights = datasets.load("mixinglaws", "weights")
    five = datasets.load("mixinglaws")
    assert set(weights["validation_set"]) == set(five["validation_set"])


def test_chinchilla_columns_are_those_of_the_file(shared_data):
    table = datasets.load("analyzing-chinchilla")
    assert list(table) == [
        *("x", "y", "color"),
        *("Model Size", "Training FLOP", "hex_color", "loss"),
    ]
    assert table["Model Size"][0] == 6795600349.289497  # every digit


def test_chinchilla_runs(shared_data):
    runs = datasets.chinchilla_runs()
    everything = datasets.chinchilla_runs(drop_outliers=False)
    assert list(runs) == ["N", "D", "C", "loss"]
    assert (len(runs), len(everything)) == (240, 245)
    np.testing.assert_allclose(6 * runs["N"] * runs["D"], runs["C"], rtol=1e-15)
    dropped = sorted(set(everything["loss"]) - set(runs["loss"]))
    np.testing.assert_allclose(
        dropped, [3.446995, 3.765563, 3.793872, 4.665232, 5.005582], atol=5e-7
    )
    # The published fit's objective on these runs, to the digits of arXiv 2404.10102's notebook.
    a, b, e, alpha, beta = 6.17795598, 7.64273236, 0.59711196, 0.34781303, 0.36585412
    terms = [a - alpha * np.log(runs["N"]), b - beta * np.log(runs["D"]), np.full(240, e)]
    residual = np.abs(np.log(runs["loss"]) - np.logaddexp.reduce(terms))
    huber = np.where(residual <= 1e-3, residual**2 / 2, 1e-3 * (residual - 5e-4))
    assert huber.sum() == pytest.approx(0.00101864471, rel=1e-8)


def test_mixtures(shared_data):
    five = datasets.load("mixinglaws")
    shares = five[["academic", "prose", "dialogue", "symbolic", "internet"]].sum(axis=1)
    np.testing.assert_allclose(shares, 1)
    two = datasets.load("mixinglaws", "two_domains")
    at_the_end = two[
        (two["model"] == "70M") & (two["step"] == 30000) & (two["validation_set"] == "Github")
    ].sort_values("github")
    np.testing.assert_allclose(
        at_the_end["loss"], [1.4443, 1.3860, 1.3278, 1.2936, 1.2568], atol=5e-5
    )


def test_mixture_of_the_wrong_kind(tmp_path):
    line = "a/70M_1-0.5-0.25-0.25/100\tb/pile.valid.Github.bin\t1.5\n"
    path = put(tmp_path, "runs.txt", line.encode())
    with pytest.raises(ValueError, match=r"runs.txt, line 1: not a run on 2 domains"):
        read_two_domain_mixing([path])


def test_proxy_runs_are_joined(shared_data):
    runs = datasets.load("regmix")
    sizes = runs.groupby(["split", "model"]).size().to_dict()
    assert sizes == {
        ("test", "1B"): 64,
        ("test", "1m"): 256,
        ("test", "60m"): 256,
        ("train", "1m"): 512,
    }
    mixture = [column for column in runs if column.startswith("train_the_pile_")]
    losses = [column for column in runs if column.startswith("metric/")]
    assert (len(mixture), len(losses)) == (17, 13)
    assert runs[losses].notna().all(axis=None)


def test_schedules(shared_data):
    curves = datasets.load("MultiPowerLaw")
    assert list(curves) == ["model", "schedule", "step", "lr", "loss"]
    sizes = curves.groupby("model")["schedule"].nunique().to_dict()
    assert sizes == {"25M": 9, "100M": 9, "400M": 9}


def test_registry_is_complete():
    for name in datasets.names():
        entry = datasets.describe(name)
        assert entry.title
        assert entry.licence
        assert entry.columns
        assert "arXiv" in entry.paper
        assert entry.home.startswith("https://")
        assert entry.public == (name in DOWNLOADABLE)
        assert bool(entry.make) == (not entry.public and not entry.packaged)
        files = [file for table in entry.tables for file in table.files]
        assert bool(files) != bool(entry.packaged)
        for file in files:
            assert len(file.sha256) == 64
            assert (file.url is not None) == entry.public
            if file.url:
                assert file.url.startswith("https://raw.githubusercontent.com/")
                assert len(file.url.split("/")[5]) == 40  # a full commit


def test_public_files_do_not_ship():
    packaged = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data_directory().rglob("*")
        if path.is_file()
    }
    for name in datasets.names():
        for table in datasets.describe(name).tables:
            assert not packaged & {file.sha256 for file in table.files}


@pytest.mark.parametrize("name", sorted(DOWNLOADABLE))
def test_offline_without_cache(empty_cache, name):
    folder, asked = empty_cache
    with pytest.raises(DataUnavailableError) as caught:
        datasets.load(name)
    message = str(caught.value)
    entry = datasets.describe(name)
    first = entry.tables[0].files[0]
    assert repr(name) in message
    assert "connect to the internet once" in message
    assert f"{datasets.CACHE_VARIABLE} to a folder that has {first.path}" in message
    assert str(folder) in message
    assert entry.home in message
    assert asked == [first.url]
    assert isinstance(caught.value, FileNotFoundError)
    assert not (folder / first.path).exists()


@pytest.mark.parametrize("name", ["QuEST", "digitised-figures/snell_fig1_accuracy"])
def test_nothing_to_download(empty_cache, name):
    _, asked = empty_cache
    with pytest.raises(DataUnavailableError) as caught:
        datasets.load(name)
    message = str(caught.value)
    entry = datasets.describe(name)
    assert "no public address serves this file" in message
    assert f"{datasets.CACHE_VARIABLE} to a folder that has {entry.tables[0].files[0].path}" in (
        message
    )
    assert entry.home in message
    assert entry.make in message
    assert asked == []


def test_packaged_needs_no_cache(empty_cache):
    table = datasets.load("datacomp-scales")
    assert table["samples_seen"].tolist() == [12.8e6, 128e6, 1.28e9, 12.8e9]
    assert table["learning_rate"].tolist() == [5e-4, 5e-4, 5e-4, 1e-3]
    with pytest.raises(ValueError, match="'datacomp-scales' has a single table"):
        datasets.load("datacomp-scales", "scales")


def test_wrong_checksum_of_a_public_file(empty_cache):
    folder, asked = empty_cache
    path = put(folder, "analyzing-chinchilla/svg_extracted_data.csv", b"loss\n2.0\n")
    with pytest.raises(ChecksumError) as caught:
        datasets.load("analyzing-chinchilla")
    assert str(path) in str(caught.value)
    assert "delete it to have it downloaded again" in str(caught.value)
    assert asked == []
    assert path.exists()


def test_wrong_checksum_of_a_file_of_ones_own(empty_cache):
    folder, _ = empty_cache
    path = put(folder, "drag_rag_alloc/table1_optimal.csv", b"L_max,method\n16k,ZS QA\n")
    with pytest.raises(ChecksumError, match="pass verify=False if you made it yourself") as caught:
        datasets.load("drag_rag_alloc")
    assert str(path) in str(caught.value)
    assert datasets.load("drag_rag_alloc", verify=False)["method"].tolist() == ["ZS QA"]


def serve(monkeypatch, folder):
    """Let downloads read files of `folder` instead of an address."""
    retrieve = pooch.retrieve

    def local(url, **options):
        source = folder / url.rsplit("/", 1)[1]

        def copy(_url, output_file, _pooch):
            with open(output_file, "wb") as stream:  # noqa: PTH123 - pooch passes a name
                stream.write(source.read_bytes())

        return retrieve(url, downloader=copy, **options)

    monkeypatch.setattr(cache.pooch, "retrieve", local)


def test_download_is_checked_and_kept(shared_data, monkeypatch, tmp_path):
    serve(monkeypatch, shared_data / "analyzing-chinchilla")
    monkeypatch.setenv(datasets.CACHE_VARIABLE, str(tmp_path))
    assert len(datasets.load("analyzing-chinchilla")) == 245
    kept = tmp_path / "analyzing-chinchilla" / "svg_extracted_data.csv"
    assert kept.is_file()
    monkeypatch.setattr(cache.pooch, "retrieve", None)  # no second download
    assert len(datasets.load("analyzing-chinchilla")) == 245


def test_download_of_another_file(monkeypatch, tmp_path):
    put(tmp_path, "served/svg_extracted_data.csv", b"loss\n2.0\n")
    serve(monkeypatch, tmp_path / "served")
    monkeypatch.setenv(datasets.CACHE_VARIABLE, str(tmp_path / "cache"))
    with pytest.raises(ChecksumError, match=r"svg_extracted_data.csv no longer serves the file"):
        datasets.load("analyzing-chinchilla")
    assert not list((tmp_path / "cache").rglob("*.csv"))


def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv(datasets.CACHE_VARIABLE, str(tmp_path))
    assert datasets.cache_directory() == tmp_path
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv(datasets.CACHE_VARIABLE)
        else:
            monkeypatch.setenv(datasets.CACHE_VARIABLE, unset)
        assert str(datasets.cache_directory()) == str(pooch.os_cache("scalekit"))


def test_unknown_names():
    with pytest.raises(ValueError, match=r"data set is 'chinchilla-table-9' \(did you mean 'chin"):
        datasets.load("chinchilla-table-9")
    with pytest.raises(ValueError, match=r"table is 'mixture'.*; allowed: dense, moe, bootstrap"):
        datasets.load("steplaw", "mixture")


def test_registry_is_read_only():
    with pytest.raises(TypeError):
        registry.datasets()["mine"] = datasets.describe("regmix")


def test_packaged_tables():
    sizes = {
        datasets.hardware: 40,
        datasets.models: 60,
        datasets.cards: 58,
        datasets.prices: 39,
        datasets.training_tokens: 56,
    }
    for table, rows in sizes.items():
        assert len(table()) == rows


def test_text_stays_text():
    cards = datasets.cards()
    assert "2401.16380" in set(cards["arxiv"])  # the last zero survives
    assert list(cards) == [
        *("slug", "title", "arxiv", "year", "claim_short", "quantity"),
        *("value", "unit", "baseline", "condition", "source_mark"),
    ]
    assert "~3" in set(cards["value"])


def test_prices_are_numbers():
    prices = datasets.prices()
    assert (prices["usd_per_mtok_output"] >= prices["usd_per_mtok_input"]).all()
    assert prices["source"].notna().all()
    assert prices["status"].notna().all()
