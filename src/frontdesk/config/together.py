"""What settings make of each other: each may be good, and yet not go with another.

Nothing here may look at a file or at the machine.
"""

from collections.abc import Iterator, Mapping

from frontdesk.config.loading import Found


def clashes(found: Mapping[str, Found]) -> Iterator[str]:
    """Settings that cannot hold together, a sentence for each."""
    for one, other in (("tls_cert", "tls_key"), ("tls_key", "tls_cert")):
        if _is_set(found, one) and other in found and not _is_set(found, other):
            yield (
                f"{found[one].where} is set, but {found[other].setting.flag} is not. https needs"
                " both, and http neither."
            )
    if _is_set(found, "uds") and _is_set(found, "tls_cert"):
        yield (
            f"{found['uds'].where} and {found['tls_cert'].where} are both set. Over a Unix socket"
            " comes a proxy, which speaks https in our place. Leave one of them out."
        )


def idle_flags(found: Mapping[str, Found]) -> Iterator[str]:
    """Flags that mean nothing beside what else is set, a sentence for each.

    What stands in a file or a variable may be there for other commands, and is passed over.
    """
    if _is_flag(found, "data_dir") and _is_set(found, "memory"):
        yield (
            "With --memory (or FRONTDESK_MEMORY, or memory in the file of settings) nothing"
            " is kept, so --data-dir means nothing. Leave one of them out."
        )
    for name in ("host", "port"):
        if _is_flag(found, name) and _is_set(found, "uds"):
            flag = found[name].setting.flag
            yield (
                f"With {found['uds'].where} the server listens on that socket alone, so {flag}"
                " means nothing. Leave one of them out."
            )


def _is_set(found: Mapping[str, Found], name: str) -> bool:
    return name in found and bool(found[name].value)


def _is_flag(found: Mapping[str, Found], name: str) -> bool:
    return name in found and found[name].source == "flag"
