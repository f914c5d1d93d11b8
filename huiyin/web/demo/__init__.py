"""The demo: one fictional company, Inkbrook (砚溪), and two months of its users' voices.

`content/` holds the words as data. `company` sets up people and products, `plot` decides what happens when,
`stage` lets it happen by the real services at frozen times, `load` joins the three. The same moment of loading
gives the same story; nothing here ever touches a database that holds anything else.
"""
