"""ASGI entry: streams run on the event loop, everything else on the WSGI handler in a pool of threads.

The same view costs 65-90 % more CPU when Django itself runs it under ASGI, so it does not.
"""

import contextlib
from typing import Any

from django.conf import settings

from config.wsgi import application as pages
from huiyin.core.bridge import Bridge
from huiyin.core.live.hub import Hub
from huiyin.core.live.stream import LiveApplication

THREADS = 8
DOORS = frozenset({settings.LOGIN_URL, settings.PORTAL_LOGIN_URL})


class Application:
    """One port: `/live/` to the hub, the rest to the pages."""

    def __init__(self, threads: int = THREADS) -> None:
        self.hub = Hub()
        self._live = LiveApplication(self.hub)
        self._pages = Bridge(pages, threads, doors=DOORS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/live/"):
            await self._live(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _live_and_die(self, receive: Any, send: Any) -> None:
        await receive()
        self.hub.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        with contextlib.suppress(RuntimeError):
            self.hub.close()
        await send({"type": "lifespan.shutdown.complete"})


application = Application()
