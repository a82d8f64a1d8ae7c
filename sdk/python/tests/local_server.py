"""A server of this process's own, for as long as a ``with`` lasts."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable


class Call(BaseHTTPRequestHandler):
    """One call, of whatever method; each has a connection of its own."""

    protocol_version = "HTTP/1.1"

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def log_message(self, *_: Any) -> None:
        pass


class LocalServer:
    """``url`` is where it listens; ``answer`` is given each call."""

    def __init__(self, answer: Callable[[Call], None]) -> None:
        class Handler(Call):
            def handle_any(self) -> None:
                self.close_connection = True
                answer(self)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
