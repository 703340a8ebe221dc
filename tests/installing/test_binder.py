"""The Binder image: its recipe, and its notebook server opening the apps."""

import sys
import sysconfig
from pathlib import Path

import pytest

TOKEN = "for-this-test"


def test_the_recipe_of_the_image(checkout, tools):
    # Without an engine repo2docker writes the recipe and stops; --debug prints it.
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    recipe = tools.run(*command, cwd=checkout)
    assert "Building conda environment for python=3.12" in recipe
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in recipe
    assert "RUN ./binder/postBuild" in recipe
    copied = recipe.index(" src/ ${REPO_DIR}/\n")
    # The requirements name the checkout itself, so the whole of it has to be there first.
    assert (
        copied < recipe.index('-r "binder/requirements.txt"\n') < recipe.index("./binder/postBuild")
    )


def test_the_python_of_the_image_is_supported(checkout):
    version = (checkout / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    classifier = f"Programming Language :: Python :: {version}"
    assert classifier in (checkout / "pyproject.toml").read_text()


@pytest.mark.slow
def test_the_notebook_server_opens_the_apps(
    checkout, registry, tmp_path, free_port, tools, clean_environ
):
    environment = tmp_path / "environment"
    tools.run(sys.executable, "-m", "venv", environment)
    python = environment / "bin" / "python"
    # What these tests run with is seen from there; only what Binder adds is installed.
    paths = sysconfig.get_paths(vars={"base": environment, "platbase": environment})
    seen = sysconfig.get_paths()["purelib"]
    Path(paths["purelib"], "seen.pth").write_text(f"import site; site.addsitedir({seen!r})\n")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    tools.run(*install, "-r", "binder/requirements.txt", cwd=checkout, env=clean_environ)
    tools.run("binder/postBuild", cwd=checkout, env={"NB_PYTHON_PREFIX": str(environment)})

    base = "/user/someone/"
    environ = clean_environ | {
        "HOME": str(tmp_path),
        "PATH": f"{environment / 'bin'}:{clean_environ['PATH']}",
    }
    command = [python, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port", free_port]
    command += [f"--ServerApp.base_url={base}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={TOKEN}"]
    log = tmp_path / "log"
    with tools.served(*command, log=log, cwd=tmp_path, env=environ) as process:
        address = f"http://localhost:{free_port}{base}scalekit/training"
        page, where = tools.fetch(f"{address}?token={TOKEN}", process, log)
    assert where.startswith(address)
    start, end = page.index("<title>"), page.index("</title>")
    assert "training" in page[start:end].lower()
    # Scripts and styles are found under the prefix, whatever it is.
    assert 'src="/static' not in page
    assert 'href="/static' not in page
