"""Following against a server on a script: starting over, limits, and what a MemberSet makes of it."""

from __future__ import annotations

import unittest
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any, Dict, List
from urllib.parse import parse_qs, urlsplit

from cutty import Changes, Cutty, CuttyError, MemberSet

from .scripted_server import Reply, ScriptedServer, problem, reply


def member(key: str, n: int = 0) -> Dict[str, Any]:
    return {"key": key, "fields": {"n": n}, "entered_at": None}


def page(keys: str, following: "str | None", delta: str) -> Reply:
    return reply(200, {"data": [member(key) for key in keys], "next_cursor": following, "delta_cursor": delta})


def deltas(entered: str, left: str, following: str, more: bool = False, **rest: Any) -> Reply:
    gone = [{"key": key} for key in left]
    body = {"entered": [member(key) for key in entered], "left": gone, "next_cursor": following, "has_more": more}
    return reply(200, {**body, **rest})


def queries(server: ScriptedServer) -> List[Dict[str, str]]:
    return [{name: all_[0] for name, all_ in parse_qs(urlsplit(one.path).query).items()} for one in server.asked]


def client_of(server: ScriptedServer) -> "tuple[Cutty, List[float]]":
    client = Cutty(server.url, "k", retries=1, timeout=5)
    pauses: List[float] = []
    client._transport.sleep = pauses.append  # type: ignore[method-assign]
    return client, pauses


class Following(unittest.TestCase):
    def test_a_snapshot_and_the_deltas_from_its_first_page_lead_to_the_members(self) -> None:
        script = [page("ab", "c1", "d1"), page("c", None, "d-other"), deltas("d", "a", "d2", True), deltas("", "b", "d3")]
        with ScriptedServer(*script) as server:
            client, pauses = client_of(server)
            kept = MemberSet()
            seen: List[Changes] = []
            for changes in islice(client.follow("seg_1", interval=7), 4):
                seen.append(changes)
                kept.apply(changes)
        self.assertEqual([one.restart for one in seen], [True, False, False, False])
        self.assertEqual([one.cursor for one in seen], [None, "d1", "d2", "d3"])
        self.assertEqual([one.has_more for one in seen], [True, True, True, False])
        self.assertEqual((sorted(kept.members), kept.cursor, kept.exact), (["c", "d"], "d3", True))
        self.assertEqual([one.get("since") for one in queries(server)], [None, None, "d1", "d2"])
        self.assertEqual(pauses, [])

    def test_it_rests_for_the_interval_when_nothing_is_waiting_and_goes_on_from_the_last_cursor(self) -> None:
        with ScriptedServer(deltas("", "", "d2"), deltas("x", "", "d3")) as server:
            client, pauses = client_of(server)
            list(islice(client.follow("seg_1", since="d1", fields=["n", "m"], updated=True, interval=7), 2))
        self.assertEqual(pauses, [7])
        asked = {"limit": "1000", "fields": "n,m", "include": "updated"}
        self.assertEqual(queries(server), [{**asked, "since": "d1"}, {**asked, "since": "d2"}])

    def test_a_cursor_older_than_the_log_starts_over_and_says_so(self) -> None:
        script = [problem(410, "resync_required"), page("b", "c1", "d5"), page("c", None, "d5"), deltas("", "", "d6")]
        with ScriptedServer(*script) as server:
            client, _ = client_of(server)
            kept = MemberSet([member("a")], "d1")  # type: ignore[list-item]
            pages = client.follow("seg_1", since=kept.cursor)
            first = next(pages)
            kept.apply(first)
            self.assertTrue(first.restart)
            # Until the snapshot is whole the old members stay, with their cursor.
            self.assertEqual((list(kept.members), kept.cursor, kept.exact), (["a"], "d1", False))
            for changes in islice(pages, 2):
                kept.apply(changes)
        self.assertEqual((sorted(kept.members), kept.cursor, kept.exact), (["b", "c"], "d6", True))

    def test_the_keys_limit_is_waited_out_however_long(self) -> None:
        limited = problem(429, "rate_limited", retry_after=1800)
        with ScriptedServer(limited, limited, limited, deltas("", "", "d2")) as server:
            client, pauses = client_of(server)
            self.assertEqual(next(client.follow("seg_1", since="d1")).cursor, "d2")
        self.assertTrue(len(pauses) == 3 and min(pauses) >= 1800, pauses)

    def test_other_refusals_are_raised(self) -> None:
        with ScriptedServer(problem(404, "segment_not_found")) as server:
            with self.assertRaises(CuttyError):
                next(client_of(server)[0].follow("seg_1", since="d1"))

    def test_updated_members_keep_when_they_entered_and_strangers_are_left_out(self) -> None:
        kept = MemberSet([{**member("a"), "entered_at": "2026-03-01T00:00:00Z"}], "d1")  # type: ignore[list-item]
        kept.apply(Changes(False, [], [], [{"key": "a", "fields": {"n": 5}}, {"key": "z", "fields": {}}], "d2", False))
        self.assertEqual([*kept], [{"key": "a", "fields": {"n": 5}, "entered_at": "2026-03-01T00:00:00Z"}])
        self.assertTrue("a" in kept and "z" not in kept and len(kept) == 1)

    def test_since_may_be_a_time_with_a_zone(self) -> None:
        at = datetime(2026, 3, 1, 14, 0, 0, 5000, tzinfo=timezone(timedelta(hours=2)))
        with ScriptedServer(deltas("", "", "d2")) as server:
            client, _ = client_of(server)
            next(client.follow("seg_1", since=at))
            with self.assertRaises(ValueError):
                client.follow("seg_1", since=datetime(2026, 3, 1))
        self.assertEqual(queries(server)[0]["since"], "2026-03-01T12:00:00.005000Z")

    def test_fields_that_cannot_be_asked_for_are_the_callers_mistake(self) -> None:
        client = Cutty("http://127.0.0.1:9", "k")
        for fields in ([], "plan", ["a,b"]):
            with self.assertRaises(ValueError):
                client.follow("seg_1", fields=fields)

    def test_a_snapshot_gives_each_member_and_its_cursor_from_the_first_page(self) -> None:
        with ScriptedServer(page("ab", "c1", "d1"), page("", "c2", "d9"), page("c", None, "d9")) as server:
            snapshot = client_of(server)[0].members("seg_1", limit=2)
            self.assertEqual(len(server.asked), 1)
            self.assertEqual([one["key"] for one in snapshot], ["a", "b", "c"])
            self.assertEqual((snapshot.delta_cursor, snapshot.done), ("d1", True))
        self.assertEqual([one.get("cursor") for one in queries(server)], [None, "c1", "c2"])
