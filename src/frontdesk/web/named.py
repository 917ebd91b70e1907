"""The application by the name that the world has for it, where that is known.

A proxy in front may ask for us under another name than browsers do, so a page of that name is ours
too. Browsers that came by https are told to come by nothing else (RFC 6797).
"""

from starlette.types import ASGIApp

from frontdesk.web.reply import Message, Receive, Scope, Send

# In a scope: the origin that the world has for us.
NAME = "frontdesk.name"

# A year: less is no protection for those who come seldom. Only for this very host, since others
# below it are not ours; but for all of its ports, which a browser does not tell apart.
STAY = (b"strict-transport-security", b"max-age=31536000")


class Named:
    """An application with its name.

    Args:
        name: as a browser writes it in `Origin`.
    """

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name
        self._stays = name.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[NAME] = self._name

        async def told_to_stay(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], STAY]
            await send(message)

        # Over http it is to be left out: somebody on the line could have written it (7.2).
        is_safe = self._stays and scope["scheme"] == "https"
        await self._app(scope, receive, told_to_stay if is_safe else send)
