"""An echo server and client with Python's websockets, as Debian has it.

    python-echo.py serve              prints its port
    python-echo.py connect ws://...   runs the cases of `tidewire check --listen`
"""

import asyncio
import logging
import sys

import websockets

logging.disable(logging.CRITICAL)
# More than any case: where a program draws the line is not what is tested.
options = {"max_size": 1 << 25, "ping_interval": None}


async def echo(ws):
    try:
        async for message in ws:
            await ws.send(message)
    except websockets.WebSocketException:
        pass


async def serve():
    async with websockets.serve(echo, "127.0.0.1", 0, **options) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


async def connect(base):
    async with websockets.connect(f"{base}/getCaseCount") as ws:
        count = int(await ws.recv())
    for number in range(1, count + 1):
        try:
            url = f"{base}/runCase?case={number}&agent=python"
            async with websockets.connect(url, open_timeout=20, **options) as ws:
                await echo(ws)
        except (websockets.WebSocketException, OSError, asyncio.TimeoutError, EOFError, ValueError):
            pass
    async with websockets.connect(f"{base}/updateReports?agent=python") as ws:
        await ws.wait_closed()


asyncio.run(serve() if sys.argv[1] == "serve" else connect(sys.argv[2]))
