"""JSON operations on the directory of contacts, and on one's own account for apps without pages."""

from ninja import Router

from huiyin.accounts.api import contacts, security

router = Router()
router.add_router("", contacts.router)
router.add_router("", security.router)
