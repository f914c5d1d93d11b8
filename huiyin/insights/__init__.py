"""What all the voices together say: topics found without anybody naming them, which of them swell, where cases wait.

Owns: topics with their voices, swells, the pages over them, and the command that groups a file of texts.
Does not own: how texts are understood and grouped (`language`), the words themselves (`voices`), cases.
Tells: topics found, joined, merged, kept; topics, products and categories swelling and calm. Hears: voices recorded
and understood, cases changed, consent withdrawn.
"""
