# SPDX-License-Identifier: AGPL-3.0-or-later
"""The least that a server of ours could be: uvicorn, and an application that says one thing.

``python -m bench.echo ANSWER`` prints its port; every POST is answered with that, and every GET
with a stream of events that never says anything more.
"""

from __future__ import annotations

import asyncio
import sys

from sync.central.bodies import Receive, Scope, Send
from sync.central.serving import Server

_ANSWER = sys.argv[-1].encode()
_ended = asyncio.Event()


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a call."""
    while (await receive()).get("more_body"):
        pass
    is_stream = scope["method"] == "GET"
    size = () if is_stream else ((b"content-length", str(len(_ANSWER)).encode()),)
    await send({"type": "http.response.start", "status": 200, "headers": size})
    if is_stream:
        await send({"type": "http.response.body", "body": b"\n", "more_body": True})
        await _ended.wait()
        await send({"type": "http.response.body"})
        return
    await send({"type": "http.response.body", "body": _ANSWER})


def main() -> None:
    """Serve until told to stop."""
    server = Server(answer, end_streams=_ended.set)
    print(server.address, flush=True)
    server.run()


if __name__ == "__main__":
    main()
