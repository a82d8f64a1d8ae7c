"""The entrance: one object for one server and key."""

from __future__ import annotations

from datetime import datetime
from typing import Iterator, Optional, Sequence, Union

from .deltas import Changes, follow
from .exports import Exports
from .members import MOST_A_PAGE, Snapshot
from .rate_limit import RateLimit
from .segments import Segments
from .transport import Transport


class Cutty:
    """The public API of the server at ``url``, as the key may use it.

    ``retries``       how often a call is made again after a failure that passes: of the network, 429, 502, 503, 504
    ``timeout``       seconds without a sign of the server until an attempt has failed
    ``longest_wait``  seconds; where the server asks for more (``Retry-After``), the error is raised at once
    """

    def __init__(
        self, url: str, key: str, *, retries: int = 4, timeout: float = 30.0, longest_wait: float = 60.0
    ) -> None:
        self._transport = Transport(url, key, retries=retries, timeout=timeout, longest_wait=longest_wait)
        self.segments = Segments(self._transport)
        self.exports = Exports(self._transport)

    @property
    def rate_limit(self) -> Optional[RateLimit]:
        """How far the key is from its limit of the last call's kind; None before the first call."""
        return self._transport.rate_limit

    def members(
        self, segment_id: str, *, fields: Optional[Sequence[str]] = None, limit: int = MOST_A_PAGE
    ) -> Snapshot:
        """The members, each once, with these fields in this order (all without ``fields``), and their ``delta_cursor``.

        ``limit`` is the size of a page, 1,000 at most; each page is a call of the kind ``members``. The first one is
        made at once. Errors: 404 ``segment_not_found``, 409 ``segment_computing``, 422 ``unknown_field``.
        """
        return Snapshot(self._transport, segment_id, fields, limit)

    def follow(
        self,
        segment_id: str,
        *,
        since: Union[str, datetime, None] = None,
        fields: Optional[Sequence[str]] = None,
        updated: bool = False,
        interval: float = 60.0,
    ) -> Iterator[Changes]:
        """Who comes and goes, page by page, for ever; ``MemberSet`` keeps what they lead to.

        ``since``     a ``delta_cursor``, the ``cursor`` of an earlier page, or a time (with a zone) from which on, so
                      long as the log reaches back: 14 days at most. Without it a snapshot comes first.
        ``updated``   members whose chosen fields changed are told, too
        ``interval``  seconds between calls while nothing is waiting: at 60 a key's 100 calls an hour suffice

        Where the log does not reach back to the cursor, it starts over with a snapshot, whose first page has
        ``restart``. It waits out the key's limit; other errors are raised once their repeats are used up. Then go on
        with a new ``follow`` from the last page's ``cursor``. Errors: as of ``members``, 400 ``invalid_cursor`` for
        one of another segment, 400 ``invalid_since`` for a time in the future.
        """
        return follow(
            self._transport, segment_id, since=since, fields=fields, updated=updated, interval=interval
        )
