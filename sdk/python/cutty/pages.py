"""Lists that come page by page, ``{data, next_cursor}``."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from .transport import Transport


def items(transport: Transport, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
    """The items of all pages; a page is asked for when its first item is."""
    cursor = None
    while True:
        page = transport.json("GET", path, query={**query, "cursor": cursor})
        yield from page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
