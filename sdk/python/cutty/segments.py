"""Segments: what they are, how many members they have, and their changes."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, TypedDict

from .pages import items
from .transport import Transport, segment_path


class SegmentBrief(TypedDict):
    """A segment in a list. Times are RFC 3339 in UTC; ``progress`` goes from 0 to 1 while it is computed."""

    id: str
    dataset_id: str
    name: str
    description: str
    tags: List[str]
    version: int
    status: str
    """``computing``, ``live`` or ``failed``."""
    progress: float
    member_count: int
    computed_at: Optional[str]
    created_at: str
    updated_at: str


class Segment(SegmentBrief):
    """A segment with its definition: ``query`` for programs, ``words`` for people."""

    query: Dict[str, Any]
    words: str


class Count(TypedDict):
    """How many members there are, and when that last changed or was verified (RFC 3339)."""

    count: int
    computed_at: Optional[str]


class Segments:
    """``cutty.segments``. Every method raises CuttyError; 404 ``segment_not_found`` for what the key does not see."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        dataset_id: Optional[str] = None,
        search: Optional[str] = None,
        tag: Optional[str] = None,
        limit: int = 100,
    ) -> Iterator[SegmentBrief]:
        """All segments that the key sees, by name. ``limit`` is the size of a page, 1,000 at most."""
        query = {"dataset_id": dataset_id, "search": search, "tag": tag, "limit": limit}
        return items(self._transport, "/segments", query)

    def get(self, segment_id: str) -> Segment:
        """One segment with its definition."""
        segment: Segment = self._transport.json("GET", segment_path(segment_id))
        return segment

    def count(self, segment_id: str) -> Count:
        """How many members it has now: the number that the members would give."""
        count: Count = self._transport.json("GET", f"{segment_path(segment_id)}/count")
        return count

    def create(
        self,
        *,
        dataset_id: str,
        name: str,
        query: Mapping[str, Any],
        description: str = "",
        tags: Sequence[str] = (),
    ) -> Segment:
        """Makes a segment, which the API shows and the key sees; its ``status`` is ``computing`` at first.

        ``query`` is ``{"combinator": "and" | "or", "rules": [{"field", "operator", "value"}, ...]}``, or flat:
        ``{"logic": "AND" | "OR", "conditions": [...]}``. Errors: 409 ``name_taken``, 404 ``dataset_not_found``, 422
        ``malformed_query`` and ``unknown_field``, with the ``path`` of what is wrong.
        """
        body = {"dataset_id": dataset_id, "name": name, "query": query, "description": description, "tags": [*tags]}
        segment: Segment = self._transport.json("POST", "/segments", body=body)
        return segment

    def update(
        self,
        segment_id: str,
        *,
        name: Optional[str] = None,
        query: Optional[Mapping[str, Any]] = None,
        description: Optional[str] = None,
        tags: Optional[Sequence[str]] = None,
        if_version: Optional[int] = None,
    ) -> Segment:
        """Changes what is given and leaves the rest; a new query is a new version.

        With ``if_version`` an edit that somebody made since that version is not overwritten: 412 ``version_mismatch``.
        Such a change is not made again when its answer was lost: get the segment and look.
        """
        wanted = {"name": name, "query": query, "description": description, "tags": None if tags is None else [*tags]}
        body = {field: value for field, value in wanted.items() if value is not None}
        headers = {} if if_version is None else {"If-Match": f'"{if_version}"'}
        segment: Segment = self._transport.json("PATCH", segment_path(segment_id), body=body, headers=headers)
        return segment

    def delete(self, segment_id: str) -> None:
        """Deletes a segment. 409 ``segment_in_use`` while something uses it."""
        self._transport.json("DELETE", segment_path(segment_id))
