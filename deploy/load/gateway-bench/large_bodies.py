"""Sends large bodies up and down, one after the other, and checks that every byte arrives.

    large_bodies.py PORT PATH TOKENS FOLDER NAME TRANSFERS [PROCESS]

FOLDER is where the upstream behind PORT serves PATH from; uploads arrive there as files. With the id of the server's process
also tells by how much its memory grows over what it was before the first transfer. Prints one line of JSON.
"""

import hashlib
import json
import os
import statistics
import sys
import threading
import time
from pathlib import Path

import http1

SIZE = 50 * 1024 * 1024
PIECE = 1024 * 1024
SAMPLE_SECONDS = 0.02
# What the process needs for any request at all is there before it is looked at.
WARM_UP_REQUESTS = 200


class MemoryWatch(threading.Thread):
    """Looks at a process every 20 ms; the kernel besides keeps the peak between two looks."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.ended = threading.Event()
        http1.forget_peak(process)
        self.level = self.highest = http1.memory(process)
        self.samples = 0

    def run(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            self.highest = max(self.highest, http1.memory(self.process))
            self.samples += 1

    def stop(self) -> float:
        """By how much the memory grew at most."""
        self.ended.set()
        self.join()
        return max(self.highest, http1.memory(self.process, "VmHWM")) - self.level


class Transfers:
    def __init__(self, port: int, path: str, tokens: list[str], folder: Path, name: str) -> None:
        self.port, self.path, self.tokens, self.folder, self.name = port, path, tokens, folder, name
        self.body = os.urandom(SIZE)
        self.digest = hashlib.sha256(self.body).digest()
        self.room = memoryview(bytearray(SIZE))
        (folder / "download").write_bytes(self.body)
        (folder / "little").write_bytes(b"{}")

    def warm_up(self) -> None:
        for index in range(WARM_UP_REQUESTS):
            with http1.connect(self.port) as connection:
                http1.ask(connection, http1.request("GET", f"{self.path}/little", self.tokens[index % len(self.tokens)]))

    def download(self, pause: float = 0) -> float:
        """Seconds from the request to the last byte. With a pause after each piece it is a client that reads slowly."""
        with http1.connect(self.port) as connection:
            begin = time.perf_counter()
            connection.sendall(http1.request("GET", f"{self.path}/download", self.tokens[0]))
            head, received = http1.receive_head(connection)
            if head.status != 200 or head.length != SIZE:
                raise ValueError(f"download: status {head.status}, length {head.length}")
            have = len(received) - head.start
            self.room[:have] = received[head.start :]
            while have < SIZE:
                count = connection.recv_into(self.room[have:], min(PIECE, SIZE - have))
                if count == 0:
                    raise ConnectionError(f"download: closed after {have} bytes")
                have += count
                if pause:
                    time.sleep(pause)
            seconds = time.perf_counter() - begin
        if hashlib.sha256(self.room).digest() != self.digest:
            raise ValueError("download: other bytes than were sent")
        return seconds

    def upload(self, index: int) -> float:
        """Seconds from the first byte to the upstream's word that it has the body."""
        file = self.folder / f"upload-{self.name}-{index}"
        with http1.connect(self.port) as connection:
            begin = time.perf_counter()
            connection.sendall(http1.request("PUT", f"{self.path}/{file.name}", self.tokens[0], SIZE))
            connection.sendall(self.body)
            head, _ = http1.receive_head(connection)
            seconds = time.perf_counter() - begin
        if head.status not in (201, 204):
            raise ValueError(f"upload: status {head.status}")
        arrived = file.read_bytes()
        file.unlink()
        if len(arrived) != SIZE or hashlib.sha256(arrived).digest() != self.digest:
            raise ValueError("upload: other bytes than were sent")
        return seconds


def rates(seconds: list[float]) -> list[float]:
    return [round(SIZE / 2**20 / each, 1) for each in seconds]


def main() -> None:
    port, path, tokens, folder, name, count, *process = sys.argv[1:]
    transfers = Transfers(int(port), path, http1.read_tokens(tokens), Path(folder), name)
    transfers.warm_up()
    watch = MemoryWatch(int(process[0])) if process else None
    if watch:
        watch.start()
    up, down = [], []
    for index in range(int(count)):
        up.append(transfers.upload(index))
        down.append(transfers.download())
    # Not counted as fast: what a slow reader does not take must not pile up on the way.
    transfers.download(pause=0.002)
    figures = {"up_mb_s": rates(up), "down_mb_s": rates(down)}
    figures |= {f"{way}_median": statistics.median(figures[f"{way}_mb_s"]) for way in ("up", "down")}
    if watch:
        growth = watch.stop()
        figures |= {"before_mb": round(watch.level, 1), "growth_mb": round(growth, 1), "samples": watch.samples}
    print(json.dumps({"target": name, **figures}))


if __name__ == "__main__":
    main()
