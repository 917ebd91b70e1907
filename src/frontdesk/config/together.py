"""What settings make of each other: each may be good, and yet not go with another.

Nothing here may look at a file or at the machine.
"""

from collections.abc import Iterator, Mapping

from frontdesk.config.loading import Found


def idle_flags(found: Mapping[str, Found]) -> Iterator[str]:
    """Flags that mean nothing beside what else is set, a sentence for each.

    What stands in a file or a variable may be there for other commands, and is passed over.
    """
    if _is_flag(found, "data_dir") and _is_set(found, "memory"):
        yield (
            "With --memory (or FRONTDESK_MEMORY, or memory in the file of settings) nothing"
            " is kept, so --data-dir means nothing. Leave one of them out."
        )


def _is_set(found: Mapping[str, Found], name: str) -> bool:
    return name in found and bool(found[name].value)


def _is_flag(found: Mapping[str, Found], name: str) -> bool:
    return name in found and found[name].source == "flag"
