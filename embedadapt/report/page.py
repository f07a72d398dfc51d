"""Results as one self-contained page each: no network, nothing trusted that came from a file.

Templates escape every string. Beyond that, the page's own policy names its one script and one style
sheet by their hashes, so that a browser runs and loads nothing else, whatever a corpus may contain.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from embedadapt.report.figures import printable

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(name: str, **values: Any) -> str:
    """The template `name` filled in, with its script, the style of all pages and its own."""
    from markupsafe import Markup

    style, script = _template("page.css") + _template(f"{name}.css"), _template(f"{name}.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    template = _environment().get_template(f"{name}.html.jinja")
    # Our own files are the only text that goes in unescaped.
    page = template.render(policy=policy, style=Markup(style), script=Markup(script), **values)
    return page + "\n"


def render_fragment(name: str, **values: Any) -> str:
    """The template `name` filled in, without script and style of its own: part of another page."""
    return _environment().get_template(f"{name}.html.jinja").render(**values)


def _template(name: str) -> str:
    return resources.files("embedadapt.report").joinpath("templates", name).read_text("utf-8")


def _hash(text: str) -> str:
    """A source of a Content-Security-Policy that allows exactly this inline text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("embedadapt.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return environment


def _harmless(value: object) -> object:
    """Strings without control characters or lone surrogates; autoescaping does the rest."""
    from markupsafe import Markup

    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
