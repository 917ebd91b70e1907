"""The statements of `queries.sql` by name, so that SQL is written in one place and read as SQL."""

import re
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


class Queries:
    """Statements as attributes; asking for one that is not there fails where it is asked."""

    def __init__(self, text: str) -> None:
        _, *parts = _NAME.split(text)
        names, bodies = parts[::2], parts[1::2]
        if len(set(names)) != len(names):
            raise ValueError("two queries have the same name")
        self._by_name = {
            name: body.split("-- ---")[0].strip() for name, body in zip(names, bodies, strict=True)
        }

    def __getattr__(self, name: str) -> str:
        try:
            return self._by_name[name]
        except KeyError:
            raise AttributeError(f"queries.sql has no {name}") from None

    def names(self) -> list[str]:
        """The names of all statements, in order."""
        return list(self._by_name)


SQL = Queries((resources.files(__package__) / "queries.sql").read_text(encoding="utf-8"))
