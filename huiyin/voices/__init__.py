"""The ear: anything that a user let us know, recorded once, raw kept.

Owns: raw input, voices (immutable), their language and understanding.
Does not own: the thread it belongs to (conversations), the promise to answer (cases).
Events told: voice.recorded, voice.understood, voice.refused.
Events heard: none.
"""
