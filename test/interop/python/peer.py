"""The process of python.test.ts: Python's websockets at the command of child-peer.ts.

Calls come and answers go as one JSON object a line; the shapes are in child-peer.ts.
"""

import asyncio
import base64
import http
import itertools
import json
import ssl
import sys
import tempfile

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode

sides = {}
numbers = itertools.count()


def tell(**told):
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def pack(message):
    is_text = isinstance(message, str)
    data = message.encode() if is_text else message
    return {"isText": is_text, "base64": base64.b64encode(data).decode()}


def unpack(packed):
    data = base64.b64decode(packed["base64"])
    return data.decode() if packed["isText"] else data


class Side:
    def __init__(self, ws, call_id=None):
        self.ws = ws
        self.number = next(numbers)
        self.running = asyncio.Event()
        self.running.set()
        sides[self.number] = self
        answer = {} if call_id is None else {"id": call_id}
        tell(told="open", side=self.number, protocol=ws.subprotocol or "", **answer)

    async def pump(self):
        try:
            while True:
                await self.running.wait()
                message = await self.ws.recv()
                tell(told="message", side=self.number, message=pack(message))
        except ConnectionClosed:
            await self.ws.wait_closed()
            code, reason = self.ws.close_code, self.ws.close_reason
            tell(told="closed", side=self.number, code=code, reason=reason)


async def connect(call):
    options = call["options"]
    more = {"subprotocols": options["protocols"]} if options.get("protocols") else {}
    if "ca" in options:
        more["ssl"] = ssl.create_default_context(cadata=options["ca"])
    ws = await websockets.connect(call["url"], **more)
    side = Side(ws, call["id"])
    asyncio.create_task(side.pump())


async def listen(call):
    options = call["options"]
    more = {"subprotocols": options["protocols"]} if options.get("protocols") else {}
    if "tls" in options:
        more["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile("w") as pem:
            pem.write(options["tls"]["cert"] + options["tls"]["key"])
            pem.flush()
            more["ssl"].load_cert_chain(pem.name)

    async def refuse(path, headers):
        refusal = options.get("refuse")
        if refusal is None:
            return None
        return http.HTTPStatus(refusal["status"]), [], refusal["body"].encode()

    async def handler(ws):
        await Side(ws).pump()

    server = await websockets.serve(
        handler, "127.0.0.1", 0, process_request=refuse, **more
    )
    port = server.sockets[0].getsockname()[1]
    tell(told="done", id=call["id"], port=port)


async def use(call):
    side = sides[call["side"]]
    name, ws = call["call"], side.ws
    if name == "send":
        await ws.send(unpack(call["message"]))
    elif name == "fragments":
        await ws.send([unpack(message) for message in call["messages"]])
    elif name == "ping":
        await (await ws.ping(unpack(call["message"])))
    elif name == "close":
        await ws.close(call.get("code", 1000), call.get("reason", ""))
    elif name == "vanish":
        ws.transport.abort()
    elif name == "pause":
        side.running.clear()
    elif name == "resume":
        side.running.set()
    else:
        raise ValueError(name)
    tell(told="done", id=call["id"])


async def obey(call):
    try:
        await {"connect": connect, "listen": listen}.get(call["call"], use)(call)
    except Exception as error:
        status = {}
        if isinstance(error, InvalidStatusCode):
            status = {"status": error.status_code}
        tell(told="failed", id=call["id"], why=repr(error), **status)


async def main():
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tasks = set()
    while line := await lines.readline():
        task = asyncio.create_task(obey(json.loads(line)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


asyncio.run(main())
