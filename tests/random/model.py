"""What the rig knows by itself of stores, trees and disks; read by formats.py, never asked of dls."""

import os
import stat

import formats

DIRECTORY = 4


class Trees:
    """Every tree node that was ever seen in any store: nodes are named by their hash, so one shelf serves all."""

    def __init__(self):
        self._nodes, self._flat, self._closure = {}, {}, {}

    def learn(self, oid, data):
        """Takes in a node that a store holds."""
        if oid not in self._nodes:
            self._nodes[oid] = formats.read_node(data)

    def knows(self, kind, oid):
        """Says whether all nodes of a tree were seen."""
        return kind == "blob" or self.closure(kind, oid) is not None

    def closure(self, kind, oid):
        """All oids that a pointer needs; None if a node was never seen."""
        if kind == "blob":
            return frozenset([oid])
        if oid not in self._closure:
            if oid not in self._nodes:
                return None
            level, entries = self._nodes[oid]
            found = {oid}
            for entry in entries:
                is_tree = level > 0 or entry[1] == DIRECTORY
                below = self.closure("tree" if is_tree else "blob", entry[1] if level > 0 else entry[3])
                if below is None:
                    return None
                found |= below
            self._closure[oid] = frozenset(found)
        return self._closure[oid]

    def flat(self, oid):
        """{path: (mode, oid)} of all files, symlinks and empty directories below a tree."""
        if oid not in self._flat:
            self._flat[oid] = dict(self._walk(oid, b""))
        return self._flat[oid]

    def _walk(self, oid, prefix):
        level, entries = self._nodes[oid]
        for entry in entries:
            if level > 0:
                yield from self._walk(entry[1], prefix)
            elif entry[1] == DIRECTORY and entry[3] != formats.EMPTY_TREE:
                yield from self._walk(entry[3], prefix + entry[0] + b"/")
            else:
                yield prefix + entry[0], (entry[1], entry[3])


class Objects:
    """The objects of a store or of a remote, each file read and hashed once; names are immutable, so a file is read again only if its stat changed."""

    def __init__(self, root, trees):
        self.root, self._trees, self._files = root, trees, {}
        self.oids = set()

    def refresh(self):
        """Reads what is new, forgets what is gone, raises ValueError for a visible file that is not as its format says."""
        seen = {}
        for part in (b"packs", b"blobs"):
            for at, _, names in os.walk(os.path.join(self.root, part)):
                for one in names:
                    path = os.path.join(at, one)
                    try:
                        s = os.lstat(path)
                    except FileNotFoundError:
                        continue
                    key = (path, s.st_size, s.st_mtime_ns, s.st_ino)
                    seen[key] = self._files[key] if key in self._files else self._read(path)
        self._files = seen
        self.oids = set().union(*seen.values()) if seen else set()
        return self.oids

    def _read(self, path):
        with open(path, "rb") as file:
            data = file.read()
        base = os.path.basename(path).decode()
        formats.require(formats.sha(data).hex() == base.partition(".")[0], f"bytes of {path!r} are not what its name says")
        if not base.endswith(".pack"):
            return frozenset([formats.sha(data)])
        kind, objects = formats.read_pack(data)
        if kind == 2:
            for oid, node in objects.items():
                self._trees.learn(oid, node)
        return frozenset(objects)


def scan(root, skip=()):
    """{path: (mode, oid)} of all files, symlinks and empty directories below a directory; mode 0 is something dls cannot hold.

    A root that is a file or symlink gives one entry with the empty path; nothing there gives {}.
    """
    found = {}

    def visit(path, relative):
        try:
            s = os.lstat(path)
        except OSError:
            return
        if stat.S_ISLNK(s.st_mode):
            found[relative] = (3, formats.sha(os.readlink(path)))
        elif stat.S_ISREG(s.st_mode):
            with open(path, "rb") as file:
                found[relative] = (2 if s.st_mode & 0o100 else 1, formats.sha(file.read()))
        elif stat.S_ISDIR(s.st_mode):
            names = [n for n in os.listdir(path) if not (relative == b"" and n in skip) and not n.startswith(b".dls-tmp-")]
            for one in sorted(names):
                visit(os.path.join(path, one), relative + b"/" + one if relative else one)
            if not names:
                found[relative] = (DIRECTORY, formats.EMPTY_TREE)
        else:
            found[relative] = (0, b"")

    visit(root, b"")
    return found


def leaves(flat):
    """The files and symlinks of a flat tree, without its empty directories."""
    return {p: e for p, e in flat.items() if e[0] != DIRECTORY}


def state(base, pointer, disk):
    """The state of one path by the table of docs/design.md, section 4; None if clean."""
    if pointer == disk:
        return None
    if pointer is None:
        if base is None:
            return "Added"
        return "Stale" if disk == base else "Conflict"
    if disk is None:
        if base is None:
            return "NotPulled"
        return "Deleted" if base == pointer else "Conflict"
    if base is None or base == pointer:
        return "Modified"
    return "Stale" if disk == base else "Conflict"
