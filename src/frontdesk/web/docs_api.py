"""What describes the server: for people as a page, for tools as an OpenAPI document.

Both are made from the table of routes, once, when somebody asks first: a start does not wait for
what few people read. That takes some 30 ms, so it is done beside the chat.
"""

import asyncio
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from frontdesk.web import docs_page
from frontdesk.web.bodies import NoBody
from frontdesk.web.codec import encode
from frontdesk.web.exchange import Ask, Handler, Route, gives
from frontdesk.web.forms import Page
from frontdesk.web.openapi import document
from frontdesk.web.operations import Row, row
from frontdesk.web.reply import HTML, Reply

# The page has a style of its own and nothing else: no script, no picture, no frame, no form.
POLICY = (
    "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)


class Documents:
    """The two handlers. They answer once the table is there in which they stand themselves."""

    def __init__(self) -> None:
        self.openapi: Handler = gives(dict[str, Any])(self._openapi)
        self.docs: Handler = gives(Page)(self._docs)

    def describe(self, table: Iterable[Route]) -> None:
        """Say of these routes what they are."""
        self._table = tuple(table)
        self._made: Written | None = None

    async def _openapi(self, ask: Ask[NoBody]) -> Reply:
        """Get this description for tools.

        An OpenAPI 3.1 document.
        """
        return (await self._written()).openapi

    async def _docs(self, ask: Ask[NoBody]) -> Reply:
        """Read this description.

        The page that you are reading.
        """
        return (await self._written()).docs

    async def _written(self) -> "Written":
        if self._made is None:
            self._made = await asyncio.to_thread(_write, self._table)
        return self._made


class Written(NamedTuple):
    """The answers of the two."""

    openapi: Reply
    docs: Reply


def _write(table: tuple[Route, ...]) -> Written:
    return _written(tuple(row(route) for route in table))


@cache
def _written(rows: tuple[Row, ...]) -> Written:
    """Both, written once a process however many applications it makes."""
    described = document(rows)
    digest = b64encode(sha256(docs_page.STYLE.encode()).digest()).decode()
    page = Reply(
        docs_page.page(described).encode(),
        kind=HTML,
        policy=POLICY.format(digest=digest).encode(),
    )
    return Written(Reply(encode(described)), page)
