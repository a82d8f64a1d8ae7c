"""The members of a segment as one snapshot."""

from __future__ import annotations

from collections import deque
from typing import Any, Deque, Dict, Iterator, List, Optional, Sequence, TypedDict

from .transport import Transport, segment_path

MOST_A_PAGE = 1_000


class Member(TypedDict):
    """A record in a segment. ``entered_at`` (RFC 3339) is None where it is older than the log."""

    key: str
    fields: Dict[str, Any]
    entered_at: Optional[str]


class Snapshot(Iterator[Member]):
    """The members, each once, in a stable order; pages are asked for as they are needed.

    ``delta_cursor``: where following begins that ends in the exact members, whatever changes while the snapshot is
    read: ``cutty.follow(segment_id, since=snapshot.delta_cursor)``.
    """

    def __init__(
        self,
        transport: Transport,
        segment_id: str,
        fields: Optional[Sequence[str]],
        limit: int,
        patient: bool = False,
    ) -> None:
        self._transport = transport
        self._patient = patient
        self._path = f"{segment_path(segment_id)}/members"
        self._query = {"fields": field_names(fields), "limit": limit}
        page = self._page(None)
        # Of the first page: what changes while the later ones are read comes after it.
        self.delta_cursor: str = page["delta_cursor"]
        self._next_cursor: Optional[str] = page["next_cursor"]
        self._waiting: Deque[Member] = deque(page["data"])

    def __next__(self) -> Member:
        while not self._waiting:
            if self._next_cursor is None:
                raise StopIteration
            self._read_on(self._next_cursor)
        return self._waiting.popleft()

    def pages(self) -> Iterator[List[Member]]:
        """What is left, page by page; at least one, which may be empty."""
        while True:
            page, self._waiting = [*self._waiting], deque()
            yield page
            if self._next_cursor is None:
                return
            self._read_on(self._next_cursor)

    @property
    def done(self) -> bool:
        """Whether all of it was asked for."""
        return self._next_cursor is None and not self._waiting

    def _read_on(self, cursor: str) -> None:
        page = self._page(cursor)
        self._next_cursor = page["next_cursor"]
        self._waiting.extend(page["data"])

    def _page(self, cursor: Optional[str]) -> Any:
        return self._transport.json("GET", self._path, query={**self._query, "cursor": cursor}, patient=self._patient)


def field_names(fields: Optional[Sequence[str]]) -> Optional[str]:
    """As the address has them, ``email,plan``; None, which stands for all, without a choice."""
    if fields is None:
        return None
    if isinstance(fields, str):
        raise ValueError("fields is one text; give the names as a list.")
    if len(fields) == 0:
        raise ValueError("fields is empty; name at least one field, or leave it out for all.")
    unfit = [name for name in fields if "," in name]
    if unfit:
        raise ValueError(f"The field {unfit[0]!r} has a comma in its name and cannot be chosen; leave fields out.")
    return ",".join(fields)
