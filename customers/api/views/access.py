"""Which permission each action of an endpoint asks for: those of the pages."""

READS, WRITES = ("list", "retrieve"), ("create", "partial_update")


def permission_map(read: str, write: str, *steps: str) -> dict[str, str]:
    """`steps` are actions of an endpoint's own that change a row."""
    return dict.fromkeys(READS, read) | dict.fromkeys((*WRITES, *steps), write)
