"""Readers of dls's files, written from docs/formats alone: pack, pack index, tree node, pointer, pin, base.

The rigs judge dls by these, so nothing here may ask dls or share a line with it. Every reader refuses what its page refuses
(ValueError), because a file that only a lenient reader accepts is a defect.
"""

import hashlib
import re
import struct

try:
    import brotli
except ImportError:  # the rigs say what to install
    brotli = None

EMPTY_TREE = bytes.fromhex("69f585412e69881f1d04a379bd8ad878a35fea8b481ab30bdbb9a51b2346fe26")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
DECIMAL = re.compile(r"(0|[1-9][0-9]*)\Z")
MIB = 1 << 20


def sha(data):
    """SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def require(condition, message):
    """Refuses a file."""
    if not condition:
        raise ValueError(message)


def read_pack(data):
    """Reads a whole pack strictly (docs/formats/pack.md).

    Returns (kind, {oid: plain bytes}) and raises ValueError at the first byte that is not as the page says.
    """
    require(24 + 48 <= len(data) <= 128 * MIB, "length of the pack")
    magic, version, kind, reserved = struct.unpack(">4sBBH", data[:8])
    require((magic, version, reserved) == (b"DLPK", 1, 0) and kind in (1, 2), "header of the pack")
    magic, table_at, count, table_hash = struct.unpack(">4sQI32s", data[-48:])
    require(magic == b"DLPF" and table_at + 44 * count + 48 == len(data), "footer of the pack")
    table = data[table_at:-48]
    require(sha(table) == table_hash, "hash of the pack's table")
    rows = [struct.unpack(">32sIII", table[i:i + 44]) for i in range(0, len(table), 44)]
    require(all(a[0] < b[0] for a, b in zip(rows, rows[1:])), "order of the pack's table")
    objects, at = {}, 24
    for oid, offset, stored, plain in sorted(rows, key=lambda row: row[1]):
        require(offset == at, "gap between the pack's entries")
        magic, encoding, entry_stored, entry_plain, entry_oid = struct.unpack(">4sBII32s", data[at:at + 45])
        require((magic, entry_stored, entry_plain, entry_oid) == (b"DLEN", stored, plain, oid), "entry of the pack")
        require(max(stored, plain) <= 16 * MIB and encoding in (0, 1), "size or encoding of an entry")
        body = data[at + 45:at + 45 + stored]
        body = brotli.decompress(body) if encoding == 1 else body
        require(len(body) == plain and sha(body) == oid, "bytes of an entry")
        objects[oid] = body
        at += 45 + stored
    require(at == table_at, "gap before the pack's table")
    return kind, objects


def read_index(data):
    """Reads a pack index strictly (docs/formats/pack-index.md).

    Returns (packs, superseded, rows, blobs): [(id, kind, size)], [id], [(oid, pack position, offset, stored, plain)], {oid: size}.
    """
    require(len(data) >= 24, "length of the index")
    magic, version, reserved, packs, supersedes, rows, blobs = struct.unpack(">4sB3sIIII", data[:24])
    require((magic, version, reserved) == (b"DLIX", 1, b"\0\0\0"), "header of the index")
    require(len(data) == 24 + 41 * packs + 32 * supersedes + 1024 + 48 * rows + 40 * blobs, "length of the index")
    at = 24

    def take(layout, count):
        nonlocal at
        size = struct.calcsize(layout)
        found = [struct.unpack(layout, data[at + i * size:at + (i + 1) * size]) for i in range(count)]
        at += size * count
        return found

    pack_list = take(">32sBQ", packs)
    old = [row[0] for row in take(">32s", supersedes)]
    fan = [row[0] for row in take(">I", 256)]
    row_list = take(">32sIIII", rows)
    blob_list = take(">32sQ", blobs)
    require(all(a[0] < b[0] for a, b in zip(pack_list, pack_list[1:])), "order of the index's packs")
    require(all(a < b for a, b in zip(old, old[1:])), "order of what the index supersedes")
    require(all((a[0], a[1]) < (b[0], b[1]) for a, b in zip(row_list, row_list[1:])), "order of the index's rows")
    require(all(a[0] < b[0] for a, b in zip(blob_list, blob_list[1:])), "order of the index's blobs")
    require(fan == [sum(1 for r in row_list if r[0][0] <= i) for i in range(256)], "fan of the index")
    require(all(r[1] < packs for r in row_list), "pack position in the index")
    return pack_list, old, row_list, dict(blob_list)


def read_node(data):
    """Reads a tree node (docs/formats/tree-node.md).

    Returns (level, entries); a leaf entry is (name, mode, size, oid, files), a branch entry (name, oid, entries, files, bytes).
    """
    require(9 <= len(data) <= 512 * 1024 and data[:4] == b"DLT1", "magic or size of a node")
    level, count = struct.unpack(">BI", data[4:9])
    require(level <= 15 and count <= 1024, "level or count of a node")
    entries, at = [], 9
    for _ in range(count):
        if level == 0:
            mode, size, oid = struct.unpack(">BQ32s", data[at:at + 41])
            at += 41
            require(mode in (1, 2, 3, 4), "mode of a node's entry")
            files = 1
            if mode == 4:
                files, = struct.unpack(">Q", data[at:at + 8])
                at += 8
            entry = (mode, size, oid, files)
        else:
            entry = struct.unpack(">32sQQQ", data[at:at + 56])
            at += 56
        length, = struct.unpack(">H", data[at:at + 2])
        name = data[at + 2:at + 2 + length]
        at += 2 + length
        require(len(name) == length and 1 <= length <= 255, "name in a node")
        name.decode("utf-8")
        require(name not in (b".", b"..") and b"/" not in name and b"\0" not in name, "name in a node")
        require(name.lower() not in (b".git", b".dlstore"), "reserved name in a node")
        require(not entries or entries[-1][0] < name, "order of names in a node")
        entries.append((name, *entry))
    require(at == len(data), "bytes after a node's last entry")
    return level, entries


def write_tree(entries, nodes=None):
    """Makes the tree of one directory from {name: (mode, size, oid, files)}; returns its oid.

    nodes, if given, takes every node made, by oid.
    """
    made = nodes if nodes is not None else {}

    def put(level, items, encode):
        data = b"DLT1" + struct.pack(">BI", level, len(items)) + b"".join(encode(item) for item in items)
        made[sha(data)] = data
        return sha(data)

    def cut(items, level):
        runs = []
        for item in items:
            if not runs or sha(item[0])[level] == 0 or len(runs[-1]) >= 1024:
                runs.append([])
            runs[-1].append(item)
        return runs or [[]]

    def named(name):
        return struct.pack(">H", len(name)) + name

    def leaf(item):
        name, mode, size, oid, files = item
        return struct.pack(">BQ32s", mode, size, oid) + (struct.pack(">Q", files) if mode == 4 else b"") + named(name)

    def branch(item):
        return struct.pack(">32sQQQ", *item[1:]) + named(item[0])

    items = [(name, *entries[name]) for name in sorted(entries)]
    runs, level = cut(items, 0), 0
    row = [(r[0][0] if r else b"", put(0, r, leaf), len(r), sum(i[4] for i in r), sum(i[2] for i in r)) for r in runs]
    while len(row) > 1:
        level += 1
        row = [(r[0][0], put(level, r, branch), *(sum(i[k] for i in r) for k in (2, 3, 4))) for r in cut(row, level)]
    return row[0][1]


POINTER_KEYS = {"demand": r"yes", "exec": r"yes", "kind": r"blob|tree", "oid": r"sha256:[0-9a-f]{64}", "recipe": r"sha256:[0-9a-f]{64}",
                "size": r"0|[1-9][0-9]*", "files": r"0|[1-9][0-9]*"}


def read_pointer(data):
    """Reads a pointer (docs/formats/pointer.md) as a dict; oid is bytes, size and files are numbers."""
    require(len(data) <= 1024 and data.endswith(b"\n"), "length or end of a pointer")
    require(b"\r" not in data and b"\0" not in data, "control character in a pointer")
    lines = data.decode("utf-8").split("\n")[:-1]
    require(lines[0] == "dls-pointer 1", "first line of a pointer")
    pairs = []
    for line in lines[1:]:
        key, blank, value = line.partition(" ")
        require(blank and value and re.fullmatch(r"!?[a-z0-9-]+", key), "line of a pointer")
        require(not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in value), "control character in a pointer")
        require(key[0] != "!", "a pointer of a newer format")
        require(key not in POINTER_KEYS or re.fullmatch(POINTER_KEYS[key], value), "value in a pointer")
        pairs.append((key, value))
    keys = [k.encode() for k, _ in pairs]
    require(all(a < b for a, b in zip(keys, keys[1:])), "order of a pointer's keys")
    fields = dict(pairs)
    require({"kind", "oid", "size"} <= fields.keys(), "missing key of a pointer")
    require(("files" in fields) == (fields["kind"] == "tree") and not ("exec" in fields and fields["kind"] == "tree"), "keys of a pointer")
    require(int(fields["size"]) < 1 << 63, "size in a pointer")
    return {**fields, "oid": bytes.fromhex(fields["oid"][7:]), "size": int(fields["size"]), "files": int(fields.get("files", 1))}


def read_pin(data):
    """Reads a pin (docs/formats/remote-layout.md) as {path: (kind, oid, size)}; paths are bytes."""
    require(len(data) <= 64 * MIB and data.endswith(b"\n") and b"\r" not in data, "length or end of a pin")
    lines = data.split(b"\n")[:-1]
    require(lines[0] == b"dls-pin 1", "first line of a pin")
    require(all(a < b for a, b in zip(lines[1:], lines[2:])), "order of a pin's lines")
    found = {}
    for line in lines[1:]:
        kind, oid, size, path = line.split(b" ", 3)
        require(kind in (b"blob", b"tree") and DIGEST.match(oid.decode()) and DECIMAL.match(size.decode()) and path, "line of a pin")
        found[path] = (kind.decode(), bytes.fromhex(oid[7:].decode()), int(size))
    return found


def read_base(data):
    """Reads a base (docs/formats/work-tree-state.md) as {path: (kind, oid, mode or None)}; paths are bytes."""
    require(data.endswith(b"\n"), "end of the base")
    lines = data.split(b"\n")[:-1]
    require(lines[0] == b"dls-base 1", "first line of the base")
    found, last = {}, None
    for line in lines[1:]:
        kind, oid, _size, _mtime, _ctime, _inode, mode, _stamp, path = line.split(b" ", 8)
        require(kind in (b"blob", b"tree") and DIGEST.match(oid.decode()), "line of the base")
        require(last is None or last < path, "order of the base's lines")
        found[path], last = (kind.decode(), bytes.fromhex(oid[7:].decode()), int(mode, 8) or None), path
    return found
