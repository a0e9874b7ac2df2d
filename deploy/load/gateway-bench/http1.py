"""As much HTTP/1.1 as the bench's tools need: requests as bytes, answers from a socket, and what a process keeps in memory."""

import re
import socket
from pathlib import Path
from typing import NamedTuple

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)


class Head(NamedTuple):
    status: int
    # Where the body begins, and how long it is.
    start: int
    length: int
    closes: bool


def request(method: str, path: str, token: str, body_length: int | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Authorization: Bearer {token}"]
    if body_length is not None:
        lines += ["Content-Type: application/octet-stream", f"Content-Length: {body_length}"]
    return "\r\n".join([*lines, "", ""]).encode()


def parse_head(received: bytes | bytearray) -> Head | None:
    """The head of an answer, or None as long as it is not complete. Answers without a length are none of ours."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = LENGTH.search(received, 0, end)
    if not length:
        raise ValueError(f"an answer without Content-Length: {bytes(received[:end])!r}")
    return Head(int(received[9:12]), end + 4, int(length[1]), CLOSE.search(received, 0, end) is not None)


def connect(port: int, source: str = "", timeout: float = 30) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout, (source, 0) if source else None)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def receive_head(connection: socket.socket) -> tuple[Head, bytearray]:
    """The head of the next answer, and all that has come with it."""
    received = bytearray()
    while (head := parse_head(received)) is None:
        piece = connection.recv(16384)
        if not piece:
            raise ConnectionError("closed in the middle of an answer")
        received += piece
    return head, received


def ask(connection: socket.socket, message: bytes) -> tuple[Head, bytes]:
    """Sends a request and waits for the whole answer."""
    connection.sendall(message)
    head, received = receive_head(connection)
    while len(received) < head.start + head.length:
        piece = connection.recv(16384)
        if not piece:
            raise ConnectionError("closed in the middle of a body")
        received += piece
    return head, bytes(received[head.start :])


def read_tokens(path: str) -> list[str]:
    return Path(path).read_text().split()


def memory(process: int, name: str = "VmRSS") -> float:
    """What a process keeps in memory, in MiB; VmHWM is the most it ever did, or did since forget_peak."""
    kilobytes = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return int(kilobytes[1]) / 1024


def forget_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5")


def percentile(ordered: list[float], percent: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
