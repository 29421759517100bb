"""Replies of an endpoint that are cut, slow, endless or merely odd."""

import json

from benchmarks.misbehaving import Exchange, Reply, chunk

HALF = ("The first ", "half")


def event(content: str) -> bytes:
    """Return one event of a stream, as bytes."""
    return f"data: {json.dumps(chunk({'content': content}), ensure_ascii=False)}\n\n".encode()


def aborted_chunk(exchange: Exchange) -> None:
    """Break off within a chunk of the transfer encoding."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for piece in map(event, HALF):
        exchange.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    exchange.send(b"ffff\r\ndata: {")


def reset(*texts: str) -> Reply:
    """Return a reply that ends in a reset, after these texts."""

    def reply(exchange: Exchange) -> None:
        if texts:
            exchange.begin()
            exchange.deltas(*texts)
            exchange.wait(0.05)  # else the reset overtakes what was sent
        exchange.reset()

    return reply


def drips(piece: bytes, first: str = "") -> Reply:
    """Return a reply that sends the same bytes for ever."""

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        exchange.deltas(*filter(None, [first]))
        while True:
            exchange.send(piece)
            exchange.wait(0.1)

    return reply


def head_without_end(exchange: Exchange) -> None:
    """Send one header after the other."""
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        exchange.send(f"X-Header-{number}: more\r\n".encode())
        exchange.wait(0.05)


def half_an_error(exchange: Exchange) -> None:
    """Break off within the body of an error."""
    exchange.send(b"HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")


def no_gzip(exchange: Exchange) -> None:
    """Send plain text and call it gzip."""
    exchange.begin(**{"Content-Encoding": "gzip"})
    exchange.finish()


def floods(exchange: Exchange) -> None:
    """Send a million short texts."""
    exchange.begin()
    for begin in range(0, 1_000_000, 1000):
        exchange.send(b"".join(event(f"{number:x} ") for number in range(begin, begin + 1000)))


def holds_on(exchange: Exchange) -> None:
    """Say all of it, and keep the connection open."""
    exchange.begin()
    exchange.deltas("All ", "of it.")
    exchange.event(chunk({}, "stop"))
    exchange.wait(5)


def odd(exchange: Exchange) -> None:
    """Use all that the format allows."""
    exchange.begin()
    exchange.send(b": a comment\r\n\r\nevent: message\r\nid: 7\r\nretry: 5\r\n")
    exchange.send(b"data:" + json.dumps({**chunk({"role": "assistant"}), "obfuscation": "x"}).encode() + b"\r\n\r\n")
    exchange.send(event("two ") + event("events ") + b"data: {}\n\n")
    whole = json.dumps(chunk({"content": "on lines", "unknown": {"x": [1]}}), indent=1)
    exchange.send("".join(f"data: {line}\r" for line in whole.splitlines()).encode() + b"\r")
    exchange.send(event("é").replace(b"data: ", b"data:").replace(b"\n", b"\r\n"))
    exchange.event({**chunk({}), "choices": []})
    exchange.finish()


def byte_by_byte(exchange: Exchange) -> None:
    """Send one byte at a time."""
    exchange.begin()
    for text in ("naïve ", "日本語 ", "🧬 "):
        for byte in event(text):
            exchange.send(bytes([byte]))
    exchange.finish()
