"""The floor's own JSON operations. The manners that all operations share are in `rest`."""

from ninja import Router

router = Router(tags=["webhooks"])
