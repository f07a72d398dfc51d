"""Results as JSON: one shape for every command's `--json`."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

_SURROGATE = re.compile("[\ud800-\udfff]")


class HasDict(Protocol):
    """A result that knows its own JSON-ready shape."""

    def to_dict(self) -> dict[str, Any]: ...


def dump(value: HasDict | Any) -> str:
    """JSON text of a result or a plain value: keys sorted, letters as they are, a newline last.

    The same value gives the same bytes. Always encodable as UTF-8: a lone surrogate, which a
    damaged source may carry, is written as its escape. Raises ValueError for NaN and infinity,
    which JSON does not know.

    >>> print(dump({"rate": 0.5, "mot": "préavis"}), end="")
    {
      "mot": "préavis",
      "rate": 0.5
    }
    """
    plain = value.to_dict() if hasattr(value, "to_dict") else value
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, indent=2, allow_nan=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
