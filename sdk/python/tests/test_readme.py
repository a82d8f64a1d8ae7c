"""The README's examples, run in their order against a running server; the environment is that of ``test_live``."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import io
import os
import re
import tempfile
import time
import unittest
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Iterator
from unittest import mock

from .test_live import DATASET, KEY, STEADY, URL

README = Path(__file__).parent.parent / "README.md"
SECRET = b"the secret of the example"


def webhook() -> SimpleNamespace:
    now, body = int(time.time()), b'{"type": "segment.count.changed"}'
    digest = hmac.new(SECRET, f"msg_1.{now}.".encode() + body, hashlib.sha256).digest()
    signed = "v1," + base64.b64encode(digest).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": signed}
    return SimpleNamespace(headers=headers, body=body)


@unittest.skipUnless(URL, "CUTTY_URL names no server")
class Readme(unittest.TestCase):
    def test_every_example_runs_as_it_is_written(self) -> None:
        blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
        self.assertGreater(len(blocks), 5)
        environment = {"CUTTY_KEY": KEY, "CUTTY_WEBHOOK_SECRET": "whsec_" + base64.b64encode(SECRET).decode()}
        names: Dict[str, Any] = {"segment_id": STEADY, "dataset_id": DATASET, "request": webhook()}
        here, printed = os.getcwd(), io.StringIO()
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, environment):
            os.chdir(folder)
            self.addCleanup(os.chdir, here)
            for block in blocks:
                with contextlib.redirect_stdout(printed):
                    exec(compile(block.replace("https://cutty.example.com", URL), str(README), "exec"), names)
                self.prepare_next(names)
            lines = Path("members.csv").read_bytes().splitlines()
            os.chdir(here)
        self.addCleanup(names["cutty"].segments.delete, names["segment"]["id"])
        count = names["cutty"].segments.count(STEADY)["count"]
        self.assertEqual((len(names["kept"]), names["kept"].exact, len(lines)), (count, True, count + 1))
        self.assertIn(f"{count} members", printed.getvalue())
        self.assertEqual(names["message"], {"type": "segment.count.changed"})

    def prepare_next(self, names: Dict[str, Any]) -> None:
        """Following ends after some pages, and what was kept is there for who goes on."""
        if "saved_members" not in names:
            follow = names["cutty"].follow

            def some(segment_id: str, **more: Any) -> Iterator[Any]:
                return islice(follow(segment_id, **{**more, "interval": 0}), 4)

            names["cutty"].follow = some
        kept = names.get("kept")
        names["saved_members"] = [] if kept is None else list(kept)
        names["saved_cursor"] = None if kept is None else kept.cursor
