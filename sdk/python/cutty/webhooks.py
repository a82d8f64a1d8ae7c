"""Webhook messages, checked as Standard Webhooks has it: that they are ours, whole and recent."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any, Mapping, Optional, Sequence, Union

from .errors import CuttyError

_PREFIX = "whsec_"
_VERSION = "v1,"


def verify_webhook(
    secrets: Union[str, Sequence[str]],
    headers: Mapping[str, str],
    body: Union[bytes, str],
    now: Optional[float] = None,
    tolerance: float = 300.0,
) -> Any:
    """The parsed body of a message that was signed with one of the secrets; anything else raises CuttyError.

    ``secrets``    ``whsec_...``, one or several: while a secret is changed, both the old and the new are good
    ``headers``    of the request; upper and lower case do not matter
    ``body``       as it was received: parsed and written again it is another
    ``now``        seconds since 1970, the time without it; ``tolerance`` seconds it may be from the message's

    Errors: ``missing_header``, ``invalid_timestamp``, ``timestamp_out_of_tolerance``, ``invalid_signature``,
    ``unreadable_body``. A secret that is none is a ValueError. Repeats of a message have the same ``webhook-id``.
    """
    keys = [_key_of(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    if not keys:
        raise ValueError("There is no secret to check with.")
    given = {name.lower(): value for name, value in headers.items()}
    message_id = _header(given, "webhook-id")
    timestamp = _header(given, "webhook-timestamp")
    signatures = _header(given, "webhook-signature")
    _check_time(timestamp, time.time() if now is None else now, tolerance)
    raw = body.encode("utf-8") if isinstance(body, str) else bytes(body)
    signed = f"{message_id}.{timestamp}.".encode("utf-8") + raw
    if not _is_signed(keys, signed, signatures):
        raise CuttyError("invalid_signature", "No signature fits. Check the secret, and that the body is as received.")
    try:
        return json.loads(raw)
    except ValueError as cause:
        raise CuttyError("unreadable_body", "The message is signed, but its body is not JSON.") from cause


def _key_of(secret: str) -> bytes:
    text = secret[len(_PREFIX) :] if secret.startswith(_PREFIX) else secret
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("A webhook's secret is whsec_ and base64 behind it.")
    return key


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise CuttyError("missing_header", f"The message has no header {name}: it is none of ours.")
    return value


def _check_time(timestamp: str, now: float, tolerance: float) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        raise CuttyError("invalid_timestamp", "webhook-timestamp is not in whole seconds since 1970.")
    off = int(timestamp) - now
    if abs(off) > tolerance:
        when = "in the future" if off > 0 else "old"
        detail = f"The message is {abs(off):.0f} s {when}; {tolerance:g} s are allowed. Check the clock, or drop it."
        raise CuttyError("timestamp_out_of_tolerance", detail)


def _is_signed(keys: Sequence[bytes], signed: bytes, signatures: str) -> bool:
    """Every key against every signature, without an early end: the time it takes tells nothing."""
    good = False
    expected = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys]
    for signature in signatures.split(" "):
        if signature.startswith(_VERSION):
            given = signature[len(_VERSION) :].encode("utf-8")
            for right in expected:
                good |= hmac.compare_digest(right, given)
    return good
