"""Where a server is, as its users give it."""

from urllib.parse import urlsplit


def server(url: str) -> str:
    """The same address without a slash at its end.

    Raises:
        ValueError: it is none; the sentence says what one looks like.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    beside = parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or beside:
        raise ValueError(
            f"{url!r} is not the address of a server: one looks like https://desk.example,"
            " with http or https, a port if need be, and no path"
        )
    return f"{parts.scheme}://{parts.netloc}"
