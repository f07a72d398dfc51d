"""What the wheel asks for, with licenses: sbom.cdx.json, which goes into it, and a table to read.

    python scripts/make_sbom.py      both files anew, from pyproject.toml and what is installed

The wheel contains no code of others; these are the packages that it and its extras ask pip for.
Source: CycloneDX 1.6 (cyclonedx.org); PEP 770, by which the file stands in `.dist-info/sboms`.
"""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
SBOM, TABLE = ROOT / "sbom.cdx.json", ROOT / "docs" / "dependencies.md"
LONGEST = 60
"""Characters of a license that is a name; longer ones are its text."""
INTRODUCTION = """\
# Dependencies and their licenses

`python scripts/make_sbom.py` writes this table and the CycloneDX file in the wheel, from
pyproject.toml and the metadata of the installed packages. The wheel contains no code of other
projects. The licenses are those that the metadata of each package states.

| package | version | needed by | license |
|---|---|---|---|
"""


def required() -> list[tuple[Requirement, str]]:
    """Every requirement and what asks for it: "" for the package itself, else the extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    groups.pop("dev")  # for whoever works on the package; pip of a user never sees it
    return [(Requirement(line), extra) for extra, lines in groups.items() for line in lines]


def license_of(name: str) -> str:
    """As the installed package tells it: an SPDX expression, else a name, else classifiers."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    for field in ("License-Expression", "License"):
        value = told[field].strip() if field in told else ""
        if value and value != "UNKNOWN" and "\n" not in value and len(value) <= LONGEST:
            return value
    names = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or []
             if line.startswith("License ::")]  # fmt: skip
    return ", ".join(names) or "in its files"


def asked_for(requirement: Requirement) -> str:
    """Versions, and the Pythons that it is asked for on."""
    marker = f" if {requirement.marker}" if requirement.marker else ""
    return f"{requirement.specifier or 'any'}{marker}"


def component(requirement: Requirement, extra: str) -> dict[str, Any]:
    return {
        "type": "library",
        "name": requirement.name,
        "purl": f"pkg:pypi/{requirement.name.lower().replace('_', '-')}",
        "scope": "optional" if extra else "required",
        "licenses": [{"license": {"name": license_of(requirement.name)}}],
        "properties": [
            {"name": "embedadapt:asked-for", "value": asked_for(requirement)},
            {"name": "embedadapt:extra", "value": extra},
        ],
    }


def main() -> None:
    requirements = required()
    sbom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "library", "name": "embedadapt", "licenses": [
            {"license": {"id": "MIT"}}]}},
        "components": [component(*each) for each in requirements],
    }  # fmt: skip
    SBOM.write_text(json.dumps(sbom, indent=1) + "\n")
    rows = [
        f"| {one.name} | {asked_for(one)} | {extra or 'the package'} | {license_of(one.name)} |\n"
        for one, extra in requirements
    ]
    TABLE.write_text(INTRODUCTION + "".join(rows))
    print(f"{SBOM.name} and {TABLE.relative_to(ROOT)}: {len(requirements)} packages")


if __name__ == "__main__":
    main()
