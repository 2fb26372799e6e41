"""The examples in docstrings say what they say, with the released classifier."""

import doctest
from types import ModuleType

import pytest

from pipeline import estimator, labeller, tables


@pytest.mark.parametrize("module", [labeller, tables, estimator], ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    tried = doctest.testmod(module)
    assert tried.attempted > 0
    assert tried.failed == 0
