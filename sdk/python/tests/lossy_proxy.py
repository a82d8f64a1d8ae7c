"""Stands before a server, passes every call on, and loses the answer to the first one."""

from __future__ import annotations

import http.client
import socket
from typing import List
from urllib.parse import urlsplit

from .local_server import Call, LocalServer


class LossyProxy(LocalServer):
    """Used in a ``with``; ``url`` is where it listens, ``statuses`` what the server answered, lost or not."""

    def __init__(self, target: str) -> None:
        self.statuses: List[int] = []
        self._behind = urlsplit(target)
        super().__init__(self._pass_on)

    def _pass_on(self, call: Call) -> None:
        body = call.read_body()
        behind = http.client.HTTPConnection(self._behind.hostname or "", self._behind.port, timeout=30)
        headers = {name: value for name, value in call.headers.items() if name.lower() != "host"}
        behind.request(call.command, call.path, body, {**headers, "Host": self._behind.netloc})
        answer = behind.getresponse()
        text = answer.read()
        behind.close()
        self.statuses.append(answer.status)
        if len(self.statuses) == 1:
            call.connection.shutdown(socket.SHUT_RDWR)
            return
        call.send_response(answer.status)
        call.send_header("Content-Length", str(len(text)))
        call.end_headers()
        call.wfile.write(text)
