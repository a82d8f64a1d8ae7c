"""HTTP: one call with its repeats, and what its answer says of limits and errors."""

from __future__ import annotations

import http.client
import json
import random
import ssl
import time
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone
from email.message import Message
from typing import Any, Callable, Dict, Iterator, Mapping, NoReturn, Optional, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from .errors import CuttyError, error_of_problem
from .rate_limit import RateLimit, parse_rate_limit
from .retries import is_passing, parse_retry_after, pause_before

_BASE = "/api/v1/public"
_MOST_OF_AN_ERROR = 1_000_000

Answer = http.client.HTTPResponse
Result = TypeVar("Result")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to wherever it points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Transport:
    """Sends calls with the key; knows nothing of what they are about."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        retries: int,
        timeout: float,
        longest_wait: float,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        if not _is_web(url):
            raise ValueError(f"url is {url!r}. Give the address of the server, such as https://cutty.example.com.")
        if not key:
            raise ValueError("key is empty. Give the API key, ck_live_...")
        if retries < 0:
            raise ValueError(f"retries is {retries}; it may be 0 or more.")
        self._base = url.rstrip("/") + _BASE
        self._key = key
        self._retries = retries
        self._timeout = timeout
        self._longest_wait = longest_wait
        self._random = random
        self._opener = urllib.request.build_opener(_NoRedirect())
        self.sleep = sleep
        #: Of the last answer that had one.
        self.rate_limit: Optional[RateLimit] = None

    def json(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[Mapping[str, Any]] = None,
        headers: Optional[Mapping[str, str]] = None,
        patient: bool = False,
    ) -> Any:
        """The answer's body; None where it is empty. A patient call waits out the key's limit, however long.

        A POST has an Idempotency-Key: however often it arrives, it is done once. A change under If-Match is made again
        only after a refusal for the rate: had its first arrival succeeded and its answer been lost, the second would
        be refused as somebody else's edit. A DELETE that finds nothing after an attempt without an answer has succeeded.
        """
        sent = dict(headers or {})
        if method == "POST":
            sent["Idempotency-Key"] = str(uuid.uuid4())
        guarded = "If-Match" in sent
        unanswered = False

        def attempt() -> Any:
            nonlocal unanswered
            try:
                with self._open(method, path, query, body, sent) as answer, network_errors():
                    return _parsed(answer.read())
            except CuttyError as error:
                if method == "DELETE" and unanswered and error.status == 404:
                    return None
                unanswered = unanswered or error.status is None or error.status >= 500
                raise

        passing = _is_refused_for_rate if guarded else is_passing
        return self.repeated(attempt, passing, patient)

    def open(
        self, method: str, path: str, *, body: Optional[Mapping[str, Any]] = None, headers: Mapping[str, str]
    ) -> Answer:
        """An answer to be read bit by bit and closed, of a call that changes nothing."""
        return self.repeated(lambda: self._open(method, path, None, body, headers))

    def open_signed(self, url: str) -> Answer:
        """An answer from a signed address, where the key is not sent. One attempt."""
        if not _is_web(url):
            raise CuttyError("unreadable_answer", f"The server gave {url!r} as the address of a file.")
        return self._exchange(urllib.request.Request(url))

    def repeated(
        self,
        attempt: Callable[[], Result],
        may_repeat: Callable[[CuttyError], bool] = is_passing,
        patient: bool = False,
    ) -> Result:
        """Makes the attempt again after what passes, as often as allowed; then its last error is raised."""
        repeat = 0
        while True:
            try:
                return attempt()
            except CuttyError as error:
                waited_out = patient and _is_refused_for_rate(error)
                too_long = error.retry_after is not None and error.retry_after > self._longest_wait
                if not waited_out and (repeat >= self._retries or too_long or not may_repeat(error)):
                    raise
                pause = pause_before(repeat, error, self._random)
            self.sleep(pause)
            repeat += 0 if waited_out else 1

    def _open(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Any]],
        body: Optional[Mapping[str, Any]],
        headers: Mapping[str, str],
    ) -> Answer:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        all_headers: Dict[str, str] = {
            "Accept": "application/json",
            "User-Agent": "cutty-python/0.1.0",
            "X-API-Key": self._key,
            **headers,
        }
        data = None
        if body is not None:
            data = json.dumps(body, allow_nan=False).encode("utf-8")
            all_headers["Content-Type"] = "application/json"
        address = self._base + path + (f"?{urlencode(given)}" if given else "")
        return self._exchange(urllib.request.Request(address, data=data, headers=all_headers, method=method))

    def _exchange(self, request: urllib.request.Request) -> Answer:
        with network_errors():
            try:
                answer: Answer = self._opener.open(request, timeout=self._timeout)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    self._note(refusal.headers)
                    _refuse(refusal)
            self._note(answer.headers)
            return answer

    def _note(self, headers: Message) -> None:
        self.rate_limit = parse_rate_limit(headers.get("RateLimit")) or self.rate_limit


@contextmanager
def network_errors() -> Iterator[None]:
    """Raises what befalls a connection as a CuttyError."""
    try:
        yield
    except (OSError, http.client.HTTPException) as cause:
        reason = getattr(cause, "reason", None) or cause
        if isinstance(reason, ssl.SSLCertVerificationError):
            detail = f"The server's certificate is not trusted: {reason}. Check the address."
            raise CuttyError("certificate_error", detail) from cause
        detail = f"The server gave no whole answer: {reason!r}. Check the address and the network, and try again."
        raise CuttyError("network_error", detail) from cause


def segment_path(segment_id: str) -> str:
    """The path of a segment below the public API."""
    return f"/segments/{path_part(segment_id)}"


def path_part(text: str) -> str:
    """The text as one part of a path. An empty one would name another address."""
    if not text:
        raise ValueError("The id is empty.")
    return quote(text, safe="")


def _is_refused_for_rate(error: CuttyError) -> bool:
    return error.status == 429


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _parsed(body: bytes) -> Any:
    if body == b"":
        return None
    try:
        return json.loads(body)
    except ValueError as cause:
        detail = "The answer is not JSON. Check that the address is that of a Cutty server."
        raise CuttyError("unreadable_answer", detail) from cause


def _refuse(refusal: urllib.error.HTTPError) -> NoReturn:
    body = refusal.read(_MOST_OF_AN_ERROR)
    request_id = refusal.headers.get("X-Request-Id")
    retry_after = parse_retry_after(refusal.headers.get("Retry-After"), datetime.now(timezone.utc))
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if isinstance(problem, dict) and "code" in problem:
        raise error_of_problem(refusal.code, problem, request_id, retry_after) from None
    text = body[:200].decode("utf-8", "replace").strip()
    detail = f"Something on the way to the server answered {refusal.code}: {text}"
    raise CuttyError(
        f"http_{refusal.code}", detail, status=refusal.code, request_id=request_id, retry_after=retry_after
    ) from None
