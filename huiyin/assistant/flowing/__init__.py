"""Guided flows as pure rules: what steps there are, what is wrong with a document, what happens next.

`steps` is the document, `judging` says why it cannot be published, `engine` walks it. No tables, no network.
"""
