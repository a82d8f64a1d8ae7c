"""How far a key is from its limit, as the header RateLimit says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

_ITEM = re.compile(r'\s*"(?P<name>[^"]*)"(?P<parameters>[^,]*)')
_PARAMETER = re.compile(r";\s*([a-z]+)\s*=\s*(\d+)")


@dataclass(frozen=True)
class RateLimit:
    """``remaining`` more calls of the kind ``name`` are allowed now, and one more after ``reset`` seconds."""

    name: str
    remaining: int
    reset: Optional[int]


def parse_rate_limit(header: Optional[str]) -> Optional[RateLimit]:
    """The first limit of the header, ``"members";r=99;t=3590``; None where there is none that can be read."""
    item = _ITEM.match(header or "")
    if item is None:
        return None
    parameters = {name: int(value) for name, value in _PARAMETER.findall(item["parameters"])}
    if "r" not in parameters:
        return None
    return RateLimit(item["name"], parameters["r"], parameters.get("t"))
