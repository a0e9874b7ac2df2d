"""Opens many connections, asks once on each, leaves them open, and tells what that costs the server.

    idle_connections.py PORT PATH TOKENS COUNT PROCESS

The connections come from many addresses of this machine, so that neither ports nor the server's limit per address matter.
Prints one line of JSON. A refused or closed connection, or an answer that is none, is an error, and fails the run.
"""

import json
import select
import socket
import sys
import time

import http1

PER_ADDRESS = 250
# The gateway closes what has been idle for 60 seconds: the first connection must still be there when the last is counted.
MOST_SECONDS = 40
# What the server still has to tidy up after the last request is not held against it.
SETTLE_SECONDS = 3


def source(index: int) -> str:
    address = index // PER_ADDRESS
    return f"127.0.{1 + address // 250}.{1 + address % 250}"


def asks(connection: socket.socket, message: bytes) -> bool:
    """Whether the connection brings an answer and stays open."""
    head, _ = http1.ask(connection, message)
    return head.status == 200 and not head.closes


def closed(connections: list[socket.socket]) -> int:
    """How many connections say something: nobody has asked them, so it is their end."""
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLIN)
    return len(poll.poll(0))


def main() -> None:
    path, tokens = sys.argv[2:4]
    port, count, process = (int(sys.argv[position]) for position in (1, 4, 5))
    messages = [http1.request("GET", path, token) for token in http1.read_tokens(tokens)]
    before = http1.memory(process)
    begin = time.monotonic()
    connections, errors = [], 0
    for index in range(count):
        try:
            connection = http1.connect(port, source(index))
            errors += not asks(connection, messages[index % len(messages)])
        except OSError as problem:
            sys.exit(f"connection {index + 1} of {count}: {problem}")
        connections.append(connection)
        if time.monotonic() - begin > MOST_SECONDS:
            sys.exit(f"only {index + 1} of {count} connections in {MOST_SECONDS} s: the first ones are about to be closed")
    opened = time.monotonic()
    time.sleep(SETTLE_SECONDS)
    lost = closed(connections)
    resident = http1.memory(process)
    # A newcomer, and some who have been silent.
    asked = time.monotonic()
    errors += not asks(http1.connect(port), messages[0])
    answered = time.monotonic()
    errors += sum(not asks(connection, messages[0]) for connection in connections[:: max(1, count // 20)])
    figures = {
        "connections": count,
        "open_seconds": round(opened - begin, 1),
        "before_mb": round(before, 1),
        "resident_mb": round(max(resident, http1.memory(process)), 1),
        "peak_mb": round(http1.memory(process, "VmHWM"), 1),
        "answer_ms": round((answered - asked) * 1000, 2),
        "closed": lost,
        "errors": errors,
    }
    print(json.dumps(figures))
    sys.exit(1 if errors or lost else 0)


if __name__ == "__main__":
    main()
