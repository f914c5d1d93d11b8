"""Mechanisms without a service noun, the floor of the tower.

Owns: journal and its deliveries, jobs and schedule, refusals and their renderers, ids, time, encryption,
attachments, paging, live pages, idempotency, limits, webhooks, ports.
Does not own: any word of the service (no case, no contact, no article).
"""
