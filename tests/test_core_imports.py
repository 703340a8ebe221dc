"""The core loads without any package of the apps, and without them installed."""

import subprocess
import sys

import pytest

import scalekit

NOT_IN_THE_CORE = (
    "bokeh",
    "holoviews",
    "ipykernel",
    "IPython",
    "ipywidgets",
    "jupyter_bokeh",
    "jupyterlab",
    "matplotlib",
    "panel",
    "param",
    "scalekit_widgets",
)


def run(code):
    """Run `code` in a new interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "statement",
    [
        "import scalekit",
        "import scalekit.cli",
        "import scalekit; scalekit.laws.get('chinchilla-loss')(N=70e9, D=1.4e12)",
    ],
)
def test_imports_no_ui(statement):
    loaded = run(
        f"import sys; {statement}; print(*sorted(set({NOT_IN_THE_CORE!r}) & set(sys.modules)))"
    )
    assert loaded == ""


def test_works_where_no_ui_is_installed():
    # None in sys.modules makes an import fail as if the package were not there.
    value = run(
        f"import sys; sys.modules.update(dict.fromkeys({NOT_IN_THE_CORE!r})); import scalekit; "
        "print(scalekit.laws.get('chinchilla-loss', variant='besiroglu')(N=70e9, D=1.4e12))"
    )
    here = scalekit.laws.get("chinchilla-loss", variant="besiroglu")(N=70e9, D=1.4e12)
    assert float(value) == here
