"""The docs as a site: the same pages as on a forge, with a way around in them and a search.

    .venv/bin/python -m tools.handbook OUT

`pages.py` says which pages there are and what stands before what, `rendering.py` makes HTML of
them, `links.py` leads from one to the other, `searching.py` lists their words, and `site.py` puts
all of it together. What browsers load is `frame.html`, `handbook.css` and `search.js`, besides the
style of the page that the server shows of its API.

A page is Markdown that reads well on a forge. Nothing here is loaded from anywhere else, neither
when it is built nor when it is read. What is wrong with a page is a fault, and with a fault there
is no site.
"""
