"""File names come from other systems, and from file systems that know no encoding."""

from pathlib import PurePath

LONGEST = 200


def readable_name(name: str | PurePath, longest: int = LONGEST) -> str:
    """The name without its folders, as a database keeps it and a terminal shows it; of a longer one its end."""
    bare = PurePath(str(name).replace("\\", "/")).name
    return bare.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")[-longest:]
