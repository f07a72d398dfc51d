"""Settings that every test runs under, whatever shell, terminal or machine it runs on."""

import os
import signal

from hypothesis import settings

# A shell's job in the background ignores Ctrl-C, and so would the tests that send it: one waited
# for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What changes the output, the threads or the engines of a test and of the processes that it starts.
OF_THE_SHELL = {
    *("CI", "COLUMNS", "LINES", "TERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"),
    *("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "PY_COLORS"),
    *("PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONHASHSEED"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "KERAS_BACKEND"),
}
KEPT = {"NUMBA_CACHE_DIR", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"}  # scripts/processors
for name in [*os.environ]:
    if name in OF_THE_SHELL or (name.startswith(("NUMBA_", "DASK_")) and name not in KEPT):
        del os.environ[name]

# A first call may compile a kernel, so single examples have no deadline. A build must not turn red
# by luck, so the examples are always the same; `--hypothesis-profile search` looks for new ones.
settings.register_profile("embedadapt", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=60)
settings.load_profile("embedadapt")
