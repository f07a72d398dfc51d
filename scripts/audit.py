"""Known vulnerabilities of the packages in this environment, from PyPI's data or OSV's.

    python scripts/audit.py                                  PyPI's, which scripts/check asks
    python scripts/audit.py --vulnerability-service osv      any options of pip-audit

Exit status 1 where a package has a vulnerability that a later version fixes. Where the data cannot
be had, as without a network, the script says so and passes: "none found" would be said of nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

SECONDS = 180
COMMAND = ("-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable")


def audit(options: Sequence[str]) -> tuple[list[Mapping[str, Any]], str]:
    """Each package with its `vulns` or its `skip_reason`, and why there are none if it failed."""
    command = [sys.executable, *COMMAND, *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return [], f"no answer in {SECONDS} s"
    try:
        return json.loads(done.stdout)["dependencies"], ""
    except ValueError:
        return [], (done.stderr.strip() or "no output").splitlines()[-1]


def main() -> None:
    packages, problem = audit(sys.argv[1:])
    known = [package for package in packages if "vulns" in package]
    if not known:
        reasons = [package["skip_reason"] for package in packages if "skip_reason" in package]
        print(f"audit: no data of vulnerabilities can be had here ({(reasons or [problem])[0]})")
        return
    n_without = len(packages) - len(known)
    is_fixed = False
    for package in known:
        for found in package["vulns"]:
            versions = ", ".join(found["fix_versions"])
            is_fixed = is_fixed or bool(versions)
            fix = f"fixed in {versions}" if versions else "not fixed yet"
            print(f"audit: {package['name']} {package['version']} has {found['id']}, {fix}")
    print(f"audit: {len(known)} packages looked up, {n_without} without data")
    sys.exit(is_fixed)


if __name__ == "__main__":
    main()
