"""Webhook messages: who signed them, and when."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unittest
from typing import Dict, Optional

from cutty import CuttyError, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"a secret of 24 bytes ...").decode()
OTHER = "whsec_" + base64.b64encode(b"another one of 24 bytes.").decode()
NOW = 1_700_000_000
BODY = '{"type":"segment.count.changed","data":{"new":3,"name":"Zoë"}}'.encode()


def signature(secret: str, body: bytes = BODY, at: int = NOW, message: str = "msg_1") -> str:
    key = base64.b64decode(secret[len("whsec_") :])
    digest = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(signed: Optional[str] = None, at: str = str(NOW)) -> Dict[str, str]:
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": at, "Webhook-Signature": signed or signature(SECRET)}


class Webhooks(unittest.TestCase):
    def refused(self, code: str, given: Dict[str, str], body: bytes = BODY, now: float = NOW) -> None:
        with self.assertRaises(CuttyError) as caught:
            verify_webhook(SECRET, given, body, now=now)
        self.assertEqual(caught.exception.code, code)

    def test_the_example_of_standard_webhooks_is_accepted(self) -> None:
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        given = {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }
        self.assertEqual(verify_webhook(secret, given, '{"test": 2432232314}', now=1614265330), {"test": 2432232314})

    def test_a_signed_message_is_parsed_as_bytes_and_as_text(self) -> None:
        for body in (BODY, BODY.decode()):
            parsed = verify_webhook(SECRET, headers(), body, now=NOW)
            self.assertEqual(parsed["data"], {"new": 3, "name": "Zoë"})

    def test_one_good_signature_among_several_and_one_good_secret_suffice(self) -> None:
        several = f"v2,other {signature(OTHER)} {signature(SECRET)}"
        verify_webhook(SECRET, headers(several), BODY, now=NOW)
        verify_webhook([OTHER, SECRET], headers(), BODY, now=NOW)

    def test_another_secret_body_id_or_time_is_refused(self) -> None:
        self.refused("invalid_signature", headers(signature(OTHER)))
        self.refused("invalid_signature", headers(), body=BODY + b" ")
        self.refused("invalid_signature", {**headers(), "Webhook-Id": "msg_2"})
        self.refused("invalid_signature", headers(at=str(NOW + 1)))
        for text in ("v1,", "v1", "v1,*", "v1,ä", signature(SECRET)[3:], signature(SECRET).replace("v1,", "v2,")):
            self.refused("invalid_signature", headers(text))

    def test_a_message_may_be_300_seconds_off_either_way(self) -> None:
        for now in (NOW - 300, NOW + 300):
            verify_webhook(SECRET, headers(), BODY, now=now)
        for now in (NOW - 301, NOW + 301):
            self.refused("timestamp_out_of_tolerance", headers(), now=now)
        verify_webhook(SECRET, headers(), BODY, now=NOW + 500, tolerance=600)

    def test_headers_that_are_missing_or_no_time_are_refused(self) -> None:
        for name in headers():
            self.refused("missing_header", {key: value for key, value in headers().items() if key != name})
        for text in ("soon", "-1", "1e9", "1.5", "9" * 40):
            self.refused("invalid_timestamp", headers(at=text))

    def test_a_signed_body_that_is_not_json_is_refused(self) -> None:
        self.refused("unreadable_body", headers(signature(SECRET, b"\xff")), body=b"\xff")

    def test_a_secret_that_is_none_is_the_callers_mistake(self) -> None:
        for secrets in ("whsec_", "whsec_***", [], ["whsec_a"]):
            with self.assertRaises(ValueError):
                verify_webhook(secrets, headers(), BODY, now=NOW)
