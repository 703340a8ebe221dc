"""The examples in docstrings say what comes out."""

import doctest
import importlib
import pkgutil

import pytest

import scalekit

MODULES = [module.name for module in pkgutil.walk_packages(scalekit.__path__, "scalekit.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    modules = map(importlib.import_module, MODULES)
    assert sum(bool(test.examples) for module in modules for test in finder.find(module)) > 10
