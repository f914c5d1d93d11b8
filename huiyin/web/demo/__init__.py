"""The demo: one fictional company, Inkbrook (砚溪), and two months of its users' voices.

`content/` holds the words as data. `company` sets up people and products, `library` the help centre, `plot`
and `courses` decide what happens when, `stage` lets it happen by the real services at frozen times, `load`
joins them. The same moment of loading gives the same story. Nothing here touches a database in use.
"""
