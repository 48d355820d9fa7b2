"""Findings that are written down and not mended yet: passed over and counted when the list is given, never otherwise."""


def read(path, rig):
    """The entries of one rig in a list of lines `RIG: ENTRY`; blank lines and comments are left out."""
    if not path:
        return set()
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return {line[len(rig) + 2:] for line in lines if line.startswith(rig + ": ")}
