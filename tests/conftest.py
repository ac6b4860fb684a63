"""Property tests have no deadline: speed is measured in `benchmarks/`, not here."""

import os

import pytest
from hypothesis import settings

settings.register_profile("upstanding", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("upstanding")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the test that compiles every kernel: all others then find them compiled."""
    items.sort(key=lambda item: "test_no_floating_point" not in item.nodeid)
