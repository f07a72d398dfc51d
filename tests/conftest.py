"""Settings that every test runs under."""

from hypothesis import settings

# A first call may compile a kernel, so single examples have no deadline.
settings.register_profile("embedadapt", deadline=None, max_examples=60)
settings.load_profile("embedadapt")
