"""Calls against a server that misbehaves on a script."""

from __future__ import annotations

import io
import time
import unittest
from datetime import datetime, timezone
from typing import List

from cutty import Cutty, CuttyError, RateLimit
from cutty.rate_limit import parse_rate_limit
from cutty.retries import parse_retry_after, pause_before

from .scripted_server import BROKEN, Reply, ScriptedServer, problem, reply

COUNT = {"count": 3, "computed_at": None}


def quick(url: str, retries: int = 4, **more: float) -> "tuple[Cutty, List[float]]":
    """A client that notes its pauses instead of making them."""
    client = Cutty(url, "ck_live_1_x", retries=retries, timeout=5, **more)
    pauses: List[float] = []
    client._transport.sleep = pauses.append  # type: ignore[method-assign]
    return client, pauses


class Repeats(unittest.TestCase):
    def test_a_503_is_followed_by_another_attempt(self) -> None:
        with ScriptedServer(problem(503, "unavailable"), reply(200, COUNT)) as server:
            client, pauses = quick(server.url)
            self.assertEqual(client.segments.count("seg_1"), COUNT)
        self.assertEqual(len(server.asked), 2)
        self.assertTrue(0.25 <= pauses[0] <= 0.5, pauses)

    def test_a_429_is_repeated_after_the_seconds_that_it_names(self) -> None:
        refused = problem(429, "rate_limited", retry_after=1)
        refused.headers["Retry-After"] = "1"  # type: ignore[index]
        with ScriptedServer(refused, reply(200, COUNT)) as server:
            begun = time.monotonic()
            self.assertEqual(Cutty(server.url, "k").segments.count("seg_1"), COUNT)
            self.assertGreaterEqual(time.monotonic() - begun, 1.0)

    def test_a_broken_connection_and_a_broken_answer_are_repeated(self) -> None:
        cut = Reply(200, b'{"count": 3, "computed_at": null}', cut=9)
        with ScriptedServer(BROKEN, cut, reply(200, COUNT)) as server:
            client, pauses = quick(server.url)
            self.assertEqual(client.segments.count("seg_1"), COUNT)
        self.assertEqual(len(pauses), 2)

    def test_a_server_that_is_not_there_is_said_so(self) -> None:
        with ScriptedServer() as server:
            pass
        client, pauses = quick(server.url, retries=2)
        with self.assertRaises(CuttyError) as caught:
            client.segments.get("seg_1")
        self.assertEqual((caught.exception.code, caught.exception.status), ("network_error", None))
        self.assertEqual(len(pauses), 2)

    def test_repeats_of_a_post_have_its_idempotency_key_and_another_post_has_another(self) -> None:
        script = [BROKEN, problem(409, "call_under_way"), reply(201, {"id": "seg_1"}), reply(201, {"id": "seg_2"})]
        with ScriptedServer(*script) as server:
            client, _ = quick(server.url)
            for _name in range(2):
                client.segments.create(dataset_id="ds_1", name="A", query={"combinator": "and", "rules": []})
        first, second, third, fourth = server.header("idempotency-key")
        self.assertTrue(first == second == third and first and fourth)
        self.assertNotEqual(third, fourth)
        self.assertEqual(len({one.body for one in server.asked[:3]}), 1)

    def test_what_does_not_pass_is_raised_at_once(self) -> None:
        for refusal in (problem(404, "segment_not_found"), problem(409, "segment_computing"), problem(500, "internal")):
            with ScriptedServer(refusal) as server:
                with self.assertRaises(CuttyError):
                    quick(server.url)[0].segments.get("seg_1")
            self.assertEqual(len(server.asked), 1)

    def test_the_last_error_is_raised_when_the_repeats_are_used_up(self) -> None:
        with ScriptedServer(*[reply(502, None)] * 3) as server:
            client, pauses = quick(server.url, retries=2)
            with self.assertRaises(CuttyError) as caught:
                client.segments.get("seg_1")
        self.assertEqual((caught.exception.code, caught.exception.status, len(pauses)), ("http_502", 502, 2))

    def test_a_wait_that_is_too_long_is_left_to_the_caller(self) -> None:
        with ScriptedServer(problem(429, "rate_limited", retry_after=1800)) as server:
            client, pauses = quick(server.url)
            with self.assertRaises(CuttyError) as caught:
                client.members("seg_1")
        self.assertEqual((caught.exception.retry_after, pauses), (1800, []))

    def test_a_change_under_if_match_whose_answer_was_lost_is_not_repeated(self) -> None:
        with ScriptedServer(BROKEN) as server:
            with self.assertRaises(CuttyError) as caught:
                quick(server.url)[0].segments.update("seg_1", name="B", if_version=3)
        self.assertEqual(caught.exception.code, "network_error")
        self.assertEqual(server.header("if-match"), ['"3"'])

    def test_a_deletion_that_finds_nothing_after_a_lost_answer_has_succeeded(self) -> None:
        with ScriptedServer(BROKEN, problem(404, "segment_not_found")) as server:
            quick(server.url)[0].segments.delete("seg_1")
        with ScriptedServer(problem(404, "segment_not_found")) as server:
            with self.assertRaises(CuttyError):
                quick(server.url)[0].segments.delete("seg_1")

    def test_pauses_double_with_jitter_and_never_undercut_retry_after(self) -> None:
        passing = CuttyError("network_error", "")
        self.assertEqual([pause_before(n, passing, lambda: 1.0) for n in (0, 1, 2, 10)], [0.5, 1.0, 2.0, 30.0])
        self.assertEqual(pause_before(1, passing, lambda: 0.0), 0.5)
        told = CuttyError("rate_limited", "", status=429, retry_after=7)
        self.assertEqual(pause_before(0, told, lambda: 0.0), 7)
        self.assertLessEqual(pause_before(9, told, lambda: 1.0), 8)

    def test_retry_after_is_seconds_or_a_date(self) -> None:
        now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
        self.assertEqual(parse_retry_after("3", now), 3)
        self.assertEqual(parse_retry_after("Sun, 01 Mar 2026 12:00:09 GMT", now), 9)
        self.assertEqual(parse_retry_after("Sun, 01 Mar 2026 11:00:00 GMT", now), 0)
        for nothing in (None, "", "soon", "-1"):
            self.assertIsNone(parse_retry_after(nothing, now))


class Answers(unittest.TestCase):
    def test_an_error_has_all_that_the_problem_says(self) -> None:
        told = problem(422, "unknown_field", path="fields[1]", request_id="req_1", title="T", actual=7)
        with ScriptedServer(told) as server:
            with self.assertRaises(CuttyError) as caught:
                quick(server.url)[0].segments.get("seg_1")
        error = caught.exception
        self.assertEqual((error.code, error.status, error.detail), ("unknown_field", 422, "Do it."))
        self.assertEqual((error.path, error.request_id, error.facts), ("fields[1]", "req_1", {"actual": 7}))
        self.assertEqual(str(error), "unknown_field at fields[1]: Do it. (request req_1)")

    def test_the_rate_limit_of_the_last_answer_is_there_also_after_a_refusal(self) -> None:
        limited = Reply(429, b"", {"RateLimit": '"members";r=0;t=1800', "Retry-After": "1800"})
        with ScriptedServer(reply(200, COUNT, RateLimit='"standard";r=99;t=3590'), limited) as server:
            client, _ = quick(server.url)
            self.assertIsNone(client.rate_limit)
            client.segments.count("seg_1")
            self.assertEqual(client.rate_limit, RateLimit("standard", 99, 3590))
            with self.assertRaises(CuttyError):
                client.members("seg_1")
            self.assertEqual(client.rate_limit, RateLimit("members", 0, 1800))
        self.assertEqual(parse_rate_limit('"a";t=1;r=2, "b";r=3'), RateLimit("a", 2, 1))
        for nothing in (None, "", "members", '"a";t=1'):
            self.assertIsNone(parse_rate_limit(nothing))

    def test_a_redirect_is_not_followed_since_it_would_carry_the_key_away(self) -> None:
        with ScriptedServer() as elsewhere, ScriptedServer(reply(302, None, Location=elsewhere.url)) as server:
            with self.assertRaises(CuttyError) as caught:
                quick(server.url)[0].segments.get("seg_1")
        self.assertEqual((caught.exception.status, elsewhere.asked), (302, []))

    def test_an_id_is_one_part_of_the_path(self) -> None:
        with ScriptedServer(reply(200, COUNT)) as server:
            quick(server.url + "/")[0].segments.count("a/b?c")
        self.assertEqual(server.asked[0].path, "/api/v1/public/segments/a%2Fb%3Fc/count")
        self.assertEqual(server.asked[0].headers["x-api-key"], "ck_live_1_x")


EXPORT = {"status": "done", "bytes": 6, "error": None}


class Files(unittest.TestCase):
    def test_a_download_that_broke_off_is_begun_anew_in_the_same_place_and_without_the_key(self) -> None:
        with ScriptedServer(Reply(200, b"abcdef", cut=4), Reply(200, b"abcdef")) as server:
            file = io.BytesIO(b"before")
            file.seek(0, io.SEEK_END)
            export = {**EXPORT, "download_url": f"{server.url}/file"}
            self.assertEqual(quick(server.url)[0].exports.download(export, file), 6)  # type: ignore[arg-type]
        self.assertEqual(file.getvalue(), b"beforeabcdef")
        self.assertEqual(server.header("x-api-key"), [None, None])

    def test_a_file_that_cannot_be_set_back_is_told_that_the_download_broke_off(self) -> None:
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

        with ScriptedServer(Reply(200, b"abcdef", cut=4)) as server:
            export = {**EXPORT, "download_url": f"{server.url}/file"}
            with self.assertRaises(CuttyError) as caught:
                quick(server.url)[0].exports.download(export, Pipe())  # type: ignore[arg-type]
        self.assertEqual(caught.exception.code, "answer_cut_off")

    def test_an_address_that_is_no_web_address_is_refused(self) -> None:
        client, _ = quick("http://127.0.0.1:9")
        export = {**EXPORT, "download_url": "file:///etc/hostname"}
        with self.assertRaises(CuttyError) as caught:
            client.exports.download(export, io.BytesIO())  # type: ignore[arg-type]
        self.assertEqual(caught.exception.code, "unreadable_answer")

    def test_a_stream_gives_the_members_that_came_whole_and_then_says_that_it_broke_off(self) -> None:
        lines = b'{"key":"a","fields":{}}\n{"key":"b","fields":{}}\n'
        chunked = {"Transfer-Encoding": "chunked"}
        announced = b"%x\r\n%b\r\n" % (len(lines), lines)
        whole = Reply(200, announced + b"0\r\n\r\n", chunked)
        for broken in (Reply(200, lines, cut=30), Reply(200, announced, chunked), Reply(200, announced[:40], chunked)):
            with ScriptedServer(whole, broken) as server:
                client, _ = quick(server.url)
                self.assertEqual([one["key"] for one in client.exports.stream("seg_1")], ["a", "b"])
                stream = client.exports.stream("seg_1")
                self.assertEqual(next(stream)["key"], "a")
                with self.assertRaises(CuttyError) as caught:
                    list(stream)
            self.assertIn(caught.exception.code, ("answer_cut_off", "network_error"))
            self.assertEqual(server.header("idempotency-key"), [None, None])

    def test_a_failed_export_is_raised_with_its_reason(self) -> None:
        failed = {"status": "failed", "error": {"code": "segment_failed", "detail": "Mend it."}}
        with ScriptedServer(reply(200, {"status": "running"}), reply(200, failed)) as server:
            with self.assertRaises(CuttyError) as caught:
                quick(server.url)[0].exports.wait("exp_1")
        self.assertEqual((caught.exception.code, caught.exception.detail), ("export_failed", "Mend it."))
        self.assertEqual(caught.exception.facts["reason"], "segment_failed")
