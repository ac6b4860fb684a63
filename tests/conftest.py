"""Property tests have no deadline: speed is measured in `benchmarks/`, not here."""

import os

from hypothesis import settings

settings.register_profile("upstanding", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("upstanding")
