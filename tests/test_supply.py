"""What is told of the package's dependencies is what it asks for."""

import importlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_each_dependency_is_listed_with_its_license(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    made = importlib.import_module("make_sbom")
    asked = [(one.name, made.asked_for(one), extra) for one, extra in made.required()]
    components = json.loads((ROOT / "sbom.cdx.json").read_text())["components"]
    listed = [(one["name"], *(entry["value"] for entry in one["properties"])) for one in components]
    assert listed == asked, "run scripts/make_sbom.py"
    table = (ROOT / "docs" / "dependencies.md").read_text()
    assert all(f"| {name} |" in table for name, _, _ in asked)
    assert all(one["licenses"][0]["license"]["name"] for one in components)


class Answers(BaseHTTPRequestHandler):
    """Answers of OSV: numpy has a vulnerability with a fix, scipy one without."""

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = query["package"]["name"]
        body = json.dumps({"vulns": [vulnerability(name)]} if name in FIXED else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


FIXED = {"numpy": [{"introduced": "0"}, {"fixed": "999.0"}], "scipy": [{"introduced": "0"}]}


def vulnerability(name: str) -> dict[str, object]:
    affected = {
        "package": {"ecosystem": "PyPI", "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": FIXED[name]}],
    }
    return {"id": f"TEST-{name}", "summary": "a test", "affected": [affected]}


def test_vulnerabilities_are_told_and_silence_is_not_called_none() -> None:
    command = [sys.executable, ROOT / "scripts" / "audit.py", "--vulnerability-service", "osv"]
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        told = subprocess.run([*command, "--osv-url", url], capture_output=True, text=True)
        server.shutdown()
    assert told.returncode == 1, told.stderr
    assert "TEST-numpy, fixed in 999.0" in told.stdout
    assert "TEST-scipy, not fixed yet" in told.stdout
    silent = subprocess.run([*command, "--osv-url", url], capture_output=True, text=True)
    assert silent.returncode == 0 and "no data of vulnerabilities" in silent.stdout
