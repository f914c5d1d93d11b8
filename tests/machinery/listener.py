"""A listener to server-sent events, as a browser is one."""

import http.client
import json
import threading
from typing import Any


class Ear:
    """Opens a stream and collects its messages; `ids` are what a browser would send as `Last-Event-ID`."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        self.messages: list[dict[str, Any]] = []
        self.ids: list[int] = []
        self.ended = threading.Event()
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._link.request(
            "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        self.response = self._link.getresponse()
        self.status = self.response.status
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._link.close()

    def names(self) -> list[str]:
        return [message["name"] for message in self.messages]

    def _listen(self) -> None:
        kind = "message"
        try:
            for line in self.response:
                word, _, text = line.decode().rstrip("\n").partition(": ")
                if word == "id":
                    self.ids.append(int(text))
                elif word == "event":
                    kind = text
                elif word == "data" and kind == "message":
                    self.messages.append(json.loads(text))
                elif not line.strip():
                    kind = "message"
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass
        finally:
            self.ended.set()
