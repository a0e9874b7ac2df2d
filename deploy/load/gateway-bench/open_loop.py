"""Asks on a schedule that does not wait for answers, and tells how late they came.

    open_loop.py PORT PATH TOKENS RATE SECONDS

Request i is due at i / RATE, and its latency counts from then: whoever is slow delays nobody's clock, so no wait is left out
(no coordinated omission). What the driver itself needs is in every figure; late_… says how far it was behind its own schedule.
Prints one line of JSON. Any answer but the expected one, and any broken connection, is an error, and fails the run.
"""

import gc
import json
import select
import socket
import sys
import time
from collections import deque
from pathlib import Path

import http1

CONNECTIONS = 64
# Not counted: connections are opened, tokens are seen for the first time.
WARM_UP_SECONDS = 2
# Who gets no answer for so long will get none.
PATIENCE_SECONDS = 10


class Client:
    """A connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = http1.connect(self.port)
        self.received = bytearray()
        self.due = 0.0
        self.is_counted = False

    def fileno(self) -> int:
        return self.socket.fileno()

    def send(self, message: bytes, due: float, is_counted: bool) -> None:
        self.due, self.is_counted = due, is_counted
        if self.socket.send(message) != len(message):
            raise ConnectionError("a request did not fit into an empty socket")

    def receive(self) -> tuple[http1.Head, bytes] | None:
        """The answer, when it is complete."""
        piece = self.socket.recv(16384)
        if not piece:
            raise ConnectionError("closed in the middle of a request")
        self.received += piece
        head = http1.parse_head(self.received)
        if head is None or len(self.received) < head.start + head.length:
            return None
        answer = head, bytes(self.received[head.start :])
        self.received.clear()
        return answer


class OpenLoop:
    def __init__(self, port: int, path: str, tokens: list[str], rate: int, seconds: int) -> None:
        self.messages = [http1.request("GET", path, token) for token in tokens]
        self.interval = 1 / rate
        self.uncounted = rate * WARM_UP_SECONDS
        self.total = self.uncounted + rate * seconds
        # The one that has rested longest is next: all of them are used.
        self.idle = deque(Client(port) for _ in range(CONNECTIONS))
        self.busy: set[Client] = set()
        self.sent = 0
        self.latencies: list[float] = []
        self.delays: list[float] = []
        self.errors = 0
        _, self.expected = http1.ask(self.idle[0].socket, self.messages[0])

    def run(self) -> None:
        begin = last_answer = time.perf_counter() + 0.1
        while self.sent < self.total or self.busy:
            due = self.send_what_is_due(begin)
            now = time.perf_counter()
            wait = max(0.0, due - now) if self.sent < self.total and self.idle else 1.0
            # select and not epoll: its timeout is not rounded to milliseconds.
            readable, _, _ = select.select(self.busy, (), (), wait)
            now = time.perf_counter()
            for client in readable:
                self.take_answer(client, now)
            if readable:
                last_answer = now
            elif now - last_answer > PATIENCE_SECONDS:
                self.errors += len(self.busy)
                return

    def send_what_is_due(self, begin: float) -> float:
        """Sends all requests whose time has come, and says when the next one is due."""
        due = begin + self.sent * self.interval
        while self.sent < self.total and self.idle and due <= time.perf_counter():
            client, is_counted = self.idle.popleft(), self.sent >= self.uncounted
            if is_counted:
                self.delays.append(time.perf_counter() - due)
            client.send(self.messages[self.sent % len(self.messages)], due, is_counted)
            self.busy.add(client)
            self.sent += 1
            due = begin + self.sent * self.interval
        return due

    def take_answer(self, client: Client, now: float) -> None:
        closes = True
        try:
            answer = client.receive()
            if answer is None:
                return
            head, body = answer
            closes = head.closes
            self.errors += head.status != 200 or body != self.expected
        except (OSError, ValueError):
            self.errors += 1
        if client.is_counted:
            self.latencies.append(now - client.due)
        self.busy.discard(client)
        if closes:
            client.socket.close()
            client.open()
        self.idle.append(client)

    def report(self) -> dict[str, float]:
        figures: dict[str, float] = {"requests": len(self.latencies), "errors": self.errors}
        for name, values, percents in (("p", self.latencies, (50, 90, 99, 99.9, 100)), ("late_p", self.delays, (50, 99))):
            values.sort()
            for percent in percents:
                figures[f"{name}{percent:g}_ms"] = round(http1.percentile(values, percent) * 1000, 4)
        return figures


def main() -> None:
    port, path, tokens, rate, seconds = sys.argv[1:]
    loop = OpenLoop(int(port), path, http1.read_tokens(tokens), int(rate), int(seconds))
    # The kernel may delay timers by this many nanoseconds, by default 50,000; and nothing here makes cycles.
    Path("/proc/self/timerslack_ns").write_text("1")
    gc.disable()
    loop.run()
    print(json.dumps({"rate": int(rate), "seconds": int(seconds), **loop.report()}))
    sys.exit(1 if loop.errors or len(loop.latencies) < int(rate) * int(seconds) else 0)


if __name__ == "__main__":
    main()
