"""A server that answers what its script says, one line for each request, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence

from .local_server import Call, LocalServer


@dataclass(frozen=True)
class Reply:
    """``cut``: the connection ends after so many bytes of the body; ``None`` as status: before any answer."""

    status: Optional[int]
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Optional[int] = None


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Dict[str, str]
    body: bytes


BROKEN = Reply(None)


def reply(status: int, body: Any = None, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, b"" if body is None else json.dumps(body).encode(), named)


def problem(status: int, code: str, **more: Any) -> Reply:
    body = {"type": f"urn:cutty:problem:{code}", "status": status, "code": code, "detail": "Do it.", **more}
    return reply(status, body, Content_Type="application/problem+json")


class ScriptedServer(LocalServer):
    """Used in a ``with``; ``url`` is where it listens, ``asked`` what came."""

    def __init__(self, *script: Reply) -> None:
        self.asked: List[Asked] = []
        self._rest = list(script)
        super().__init__(self._follow_script)

    def _follow_script(self, call: Call) -> None:
        body = call.read_body()
        headers = {name.lower(): value for name, value in call.headers.items()}
        self.asked.append(Asked(call.command, call.path, headers, body))
        answer = self._rest.pop(0) if self._rest else Reply(599, b"the script has ended")
        if answer.status is None:
            call.connection.shutdown(socket.SHUT_RDWR)
            return
        call.send_response(answer.status)
        for name, value in answer.headers.items():
            call.send_header(name, value)
        if "Transfer-Encoding" not in answer.headers:
            call.send_header("Content-Length", str(len(answer.body)))
        call.end_headers()
        call.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])

    def header(self, name: str) -> Sequence[Optional[str]]:
        """What each request had in this header."""
        return [one.headers.get(name) for one in self.asked]
