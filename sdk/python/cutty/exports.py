"""All members of a segment as a file, or as a stream of lines."""

from __future__ import annotations

import json
import time
from typing import BinaryIO, Dict, Iterator, List, Optional, Sequence, TypedDict

from .errors import CuttyError
from .members import Member
from .transport import Answer, Transport, network_errors, path_part, segment_path

_CHUNK = 65_536
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 5.0


class Export(TypedDict):
    """An export. ``status``: ``queued``, ``running``, ``done``, ``failed`` or ``expired``; ``progress`` from 0 to 1.

    ``download_url`` is signed and needs no key; None unless the export is done. Files are kept for a day.
    """

    id: str
    segment_id: str
    format: str
    fields: List[str]
    status: str
    progress: float
    rows: int
    bytes: int
    error: Optional[Dict[str, str]]
    download_url: Optional[str]
    created_at: str
    finished_at: Optional[str]
    expires_at: str


class Exports:
    """``cutty.exports``. Every method raises CuttyError; 404 ``export_not_found`` for those of other keys."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, segment_id: str, *, format: str = "csv", fields: Optional[Sequence[str]] = None) -> Export:
        """Begins an export as ``csv``, ``json`` or ``ndjson``, with these fields in this order; all without ``fields``.

        Errors: 409 ``segment_computing``, 422 ``unknown_field``.
        """
        body = {"format": format, **_fields_of(fields)}
        begun: Export = self._transport.json("POST", f"{segment_path(segment_id)}/export", body=body)
        return begun

    def get(self, export_id: str) -> Export:
        """How an export stands."""
        export: Export = self._transport.json("GET", f"/exports/{path_part(export_id)}")
        return export

    def wait(self, export_id: str, *, timeout: float = 600.0) -> Export:
        """The export once it is done. ``timeout`` in seconds.

        Errors: ``export_failed``, with the reason as detail; ``export_not_in_time``, after which waiting again is fine.
        """
        deadline = time.monotonic() + timeout
        pause = _FIRST_PAUSE_S
        while True:
            export = self.get(export_id)
            if export["status"] == "done":
                return export
            if export["status"] in ("failed", "expired"):
                error = export["error"] or {"code": export["status"], "detail": f"It has {export['status']}."}
                raise CuttyError("export_failed", error["detail"], facts={"export": export, "reason": error["code"]})
            if time.monotonic() + pause > deadline:
                detail = f"The export {export_id} is {export['status']} after {timeout:g} s. Wait for it again."
                raise CuttyError("export_not_in_time", detail, facts={"export": export})
            self._transport.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)

    def download(self, export: Export, file: BinaryIO) -> int:
        """Writes a finished export into a binary file, a piece at a time; returns how many bytes.

        A download that breaks off is begun anew where the file can be set back; else ``answer_cut_off`` or
        ``network_error`` is raised with a part of it written. Errors: 410 ``export_expired``.
        """
        url = export["download_url"]
        if url is None:
            raise ValueError(f"The export is {export['status']}. Wait until it is done.")
        begin = file.tell() if file.seekable() else None

        def attempt() -> int:
            if begin is not None and file.tell() != begin:
                file.seek(begin)
                file.truncate()
            written = 0
            with self._transport.open_signed(url) as answer:
                for piece in _pieces(answer):
                    file.write(piece)
                    written += len(piece)
            if written != export["bytes"]:
                raise _cut_off(f"{written} of {export['bytes']} bytes came.")
            return written

        if begin is None:
            return attempt()
        return self._transport.repeated(attempt)

    def stream(self, segment_id: str, *, fields: Optional[Sequence[str]] = None) -> Iterator[Member]:
        """The members as the server reads them, ``{"key", "fields"}`` without ``entered_at``: one call, no file.

        A stream that breaks off raises ``network_error`` or ``answer_cut_off``: begin again. The call is made when the
        first member is asked for. Errors: as of ``create``.
        """
        # Without an Idempotency-Key: the call changes nothing, and the server would keep the whole answer for it.
        answer = self._transport.open(
            "POST",
            f"{segment_path(segment_id)}/export",
            body={"format": "ndjson", **_fields_of(fields)},
            headers={"Accept": "application/x-ndjson"},
        )
        with answer:
            for line in _lines(answer):
                yield json.loads(line)


def _fields_of(fields: Optional[Sequence[str]]) -> Dict[str, List[str]]:
    if isinstance(fields, str):
        raise ValueError("fields is one text; give the names as a list.")
    return {} if fields is None else {"fields": [*fields]}


def _pieces(answer: Answer) -> Iterator[bytes]:
    """The body as it comes. One that is shorter than announced is an error, not an end."""
    while True:
        with network_errors():
            piece = answer.read1(_CHUNK)
        if piece == b"":
            break
        yield piece
    if answer.length:
        raise _cut_off(f"{answer.length} bytes are missing.")


def _lines(answer: Answer) -> Iterator[bytes]:
    rest = b""
    for piece in _pieces(answer):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        raise _cut_off("Its last line is incomplete.")


def _cut_off(what: str) -> CuttyError:
    return CuttyError("answer_cut_off", f"The answer broke off: {what} Begin again.")
