"""Threads with one contact over one or several channels.

Owns: conversations and their messages, in and out, with the state of delivery.
Does not own: what was promised about them (cases), the raw input (voices).
Events told: message.received, message.sent, message.delivered, message.failed,
conversation.told_by.
Events heard: mail.sent, mail.failed, sms.sent, sms.failed (to show on a message how it fared).
"""
