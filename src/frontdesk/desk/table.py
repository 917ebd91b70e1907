"""A dictionary that is copied when it is first written to, so that a fork of it is free.

A batch of commands is decided on a fork of the committed desk. Most batches touch one table of
five, and a batch that is given up must leave no trace.
"""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Table(Mapping[K, V], Generic[K, V]):
    """A mapping in insertion order, with `put` and `drop`, and forks that share until written."""

    __slots__ = ("_rows", "_shared")

    def __init__(self, rows: Mapping[K, V] | None = None) -> None:
        self._rows: dict[K, V] = dict(rows) if rows else {}
        self._shared = False

    def fork(self) -> "Table[K, V]":
        """Another table of the same content. Writing to either leaves the other as it is."""
        self._shared = True
        other: Table[K, V] = Table.__new__(Table)
        other._rows = self._rows
        other._shared = True
        return other

    def put(self, key: K, row: V) -> None:
        """Add or replace a row. A replaced row keeps its place in the order."""
        self._own()[key] = row

    def drop(self, key: K) -> None:
        """Remove a row that may not be there."""
        if key in self._rows:
            del self._own()[key]

    def last(self) -> V | None:
        """The row that was added last; None if there is none."""
        return next(reversed(self._rows.values()), None)

    def _own(self) -> dict[K, V]:
        if self._shared:
            self._rows = self._rows.copy()
            self._shared = False
        return self._rows

    def __getitem__(self, key: K) -> V:
        return self._rows[key]

    def get(self, key: K, default: V | None = None) -> V | None:  # type: ignore[override]  # narrower on purpose
        return self._rows.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[K]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def keys(self) -> KeysView[K]:
        return self._rows.keys()

    def values(self) -> ValuesView[V]:
        return self._rows.values()

    def items(self) -> ItemsView[K, V]:
        return self._rows.items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._rows == other._rows

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"Table({self._rows!r})"
