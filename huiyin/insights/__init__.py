"""What all the voices together say: topics found without anybody naming them, and which of them swell.

Owns: the command that groups a file of texts; the feedback data centre's pages come on top of it.
Does not own: how texts are understood and grouped (`language`).
Tells: nothing. Hears: nothing.
"""
