"""Settings that every test runs under."""

import os

from hypothesis import settings

# A first call may compile a kernel, so single examples have no deadline. A build must not turn red
# by luck: where CI is set the examples are always the same; elsewhere each run looks for new ones.
settings.register_profile(
    "embedadapt", deadline=None, max_examples=60, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("embedadapt")
