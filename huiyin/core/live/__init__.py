"""Live pages: a page hears "this changed, read it again" and never the content itself.

announce: from the journal to the bus; hub: from the bus to the open streams of this process;
entrance: who may hear which topic; stream: the ASGI application at `/live/`.
"""

from huiyin.core.live.announce import changed, position
from huiyin.core.live.entrance import authorise, open_door

__all__ = ["authorise", "changed", "open_door", "position"]
