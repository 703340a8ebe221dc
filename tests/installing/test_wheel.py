"""The wheel: what is in it, and that it works in an empty environment."""

import importlib.util
import signal
import sys
import zipfile
from email import message_from_bytes

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

UI = ("bokeh", "contourpy", "holoviews", "ipykernel", "ipywidgets", "jupyter", "panel", "param")


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory, tools, request):
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder]
    if importlib.util.find_spec("hatchling") is not None:
        command.append("--no-isolation")
    else:
        request.getfixturevalue("registry")  # the builder has to be downloaded
    tools.run(*command, checkout)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.fixture(scope="module")
def empty(wheel, checkout, registry, tmp_path_factory, tools, clean_environ):
    """An environment that holds the wheel with its apps, and nothing else of ours."""
    folder = tmp_path_factory.mktemp("empty")
    tools.run(sys.executable, "-m", "venv", folder, env=clean_environ)
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["-c", checkout / "requirements.lock", f"{wheel}[apps]"]
    tools.run(*command, cwd=folder, env=clean_environ)
    return folder


def test_holds_the_packages_and_every_fact(wheel, checkout):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    facts = [path for path in (checkout / "data").rglob("*") if path.is_file()]
    assert facts
    for path in facts:
        assert f"scalekit/data/{path.relative_to(checkout / 'data').as_posix()}" in names
    for module in ("scalekit", "widgets/scalekit_widgets"):
        for path in (checkout / module).rglob("*.py"):
            inside = path.relative_to(checkout).as_posix().removeprefix("widgets/")
            assert inside in names
    roots = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert roots == {"scalekit", "scalekit_widgets"}


def test_the_core_requires_no_ui(metadata):
    core = []
    for text in metadata.get_all("Requires-Dist"):
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            core.append(requirement.name.lower())
    assert "numpy" in core
    assert [name for name in core if name.startswith(UI)] == []


def test_extras(metadata):
    assert set(metadata.get_all("Provides-Extra")) == {"apps", "jupyter"}
    assert metadata["License-Expression"] == "BSD-3-Clause"


def test_the_core_in_an_empty_environment(empty, tmp_path, tools, clean_environ):
    code = (
        "import scalekit; print(scalekit.__file__); "
        "print(float(scalekit.laws.get('chinchilla-loss', variant='besiroglu')(N=70e9, D=1.4e12)))"
    )
    python = empty / "bin" / "python"
    where, loss = tools.run(python, "-c", code, cwd=tmp_path, env=clean_environ).splitlines()
    assert where.startswith(str(empty))
    assert float(loss) == pytest.approx(1.9734, abs=1e-4)


def test_the_laws_in_an_empty_environment(empty, tmp_path, tools, clean_environ):
    command = empty / "bin" / "scalekit"
    assert "chinchilla-loss" in tools.run(command, "laws", cwd=tmp_path, env=clean_environ)


def test_an_app_in_an_empty_environment(empty, tmp_path, free_port, tools, clean_environ):
    command = [empty / "bin" / "scalekit", "serve", "--port", free_port]
    log = tmp_path / "log"
    with tools.served(*command, log=log, cwd=tmp_path, env=clean_environ) as process:
        page, _ = tools.fetch(f"http://localhost:{free_port}/training", process, log)
        start, end = page.index("<title>"), page.index("</title>")
        assert "training" in page[start:end].lower()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    printed = log.read_text()
    assert f"scalekit is at http://localhost:{free_port}/" in printed
    assert "Traceback" not in printed
