"""The reference of the public names, made of their docstrings by pdoc: pages of HTML.

    python scripts/build_reference.py [FOLDER]        default: reference/

Exits with 1 and names them where links lead nowhere, or where a docstring refers to a part of a
public name (`WordVectors.fingerprint`) that there is not.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pdoc

import embedadapt

LINK = re.compile(r'href="([^":]*)"')
PLACE = re.compile(r'\bid="([^"]*)"')
PART_OF_A_NAME = re.compile(r"<code>(\w+)\.\w[\w.]*</code>")
"""What pdoc can link it has made a link; this is what it could not."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("reference"))
    folder = parser.parse_args().folder
    pdoc.render.configure(
        docformat="numpy",
        show_source=False,
        search=False,
        footer_text=f"embedadapt {embedadapt.__version__}",
    )
    for name in embedadapt.__all__:  # pdoc sees only what was loaded
        setattr(embedadapt, name, getattr(embedadapt, name))
    pdoc.pdoc("embedadapt", output_directory=folder)
    broken = [f"{page.name}: {what}" for page in folder.glob("*.html") for what in broken_in(page)]
    print("\n".join(broken) or f"Written to {folder}: open index.html")
    sys.exit(bool(broken))


def broken_in(page: Path) -> Iterator[str]:
    """Links of a page that lead nowhere, and references that became none."""
    text = page.read_text("utf-8")
    for link in dict.fromkeys(LINK.findall(text)):
        target, _, place = link.partition("#")
        other = page.parent / target if target else page
        if not other.exists() or (place and place not in places_of(other)):
            yield f"the link {link}"
    for found in PART_OF_A_NAME.finditer(text):
        if found[1] in {"embedadapt", *embedadapt.__all__}:
            yield found[0]


@cache
def places_of(page: Path) -> frozenset[str]:
    """What links may lead to within a page."""
    return frozenset(PLACE.findall(page.read_text("utf-8")))


if __name__ == "__main__":
    main()
