"""Who comes and goes: a segment's members followed for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, TypedDict, Union

from .errors import CuttyError
from .members import MOST_A_PAGE, Member, Snapshot, field_names
from .transport import Transport, segment_path


class Left(TypedDict):
    """A record that is no member any more."""

    key: str


class Updated(TypedDict):
    """A member whose chosen fields changed."""

    key: str
    fields: Dict[str, Any]


@dataclass(frozen=True)
class Changes:
    """What to do to what you have: forget all of it at ``restart``, then set ``entered`` and ``updated``, drop ``left``.

    ``restart``   a snapshot begins: at first where no cursor was given, and where the log no longer reaches back
    ``entered``   who came, or was found by a snapshot; some may be known already
    ``left``      who went; some may be unknown
    ``updated``   members whose chosen fields changed; always empty unless asked for
    ``cursor``    what to pass as ``since`` to go on after this page; None inside a snapshot, which cannot be resumed
    ``has_more``  more is waiting and follows at once; False: this is how things were a moment ago
    """

    restart: bool
    entered: List[Member]
    left: List[Left]
    updated: List[Updated]
    cursor: Optional[str]
    has_more: bool


def follow(
    transport: Transport,
    segment_id: str,
    *,
    since: Union[str, datetime, None],
    fields: Optional[Sequence[str]],
    updated: bool,
    interval: float,
) -> Iterator[Changes]:
    """Pages without end; a limit of calls is waited out, however long."""
    path = f"{segment_path(segment_id)}/members"
    query = {"fields": field_names(fields), "include": "updated" if updated else None, "limit": MOST_A_PAGE}
    cursor = None if since is None else since_text(since)

    def snapshot() -> Snapshot:
        return Snapshot(transport, segment_id, fields, MOST_A_PAGE, patient=True)

    def deltas(after: str) -> Any:
        return transport.json("GET", path, query={**query, "since": after}, patient=True)

    return _forever(cursor, snapshot, deltas, lambda: transport.sleep(interval))


def _forever(
    cursor: Optional[str],
    read_snapshot: Callable[[], Snapshot],
    read_deltas: Callable[[str], Any],
    rest: Callable[[], None],
) -> Iterator[Changes]:
    while True:
        if cursor is None:
            snapshot = read_snapshot()
            yield from _told(snapshot)
            cursor = snapshot.delta_cursor
        try:
            page = read_deltas(cursor)
        except CuttyError as error:
            if error.code != "resync_required":
                raise
            cursor = None
            continue
        cursor = page["next_cursor"]
        yield Changes(False, page["entered"], page["left"], page.get("updated", []), cursor, page["has_more"])
        if not page["has_more"]:
            rest()


def _told(snapshot: Snapshot) -> Iterator[Changes]:
    """A snapshot as changes. After its last page the deltas follow at once, which make it exact."""
    restart = True
    for members in snapshot.pages():
        cursor = snapshot.delta_cursor if snapshot.done else None
        yield Changes(restart, members, [], [], cursor, True)
        restart = False


def since_text(since: Union[str, datetime]) -> str:
    """A cursor as it is, a time as RFC 3339."""
    if isinstance(since, str):
        return since
    if since.tzinfo is None:
        raise ValueError("since is a time without a zone. Give it one, such as timezone.utc.")
    return since.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


class MemberSet:
    """Keeps the members that followed changes lead to. Not for several threads at once.

    Begins empty, for a ``follow`` that begins with a snapshot; or with the members and the cursor of before.

    ``cursor``  goes with ``members``: keep both together, and a later ``follow(since=cursor)`` goes on from there
    ``exact``   whether ``members`` were all members, and no others, when the last page was made
    """

    def __init__(self, members: Iterable[Member] = (), cursor: Optional[str] = None) -> None:
        self.members: Dict[str, Member] = {member["key"]: member for member in members}
        self.cursor = cursor
        self.exact = False
        #: A snapshot that is being read. Until its end the members from before it stay.
        self._coming: Optional[Dict[str, Member]] = None

    def apply(self, changes: Changes) -> None:
        """Takes one page; pages go in the order in which they came."""
        if changes.restart:
            self._coming = {}
        members = self.members if self._coming is None else self._coming
        for member in changes.entered:
            members[member["key"]] = member
        for gone in changes.left:
            members.pop(gone["key"], None)
        for change in changes.updated:
            known = members.get(change["key"])
            if known is not None:
                members[change["key"]] = {**known, "fields": change["fields"]}
        if changes.cursor is not None:
            self.members, self._coming, self.cursor = members, None, changes.cursor
        self.exact = not changes.has_more

    def __contains__(self, key: object) -> bool:
        return key in self.members

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members.values())

    def __len__(self) -> int:
        return len(self.members)
