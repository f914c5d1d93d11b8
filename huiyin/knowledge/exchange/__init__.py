"""Articles as files, without tables: Markdown pages with front matter, JSON lines, exports of help desks.

`reading.opened(path)` gives a `Source` of rows whatever the file is; `pages` writes what `reading` reads.
"""
