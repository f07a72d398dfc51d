"""Requests to end a command."""

import os
import signal
import sys

import pytest

from embedadapt.cli.interruption import ending_when_asked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill ends a process there")


def test_a_request_to_end_is_an_interruption_until_the_block_ends() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with pytest.raises(KeyboardInterrupt), ending_when_asked():
            os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_request_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_when_asked():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
