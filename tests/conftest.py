"""Settings that every test runs under."""

import os
import signal

from hypothesis import settings

# A shell's job in the background ignores Ctrl-C, and so would the tests that send it: one waited
# for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A first call may compile a kernel, so single examples have no deadline. A build must not turn red
# by luck: where CI is set the examples are always the same; elsewhere each run looks for new ones.
settings.register_profile(
    "embedadapt", deadline=None, max_examples=60, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("embedadapt")
