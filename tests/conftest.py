"""What all tests share."""

import os

import pytest
from hypothesis import settings

from upstanding.engine.simulate import ENTRIES, compile_missing

# Speed is measured in `benchmarks/`, not here.
settings.register_profile("upstanding", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("upstanding")


def pytest_configure(config: pytest.Config) -> None:
    """Compile what is missing before the workers start, who would all compile it."""
    if not hasattr(config, "workerinput"):
        compile_missing(ENTRIES, "upstanding.engine.simulate")
