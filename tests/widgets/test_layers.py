"""Layers: view-models know no widgets, figures know no maths library, parts know no app."""

import ast
from pathlib import Path

import pytest

import scalekit_widgets

ROOT = Path(scalekit_widgets.__file__).parent
FORBIDDEN = {
    "models": {"panel", "bokeh", "holoviews", "ipywidgets", "scalekit_widgets.parts",
               "scalekit_widgets.views", "scalekit_widgets.apps", "scalekit_widgets.theme"},
    "views": {"panel", "jax", "ipywidgets", "scalekit_widgets.parts", "scalekit_widgets.apps"},
    "parts": {"jax", "scalekit_widgets.apps", "scalekit_widgets.views",
              "scalekit_widgets.models.training"},
}  # fmt: skip


def imported(path):
    """Return every module that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def inside(module, package):
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_layers(layer):
    paths = sorted((ROOT / layer).glob("*.py"))
    assert len(paths) > 2
    for path in paths:
        for module in imported(path):
            wrong = [p for p in FORBIDDEN[layer] if inside(module, p)]
            assert not wrong, f"{layer}/{path.name} imports {module}"


def test_notation_and_theme_stand_alone():
    for name in ("notation.py", "theme.py"):
        assert not any(inside(m, "panel") or inside(m, "bokeh") for m in imported(ROOT / name))
