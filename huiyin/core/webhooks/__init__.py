"""Telling other systems what happened, by the Standard Webhooks specification.

`endpoints` keeps the addresses, `outbox` turns journal rows into deliveries, `sending` carries one to its
address and tries again for three days.
"""
