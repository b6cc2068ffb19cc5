"""The paths of control.mjs with Python's websockets, as Debian has it."""

import asyncio
import json
import logging
import signal
import sys
from urllib.parse import parse_qs, urlsplit

import websockets

logging.disable(logging.CRITICAL)
options = json.loads(sys.argv[1])
limits = options.get("limits", {})
settings = {"compression": "deflate" if options.get("deflate") else None}
if "message" in limits:
    settings["max_size"] = limits["message"]
codes = {}
sockets = set()
topics = {}


async def serve(ws):
    url = urlsplit(ws.path)
    asyncio.ensure_future(note(ws))
    if url.path == "/pour":
        await pour(ws, float(parse_qs(url.query).get("hold", ["inf"])[0]))
    if url.path == "/typed":
        await close_typed(ws)
    if url.path == "/close":
        await ws.close()
    async for message in ws:
        await answer(ws, url.path, message)


async def note(ws):
    sockets.add(ws)
    await ws.wait_closed()
    sockets.discard(ws)
    codes[ws.close_code] = codes.get(ws.close_code, 0) + 1


async def close_typed(ws):
    try:
        await ws.close(1000, bytearray(80))
    except (TypeError, AttributeError):
        await ws.close(1000, "refused")


async def pour(ws, hold):
    while ws.transport.get_write_buffer_size() < hold:
        sending = asyncio.ensure_future(ws.send("x" * 65536))
        done, _ = await asyncio.wait([sending], timeout=0.5)
        # `send` waits for the receiver: then as much waits as ever will.
        if hold != float("inf") and not done:
            return
        await sending


async def answer(ws, path, message):
    if path == "/throw":
        raise RuntimeError("thrown by the message handler")
    if path == "/topic":
        topics.setdefault(message, set()).add(ws)
        websockets.broadcast(topics[message], message)
    elif path != "/sink":
        await ws.send(message)


def say(value):
    print(json.dumps(value), flush=True)


async def main():
    loop = asyncio.get_running_loop()
    stop = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, lambda: stop.done() or stop.set_result(None))
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with websockets.serve(serve, "127.0.0.1", 0, **settings) as server:
        say({"port": server.sockets[0].getsockname()[1]})
        state = asyncio.ensure_future(tell(lines))
        await asyncio.wait([stop, state], return_when=asyncio.FIRST_COMPLETED)


async def tell(lines):
    while await lines.readline():
        say({"sockets": len(sockets), "codes": codes, "polluted": 0})


asyncio.run(main())
