"""JSON operations on voices and cases for programs, and the contact's own side of one case."""

from ninja import Router

from huiyin.cases.api import cases, follow, voices

router = Router()
router.add_router("", voices.router)
router.add_router("", cases.router)
router.add_router("", follow.router)
