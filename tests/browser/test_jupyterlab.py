"""The app in a running JupyterLab: run all, move a slider, set the state from code, compose."""

import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SHIPPED = {  # a notebook, the slider to move in its app, and a figure that follows
    "01-compute-optimal-training.ipynb": ("Training compute (FLOP)", "IsoFLOP valley"),
    "02-samples-and-verifiers.ipynb": ("Wrong samples accepted (%)", "Net worth against samples"),
    "03-serving-and-bits.ipynb": ("Users at once (sequences)", "Price against users at once"),
}
COMPUTE, VALLEY = SHIPPED["01-compute-optimal-training.ipynb"]
SHOW = """\
from scalekit_widgets import TrainingApp

app = TrainingApp()
app
"""
SET = 'app.state.set({"compute_budget": 1e24})'
COMPOSE = """\
import ipywidgets

second = TrainingApp(compute_budget=1e24)
knob = ipywidgets.FloatLogSlider(value=1e24, min=20, max=26, step=0.1)
label = ipywidgets.Label("nothing yet")
knob.observe(lambda change: second.state.set({"compute_budget": change["new"]}), "value")
second.state.subscribe(lambda: setattr(label, "value", f"C is {second.state.C:.3e}"))
ipywidgets.VBox([knob, label, second.widget()])
"""
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "checkForUpdates": False, "doNotDisturbMode": True, "fetchNews": "false",
    },
    # Cells out of sight are drawn as well.
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}  # fmt: skip
OFFLINE = [
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]
ERROR = '.jp-OutputArea-output[data-mime-type*="error"]'
NEEDED = ("jupyterlab", "ipykernel", "jupyter_bokeh", "ipywidgets_bokeh")


def write_notebook(path, *cells):
    notebook = {
        "cells": [
            {"cell_type": "code", "id": f"cell-{i}", "execution_count": None, "metadata": {},
             "outputs": [], "source": source}
            for i, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def lab(start, tmp_path_factory):
    """Serve JupyterLab without internet, with a kernel of this very Python."""
    for name in NEEDED:
        if importlib.util.find_spec(name) is None:
            start.missing(f'no {name}: pip install "scalekit[jupyter]"')
    home = tmp_path_factory.mktemp("lab")
    notebooks = home / "notebooks"
    notebooks.mkdir()
    write_notebook(notebooks / "ours.ipynb", SHOW, SET, COMPOSE)
    for name in SHIPPED:
        if (NOTEBOOKS / name).is_file():
            shutil.copy(NOTEBOOKS / name, notebooks)
    kernel = home / "data" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps(KERNEL | {"argv": command}), encoding="utf-8")
    for name, setting in SETTINGS.items():
        path = home / "settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(setting), encoding="utf-8")
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    port = start.free_port()
    arguments = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={notebooks}", *OFFLINE,
    ]  # fmt: skip
    return start(arguments, port, "jupyter", "api/status", env=environment)


@pytest.fixture
def opened(visit, lab):
    """Return what opens a notebook and runs all its cells."""

    def opened(name):
        page = visit(f"{lab.address}lab/tree/{name}?reset")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        # Only with its kernel there can a notebook be run.
        page.get_by_text("(ipykernel) | Idle").wait_for(timeout=60_000)
        prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first
        for _ in range(5):
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            page.wait_for_timeout(500)
            if prompt.inner_text().strip() != "[ ]:":
                break
        return page

    return opened


def cell(page, i):
    return page.locator(".jp-Notebook .jp-CodeCell").nth(i)


def check_no_errors(page):
    assert page.locator(ERROR).all_inner_texts() == []


def wait_for_app(page):
    page.locator(f"p.answer, {ERROR}").first.wait_for(timeout=120_000)
    check_no_errors(page)


def move(app, slider=COMPUTE, figure=VALLEY):
    """Move a slider by keyboard, and see sentence and figure follow."""
    sentence, before = app.sentence(), app.sources(figure)
    handle = app.handle(slider)
    handle.focus()
    handle.press("ArrowRight")
    moved = app.changes(sentence)
    app.until(lambda: app.sources(figure) != before, "another figure")
    return moved


@pytest.mark.slow
def test_app_in_a_notebook(opened, driver):
    page = opened("ours.ipynb")
    wait_for_app(page)
    app = driver(page, cell(page, 0))
    # The second cell has set the state from code, the third has an app of its own.
    app.says("10²⁴ FLOP buys")
    move(app)
    cell(page, 1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    app.says("10²⁴ FLOP buys")

    second = driver(page, cell(page, 2))
    second.says("10²⁴ FLOP buys")
    knob = cell(page, 2).locator(".widget-hslider .noUi-handle")
    knob.focus()
    knob.press("ArrowRight")
    sentence = second.changes(second.sentence())
    label = cell(page, 2).locator(".widget-label", has_text="C is ")
    label.wait_for()
    before = label.inner_text()
    handle = second.handle(COMPUTE)
    handle.focus()

    # The knob's move may still be on its way to the slider, and would take a first press back.
    def pressed():
        handle.press("ArrowRight")
        page.wait_for_timeout(2000)
        return second.sentence() != sentence

    second.until(pressed, "the slider to move the sentence")
    second.until(lambda: label.inner_text() != before, "the label to follow")
    # The first app is another one.
    app.says("10²⁴ FLOP buys")
    check_no_errors(page)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_notebook(opened, driver, name):
    if not (NOTEBOOKS / name).is_file():
        pytest.skip("the notebook is not in this checkout")
    slider, figure = SHIPPED[name]
    page = opened(name)
    wait_for_app(page)
    shown = page.locator(".jp-CodeCell", has=page.locator("p.answer"))
    app = driver(page, shown.first, figure)
    # What comes after it in the notebook may set the state: wait for the end.
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=120_000)
    moved = move(app, slider, figure)
    if name.startswith("02"):
        refuse_counts(app, moved)
    check_no_errors(page)


def refuse_counts(app, sentence):
    """Give the Sampling app a file it cannot use: it says so, and keeps what it had."""
    app.drawer("Your own counts").click()
    content = b"attempts,successes\n3,4\n"
    file = {"name": "bad.csv", "mimeType": "text/csv", "buffer": content}
    app.root.locator("input[type=file]").first.set_input_files(file)
    message = app.alerts.filter(has_text="bad.csv")
    message.wait_for()
    assert "successes is 4" in message.inner_text()
    assert app.sentence() == sentence
