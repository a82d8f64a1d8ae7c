"""A server that answers what its script says, one line for each request, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, Mapping, Optional, Sequence


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


class ScriptedServer:
    """Used in a ``with``; ``url`` is where it listens, ``asked`` what came."""

    def __init__(self, *script: Reply) -> None:
        self.asked: List[Asked] = []
        rest = list(script)
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked.append(Asked(self.command, self.path, headers, body))
                answer = rest.pop(0) if rest else Reply(599, b"the script has ended")
                self.close_connection = True
                if answer.status is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Transfer-Encoding" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def header(self, name: str) -> Sequence[Optional[str]]:
        """What each request had in this header."""
        return [one.headers.get(name) for one in self.asked]
