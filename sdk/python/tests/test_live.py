"""Against a running server whose rows change meanwhile.

From the environment: ``CUTTY_URL``; ``CUTTY_KEY`` with the scopes of segments; ``CUTTY_DATASET`` with the fields ``id``
(its key), ``n``, ``kind``, ``plan`` and ``email``; ``CUTTY_STEADY``, a segment with members that stay; ``CUTTY_MOVING``, one whose
members come and go.

``test_following`` prints ``followed`` once it has seen changes. Whoever changes the rows stops then, and makes the record
``the-last`` a member of the moving segment. It ends with ``members`` and the moving segment's members as JSON.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import time
import unittest
import uuid
from typing import Any, Dict

from cutty import Cutty, CuttyError, MemberSet, Segment

from .lossy_proxy import LossyProxy

URL = os.environ.get("CUTTY_URL", "")
KEY = os.environ.get("CUTTY_KEY", "")
DATASET = os.environ.get("CUTTY_DATASET", "")
STEADY = os.environ.get("CUTTY_STEADY", "")
MOVING = os.environ.get("CUTTY_MOVING", "")

PAGES = 8
PATIENCE_S = 60.0


def below(n: int) -> Dict[str, Any]:
    return {"combinator": "and", "rules": [{"field": "n", "operator": "less_than", "value": n}]}


@unittest.skipUnless(URL, "CUTTY_URL names no server")
class Live(unittest.TestCase):
    def setUp(self) -> None:
        self.cutty = Cutty(URL, KEY)

    def refused(self, code: str, status: int) -> Any:
        test = self

        class Refused:
            error: CuttyError

            def __enter__(self) -> "Refused":
                return self

            def __exit__(self, _: object, error: object, __: object) -> bool:
                test.assertIsInstance(error, CuttyError)
                assert isinstance(error, CuttyError)
                test.assertEqual((error.code, error.status), (code, status))
                test.assertTrue(error.request_id and error.detail)
                self.error = error
                return True

        return Refused()

    def made(self, cutty: Cutty) -> Segment:
        name = f"made-{uuid.uuid4()}"
        return cutty.segments.create(dataset_id=DATASET, name=name, query=below(10), tags=["made"])

    def until_live(self, segment_id: str) -> Segment:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            segment = self.cutty.segments.get(segment_id)
            if segment["status"] == "live":
                return segment
            self.assertLess(time.monotonic(), deadline, segment)
            time.sleep(0.05)

    def test_segments_are_listed_over_all_pages_and_counted(self) -> None:
        listed = list(self.cutty.segments.list(limit=1, dataset_id=DATASET))
        self.assertLessEqual({STEADY, MOVING}, {one["id"] for one in listed})
        steady = self.cutty.segments.get(STEADY)
        self.assertEqual(self.cutty.segments.count(STEADY)["count"], steady["member_count"])
        self.assertTrue(steady["words"] and steady["query"]["rules"])
        assert self.cutty.rate_limit is not None
        self.assertEqual(self.cutty.rate_limit.name, "standard")

    def test_a_segment_is_made_changed_and_deleted(self) -> None:
        made = self.made(self.cutty)
        self.assertEqual((made["tags"], made["version"]), (["made"], 1))
        self.until_live(made["id"])
        changed = self.cutty.segments.update(made["id"], query=below(5), description="Few", if_version=1)
        self.assertEqual((changed["version"], changed["description"], changed["name"]), (2, "Few", made["name"]))
        with self.refused("version_mismatch", 412):
            self.cutty.segments.update(made["id"], description="late", if_version=1)
        self.cutty.segments.delete(made["id"])
        with self.refused("segment_not_found", 404):
            self.cutty.segments.get(made["id"])

    def test_a_post_whose_answer_was_lost_is_done_once(self) -> None:
        with LossyProxy(URL) as proxy:
            made = self.made(Cutty(proxy.url, KEY))
        self.assertEqual(proxy.statuses, [201, 201])
        self.assertEqual([one["id"] for one in self.cutty.segments.list(search=made["name"])], [made["id"]])
        with LossyProxy(URL) as proxy:
            Cutty(proxy.url, KEY).segments.delete(made["id"])
        self.assertEqual(proxy.statuses, [204, 404])

    def test_errors_say_what_is_wrong(self) -> None:
        with self.refused("unknown_field", 422) as refused:
            self.cutty.members(STEADY, fields=["nothing"])
        self.assertEqual(refused.error.path, "fields")
        with self.refused("unknown_field", 422) as refused:
            rules = [{"field": "nothing", "operator": "equals", "value": 1}]
            self.cutty.segments.create(dataset_id=DATASET, name="x", query={"combinator": "and", "rules": rules})
        self.assertIn("rules[0]", refused.error.path or "")
        with self.refused("segment_not_found", 404):
            self.cutty.segments.get("seg_none/../x")
        with self.refused("invalid_key", 401):
            Cutty(URL, "ck_live_none").segments.get(STEADY)

    def test_a_snapshot_has_each_member_once_with_the_chosen_fields(self) -> None:
        small = list(self.cutty.members(STEADY, fields=["kind", "id"], limit=70))
        self.assertEqual([*small[0]["fields"]], ["kind", "id"])
        self.assertEqual(len({one["key"] for one in small}), len(small))
        self.assertEqual(len(small), self.cutty.segments.count(STEADY)["count"])
        self.assertEqual([one["key"] for one in self.cutty.members(STEADY)], [one["key"] for one in small])

    def test_an_export_and_a_stream_have_the_members(self) -> None:
        keys = sorted(one["key"] for one in self.cutty.members(STEADY))
        export = self.cutty.exports.wait(self.cutty.exports.create(STEADY, format="ndjson", fields=["kind"])["id"])
        with tempfile.TemporaryFile() as file:
            size = self.cutty.exports.download(export, file)
            file.seek(0)
            lines = file.read().splitlines()
        self.assertEqual((size, len(lines)), (export["bytes"], export["rows"]))
        self.assertEqual(sorted(json.loads(line)["key"] for line in lines), keys)
        streamed = list(self.cutty.exports.stream(STEADY, fields=["kind"]))
        self.assertEqual(sorted(one["key"] for one in streamed), keys)
        self.assertEqual(streamed[0]["fields"], {"kind": "steady"})
        csv = self.cutty.exports.wait(self.cutty.exports.create(STEADY, fields=["kind"])["id"])
        text = io.BytesIO()
        self.cutty.exports.download(csv, text)
        self.assertEqual(text.getvalue().split(b"\r\n")[0], b"id,kind")

    def test_following_from_before_the_log_starts_over(self) -> None:
        kept = MemberSet()
        for changes in self.cutty.follow(STEADY, since="2001-01-01T00:00:00Z", interval=0):
            kept.apply(changes)
            if kept.exact:
                break
        self.assertEqual(len(kept), self.cutty.segments.count(STEADY)["count"])

    def test_following(self) -> None:
        kept = MemberSet()
        changing = 0
        for changes in self.cutty.follow(MOVING, fields=["n", "plan"], updated=True, interval=0.05):
            kept.apply(changes)
            if not changes.restart and (changes.entered or changes.left or changes.updated):
                changing += 1
                if changing == PAGES:
                    print("followed", flush=True)
            if "the-last" in kept and kept.exact:
                break
        print("members", json.dumps({one["key"]: one["fields"] for one in kept}), flush=True)
