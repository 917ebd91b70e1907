"""How many connections there is room for, by the limit of a process on open files."""

# Files that are open beside the connections: the store's, logs, what the interpreter has.
OTHER_FILES = 100


def needed(connections: int) -> int:
    """How many files have to be open for so many connections."""
    return connections + OTHER_FILES


def room_in(files: int) -> int:
    """For how many connections there is room in so many files; at least one."""
    return max(1, files - OTHER_FILES)
