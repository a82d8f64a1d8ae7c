"""When a call is made again, and after how long: decisions without a clock or a network."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Callable, Optional

from .errors import CuttyError

_FIRST_S = 0.5
_LONGEST_S = 30.0
_STATUSES = frozenset({429, 502, 503, 504})
_CODES = frozenset({"network_error", "answer_cut_off", "call_under_way"})


def is_passing(error: CuttyError) -> bool:
    """Whether the same call may well succeed when it is made again."""
    return error.status in _STATUSES or error.code in _CODES


def pause_before(repeat: int, error: CuttyError, random: Callable[[], float]) -> float:
    """Seconds before the repeat with this number, from 0 on; ``random`` gives numbers from 0 to 1.

    Doubling, at least half of it random, so that many who failed together do not come back together. What the server
    asks for is a lower bound: who comes a little later is still in time.
    """
    ceiling = min(_LONGEST_S, _FIRST_S * 2.0 ** min(repeat, 16))
    if error.retry_after is not None:
        return error.retry_after + min(ceiling, 1.0) * random()
    return ceiling * (0.5 + 0.5 * random())


def parse_retry_after(header: Optional[str], now: datetime) -> Optional[float]:
    """Seconds from ``Retry-After: 3`` or ``Retry-After: <HTTP date>``; None for anything else."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - now).total_seconds())
