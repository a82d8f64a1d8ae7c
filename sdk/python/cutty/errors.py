"""The one exception of this package."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

_STANDARD = frozenset({"type", "title", "status", "code", "detail", "request_id", "path"})


class CuttyError(Exception):
    """What the server refused, or what became of a call that had no answer.

    ``code``         stable, for programs: the server's (``resync_required``, ``rate_limited``, ...), ``http_<status>``
                     where the answer was not the server's own, or one of this package: ``network_error``,
                     ``certificate_error``, ``answer_cut_off``, ``unreadable_answer``, ``export_failed``, ``export_not_in_time``, and those of
                     ``verify_webhook``
    ``status``       the HTTP status; None without an answer
    ``detail``       a sentence that says what to do
    ``request_id``   to report with a question; None without an answer
    ``path``         the part of the input that was wrong, such as ``query.rules[2].value``
    ``facts``        whatever else the server said: ``limit``, ``needed_scope``, ...
    ``retry_after``  seconds after which the call may succeed, where the server said so
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        path: Optional[str] = None,
        facts: Optional[Mapping[str, Any]] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.request_id = request_id
        self.path = path
        self.facts: Dict[str, Any] = dict(facts or {})
        self.retry_after = retry_after

    def __str__(self) -> str:
        where = f" at {self.path}" if self.path else ""
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.code}{where}: {self.detail}{request}"


def error_of_problem(
    status: int, problem: Mapping[str, Any], request_id: Optional[str], retry_after: Optional[float]
) -> CuttyError:
    """The exception for a problem (RFC 9457) that the server answered."""
    facts = {name: value for name, value in problem.items() if name not in _STANDARD}
    told = facts.get("retry_after")
    if retry_after is None and isinstance(told, (int, float)):
        retry_after = float(told)
    path = problem.get("path")
    return CuttyError(
        str(problem["code"]),
        str(problem.get("detail", "")),
        status=status,
        request_id=str(problem.get("request_id") or request_id or "") or None,
        path=None if path is None else str(path),
        facts=facts,
        retry_after=retry_after,
    )
