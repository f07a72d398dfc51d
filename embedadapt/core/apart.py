"""Libraries read files in a process apart, within limits of time and memory.

A library may hang, crash or take all memory over a few kilobytes. Then its process ends, and the
run has one line that names the file. For a sound file beyond the limits, set higher ones in the
environment: `EMBEDADAPT_MOST_SECONDS=600 EMBEDADAPT_MOST_MEMORY=8000000000 embedadapt oov ...`.
With 0 seconds, files are read in the same process without limits.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from signal import Signals
from threading import Timer
from typing import IO, Any, cast

from embedadapt.core import errors
from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError, EmbedAdaptError
from embedadapt.core.unpack_limit import VARIABLE, number_set

MOST_SECONDS, MOST_MEMORY = "EMBEDADAPT_MOST_SECONDS", "EMBEDADAPT_MOST_MEMORY"
SECONDS, BYTES_PER_SECOND = 10, 50_000
"""Seconds of processor time for any file, and one more for so many bytes of it: some ten times what
Word documents take, the slowest."""
PATIENCE = 3 if sys.platform == "win32" else 30
"""Times as many seconds by the clock, for a machine that is busy, or a library that sleeps."""
MEMORY = 1 << 30
"""Bytes for any file."""
TIMES = 8
"""Bytes of memory for each of a larger file. 20 MB of XML in Word take a gigabyte."""
BATCH = 1 << 20
"""Characters of documents that are sent at a time."""
SERVER = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    f"from {__name__} import serve; serve()"
)
ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}
"""Arrow's own pool reserves a gigabyte at once."""

Read = Callable[..., Iterator[Document]]


def read_apart(
    read: Read,
    path: Path,
    *arguments: str | None,
    times: int = TIMES,
    kind: type[EmbedAdaptError] = CorpusError,
) -> Iterator[Document]:
    """The documents of `read(path, *arguments)`, a function of a module, run in a process apart.

    times: bytes of memory for each byte of a large file. Raises the EmbedAdaptError that `read`
    raises, and one of `kind` for a file that takes more time or memory than the limits, or that
    its library crashes on.
    """
    seconds = number_set(MOST_SECONDS, "seconds")
    if seconds == 0:
        yield from read(path, *arguments)
        return
    size = path.stat().st_size if path.is_file() else 0
    memory = number_set(MOST_MEMORY, "bytes")
    seconds = seconds or SECONDS + size // BYTES_PER_SECOND
    request = {
        "read": f"{read.__module__}:{read.__qualname__}",
        "path": str(path),
        "arguments": arguments,
        "folder": None if path.is_absolute() else str(Path.cwd()),
        "seconds": seconds,
        "memory": max(MEMORY, times * size) if memory is None else memory,
        "environment": {VARIABLE: os.environ.get(VARIABLE, "")},
    }
    server = _idle.pop() if _idle else _Server()
    try:
        yield from server.documents(request, path, PATIENCE * seconds, kind)
    except BaseException as error:
        if isinstance(error, EmbedAdaptError) and server.is_ready:
            _idle.append(server)
        else:
            server.end()
        raise
    _idle.append(server)


class _Server:
    """A process that reads one file after another, at whose end it is to be used again."""

    def __init__(self) -> None:
        from multiprocessing.spawn import get_executable  # with sockets, slow to import

        self.is_ready = True
        self._is_late = False
        self._process = subprocess.Popen(
            [os.fsdecode(get_executable()), "-P", "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT},
            start_new_session=True,  # Ctrl-C is for the run, which then ends it
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._send(sys.path)

    def documents(
        self,
        request: Mapping[str, Any],
        path: Path,
        patience: float,
        kind: type[EmbedAdaptError],
    ) -> Iterator[Document]:
        """The documents of a file. Raises EmbedAdaptError, one of `kind` where the process ends."""
        self.is_ready = False
        self._send(request)
        while True:
            reply = self._reply(patience)
            if reply is None:
                raise kind(str(path), **self._end_of(path, request))
            yield from (Document(*pair) for pair in reply.get("documents", ()))
            if "documents" not in reply:
                break
        self.is_ready = True
        if "error" in reply:
            name, where, expected, found, hint = reply["error"]
            raise getattr(errors, name)(where, expected=expected, found=found, hint=hint)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _send(self, value: object) -> None:
        try:
            self._requests.write(json.dumps(value).encode() + b"\n")
            self._requests.flush()
        except BrokenPipeError:
            pass  # it has ended, which the missing reply shows

    def _reply(self, patience: float) -> dict[str, Any] | None:
        """None where the process has ended."""
        timer = Timer(patience, self._stop_late)
        timer.daemon = True
        timer.start()
        try:
            line = cast(IO[bytes], self._process.stdout).readline()
        finally:
            timer.cancel()
        return json.loads(line.decode("utf-8", "surrogatepass")) if line[-1:] == b"\n" else None

    def _stop_late(self) -> None:
        self._is_late = True
        self._process.kill()

    def _end_of(self, path: Path, request: Mapping[str, Any]) -> dict[str, str]:
        """What was expected, what was found and what helps, where the process has ended."""
        status = self._process.wait()
        name = Signals(-status).name if status < 0 else f"status {status}"
        if self._is_late or name == "SIGXCPU":
            expected = f"a file that is read in {request['seconds']} s"
            found, hint = "one that takes longer", f"set {MOST_SECONDS} to more"
        elif status == OUT_OF_MEMORY:
            expected = f"a file that is read in {request['memory']:,} bytes of memory"
            found, hint = "one that takes more", f"set {MOST_MEMORY} to more"
        else:
            expected = f"a sound {path.suffix} file"
            found = f"one that its reader crashes on ({name})"
            hint = f"set {MOST_MEMORY} to more, or convert it to another format"
        return {"expected": expected, "found": found, "hint": f"If it is sound, {hint}."}


_idle: list[_Server] = []
"""Processes of this one that wait for a file."""
OUT_OF_MEMORY = 83


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().end()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)


# In the process apart


def serve() -> None:
    """Reads the files that standard input names, until it ends, and writes their documents."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            _limit(request["seconds"], request["memory"])
            for batch in _batches(_read(request)):
                _write(replies, {"documents": batch})
            reply: dict[str, Any] = {}
        except EmbedAdaptError as error:
            reply = {"error": [type(error).__name__, *error.args]}
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        _write(replies, reply)


def _read(request: Mapping[str, Any]) -> Iterator[Document]:
    os.environ.update(request["environment"])
    if request["folder"]:
        os.chdir(request["folder"])
    module, name = request["read"].split(":")
    return cast(
        Iterator[Document],
        getattr(import_module(module), name)(Path(request["path"]), *request["arguments"]),
    )


def _batches(documents: Iterator[Document]) -> Iterator[list[tuple[str, str]]]:
    batch, size = [], 0
    for document in documents:
        batch.append((document.name, document.text))
        size += len(document.text) + len(document.name)
        if size > BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def _write(replies: IO[bytes], reply: Mapping[str, Any]) -> None:
    replies.write(json.dumps(reply, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    replies.flush()


def _limit(seconds: int, n_bytes: int) -> None:
    """Lets the system end this process after so many more seconds, and refuse it more memory.
    Sources: setrlimit(2); RLIMIT_DATA counts mapped memory since Linux 4.7."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds),
        (resource.RLIMIT_DATA, n_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, hard))
