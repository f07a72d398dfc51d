"""Builds the wheel twice, from copies in two places with other dates and rights, and compares.

    python scripts/build_twice.py

pip fetches what builds it (hatchling). Exit status 1 unless both are the same to the byte.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
NEEDED = ("pyproject.toml", "README.md", "LICENSE", "sbom.cdx.json")


def build(folder: Path, mask: int, date: float) -> Path:
    """The wheel of a copy whose files have this date, under this umask."""
    source = folder / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "embedadapt", source / "embedadapt", ignore=ignored)
    for name in NEEDED:
        shutil.copy(ROOT / name, source)
    for path in source.rglob("*"):
        os.utime(path, (date, date))
        path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w"]
    subprocess.run([*command, str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def main() -> None:
    digests = []
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        for folder, mask, date in ((first, 0o022, 1e9), (second, 0o077, 1.5e9)):
            wheel = build(Path(folder), mask, date)
            digests.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
            print(f"{digests[-1]}  {wheel.name}, {wheel.stat().st_size:,} bytes")
    sys.exit(digests[0] != digests[1])


if __name__ == "__main__":
    main()
