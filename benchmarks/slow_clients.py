"""Does a server still answer while 200 clients send their requests a byte at a time?

python -m benchmarks.slow_clients PORT          headers and bodies that drip, and a chunked body
The server must be running; everything is bounded: 200 + 200 connections for some 10 seconds.
"""

import contextlib
import socket
import sys
import time
from http.client import HTTPConnection

CLIENTS = 200
ROUNDS = 20
HEADERS = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"


def slow(port: int, first: bytes) -> list[socket.socket]:
    sockets = []
    for _ in range(CLIENTS):
        sock = socket.create_connection(("127.0.0.1", port), timeout=5)
        sock.sendall(first)
        sockets.append(sock)
    return sockets


def drip(sockets: list[socket.socket], byte: bytes) -> None:
    for sock in sockets:
        with contextlib.suppress(OSError):  # cut off by the server, as it should be in the end
            sock.sendall(byte)


def health_ms(port: int) -> float:
    started = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        connection.getresponse().read()
    except OSError:
        return float("inf")
    finally:
        connection.close()
    return (time.perf_counter() - started) * 1000


def experiment(port: int, name: str, first: bytes, byte: bytes) -> None:
    sockets, times = slow(port, first), []
    for _ in range(ROUNDS):
        drip(sockets, byte)
        times.append(health_ms(port))
        time.sleep(0.2)
    for sock in sockets:
        sock.close()
    times.sort()
    print(f"{name}: health p50 {times[len(times) // 2]:.0f} ms, slowest {times[-1]:.0f} ms")


def chunked(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    connection.request(
        "POST",
        "/api/v1/services/",
        iter([b'{"slug": ', b'"x"}']),
        {"Host": "localhost", "Content-Type": "application/json", "Transfer-Encoding": "chunked"},
        encode_chunked=True,
    )
    answer = connection.getresponse()
    print("chunked body:", answer.status, answer.read()[:120])


if __name__ == "__main__":
    number = int(sys.argv[1])
    experiment(number, "200 slow headers", b"GET /healthz HT", b"x")
    experiment(number, "200 slow bodies", HEADERS + b"\r\n", b"x")
    chunked(number)
