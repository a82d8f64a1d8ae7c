"""Stands before a server, passes every call on, and loses the answer to the first one."""

from __future__ import annotations

import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, List
from urllib.parse import urlsplit


class LossyProxy:
    """Used in a ``with``; ``url`` is where it listens, ``statuses`` what the server answered, lost or not."""

    def __init__(self, target: str) -> None:
        self.statuses: List[int] = []
        statuses = self.statuses
        address = urlsplit(target)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                behind = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                behind.request(self.command, self.path, body, {**headers, "Host": address.netloc})
                answer = behind.getresponse()
                text = answer.read()
                behind.close()
                statuses.append(answer.status)
                self.close_connection = True
                if len(statuses) == 1:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "LossyProxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
