"""The invariants: what must hold after every command of dls, judged by the model alone."""

import json
import os
import re

import formats
import model
from world import DOCUMENTED, Violation

READERS = {"status", "diff", "ls", "cat", "verify", "gc", "fetch", "push", "where"}
ENDS_WITHOUT_ERROR_LINE = {0, 3, 4}  # 3 lists what is left among the results
TRACE = re.compile(rb"Unhandled exception|^   at [A-Z]|internal error|Traceback|core dumped", re.M)
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


class Before:
    """Everything the model has to know of a clone before a command."""

    def __init__(self, clone):
        clone.store.refresh()
        self.pointers, self.base = clone.pointers(), clone.base()
        self.flats = {p: clone.flat(q) for p, q in self.pointers.items()}
        self.tree, self.trash = clone.bytes_here()
        self.disk = {p: clone.disk(p) for p in {*self.pointers, *self.base}}
        self.oids = set(clone.store.oids)


def contents_of(*flats):
    """The oids of all files and symlinks in flat trees."""
    return {oid for flat in flats for mode, oid in flat.values() if mode in (1, 2, 3)}


def require(condition, rule, message):
    """Ends the history with a violation."""
    if not condition:
        raise Violation(rule, message)


def show(paths):
    """A few paths for a message."""
    some = sorted(paths, key=repr)
    return ", ".join(repr(p) for p in some[:6]) + (f" and {len(some) - 6} more" if len(some) > 6 else "")


def every(world, clone, before, run):
    """What must hold after any command, killed or not; returns what the clone came to."""
    verb = os.fsdecode(run.arguments[1]) if run.arguments[0] == "dls" else ""
    if not run.killed and run.arguments[0] == "dls":
        require(run.code in DOCUMENTED, "exit-code", f"not a documented exit code: {run}")
        require(not TRACE.search(run.out + run.err), "trace", f"text of an exception: {run}")
        require(run.code in ENDS_WITHOUT_ERROR_LINE or re.search(rb"^(error|warning|problem)", run.err + b"\n" + run.out, re.M) or b'"error"' in run.out,
                "no-error-line", str(run))
        require(b"it holds a control character" not in run.err, "name-refused", f"a name that a tree holds cannot be given to a verb: {run}")
        shown = CONTROL.search(run.out + run.err) if verb != "cat" else None
        require(not shown, "raw-output", f"a control character {shown and shown.group()!r} is printed raw: {run}")
    try:
        clone.store.refresh()
        world.remote.refresh()
    except ValueError as e:
        raise Violation("visible-object", str(e)) from e
    check_pins(world)
    after = Before(clone)

    # A restore may bring files to the work tree they came from, or to a directory of the user's choice.
    others = [model.scan(c.path, skip=(b".git",)) for c in world.clones if c is not clone and c.store is clone.store]
    if verb == "trash":
        others.append(model.scan(os.path.join(world.root, b"restored")))
    kept = contents_of(after.tree, after.trash, *others) | after.oids
    lost = contents_of(before.tree, before.trash) - kept
    # What a kill left half-written was never the user's; all that the user wrote is remembered.
    lost &= world.written
    if lost:
        where = [p for flat in (before.tree, before.trash) for p, (_, oid) in flat.items() if oid in lost]
        raise Violation("bytes-lost", f"{show(where)} were on disk and are nowhere now: {run}")
    if not before.oids <= after.oids and verb not in ("gc",):
        raise Violation("objects-lost", f"{len(before.oids - after.oids)} objects left the store: {run}")
    if verb in READERS and not run.killed and before.tree != after.tree:
        changed = {p for p in {*before.tree, *after.tree} if before.tree.get(p) != after.tree.get(p)}
        require(not changed, "reader-wrote", f"{show(changed)}: {run}")
    if b"nothing was touched" in run.err:
        require(before.tree == after.tree, "touched", f"{run}")
    for path, pointer in after.pointers.items():
        if verb == "add" and pointer != before.pointers.get(path):
            require(pointer is not None, "pointer-format", f"{path!r} after {run}")
            closure = world.trees.closure(pointer["kind"], pointer["oid"])
            old = before.pointers.get(path)
            had = old and world.trees.closure(old["kind"], old["oid"]) or frozenset()
            require(closure is not None and closure - had <= after.oids, "pointer-before-objects", f"{path!r} names what the store lacks: {run}")
    return after


def check_pins(world):
    """Every pin that can be seen rests on objects that are there and right."""
    root = os.path.join(world.remote.root, b"pins")
    for at, _, names in os.walk(root):
        for name in names:
            path = os.path.join(at, name)
            if path in world.checked_pins:
                continue
            with open(path, "rb") as file:
                try:
                    pin = formats.read_pin(file.read())
                except ValueError as e:
                    raise Violation("pin-format", f"{path!r}: {e}") from e
            for managed, (kind, oid, _) in pin.items():
                closure = world.trees.closure(kind, oid)
                require(closure is not None and closure <= world.remote.oids, "pin-incomplete", f"{path!r} names {managed!r}, which is not whole there")
            world.checked_pins[path] = pin
    pinned = set().union(*(world.trees.closure(k, o) or {o} for pin in world.checked_pins.values() for k, o, _ in pin.values()), set())
    require(pinned <= world.remote.oids, "pin-incomplete", "objects under a pin left the remote")


def split(pointers, argument):
    """(managed path, path inside it) of an argument, if it is a managed path or lies in one."""
    for path in pointers:
        if argument == path:
            return path, b""
        if argument.startswith(path + b"/"):
            return path, argument[len(path) + 1:]
    return None


def inside(flat, scope):
    """The entries at and below a path inside a flat tree."""
    return {p: e for p, e in flat.items() if not scope or p == scope or p.startswith(scope + b"/")}


def after_add(world, clone, before, after, run, arguments, remove):
    """The pointer names what is on disk, and keeps what was never pulled."""
    for argument in arguments:
        place = split(after.pointers, argument)
        require(place is not None, "add-pointer", f"no pointer for {argument!r}: {run}")
        path, scope = place
        now = clone.flat(after.pointers[path])
        require(now is not None, "add-pointer", f"the listing of {path!r} was never written: {run}")
        disk = model.leaves(clone.disk(path))
        was = model.leaves(before.flats.get(path) or {})
        base = before.base.get(path, {})
        if base is None:
            continue
        base, now = model.leaves(base), model.leaves(now)
        kept = {p: e for p, e in was.items() if p not in disk and p not in base and not remove}
        expected = inside({**kept, **disk}, scope)
        seen = inside(now, scope)
        # A name that was never pulled and that a file or directory on disk now stands in the way of may go either way.
        unsure = {p for p in kept if any(not p or not d or p.startswith(d + b"/") or d.startswith(p + b"/") for d in disk)}
        wrong = {p for p in {*expected, *seen} if expected.get(p) != seen.get(p)} - unsure
        require(not wrong, "add-wrong", f"{path!r} in {scope!r}: pointer and disk differ at {show(wrong)}: {run}")
        if scope:
            outside = {p for p in {*was, *now} if was.get(p) != now.get(p)} - set(inside({**was, **now}, scope))
            others = [split(after.pointers, a) for a in arguments]
            outside = {p for p in outside if not any(o and o[0] == path and (not o[1] or p == o[1] or p.startswith(o[1] + b"/")) for o in others)}
            blocked = {p for p in outside if scope.startswith(p + b"/")}
            require(not outside - blocked, "add-scope", f"{path!r}: an add of {scope!r} changed {show(outside - blocked)}: {run}")


def after_checkout(clone, before, after, run, arguments):
    """Disk is what the pointers name, apart from local changes that stay: without a path, and always in a pull."""
    whole = not arguments
    keeps = whole or os.fsdecode(run.arguments[1]) == "pull"
    scopes = [split({**after.pointers, **before.base}, a) for a in arguments]
    tracked = staged(clone)
    for path in {*after.pointers, *before.base}:
        pointer = after.pointers.get(path)
        if pointer and path not in tracked and not any(s and s[0] == path for s in scopes):
            continue
        if path not in after.pointers and path in tracked:
            continue  # the pointer was deleted by hand and git still has it: nothing says what is meant
        flat = clone.flat(pointer) if path in after.pointers else {}
        base = before.base.get(path, {})
        if flat is None or base is None or (path in after.pointers and pointer is None):
            continue
        mine = [s for s in scopes if s and s[0] == path]
        above = [a for a in arguments if path.startswith(a + b"/") or a == b"."]
        if not whole and not mine and not above:
            continue
        flat, base = model.leaves(flat), model.leaves(base)
        old, new = model.leaves(before.disk.get(path, {})), model.leaves(clone.disk(path))
        for p in {*flat, *base, *old, *new}:
            if not whole and not above and not any(not s[1] or p == s[1] or p.startswith(s[1] + b"/") for s in mine):
                continue
            want, was, had, now = flat.get(p), base.get(p), old.get(p), new.get(p)
            if now == want:
                continue
            local_kept = keeps and now == had and was == want
            added_left = want is None and now == had and was is None
            # A pull leaves what its pointer no longer names; a checkout takes away what dls wrote there and nothing else.
            gone_kept = path not in after.pointers and now == had and (had != was or os.fsdecode(run.arguments[1]) == "pull")
            require(local_kept or added_left or gone_kept, "checkout-wrong",
                    f"{path!r} at {p!r}: pointer {want}, base {was}, before {had}, now {now}: {run}")


def after_status(clone, before, run):
    """Clean is said of what is equal, and of nothing else; every state is that of the table."""
    report = json.loads(run.out)
    shown = {os.fsencode(p["path"]): p for p in report["pointers"]}
    for path, entry in shown.items():
        pointer = before.pointers.get(path)
        flat = before.flats.get(path)
        if pointer is None or flat is None:
            require(not entry["isClean"] or pointer is not None, "status-clean", f"{path!r} has no readable pointer: {run}")
            continue
        disk = before.disk[path]
        equal = flat == disk and not any(mode == 0 for mode, _ in disk.values())
        # What was never pulled is told by a count of its own and is nothing to record or to undo.
        sides = [model.leaves(side or {}) for side in (before.base.get(path, {}), flat, disk)]
        pulled = all(model.state(*(side.get(p) for side in sides)) in (None, "NotPulled") for p in set().union(*sides))
        require(not entry["isClean"] or equal or pulled and entry["counts"]["notPulled"], "status-clean", f"{path!r} is not what its pointer names: {run}")
        base = before.base.get(path, {})
        here = world_has(clone, before, pointer)
        if equal and not clone.has_journal() and here:
            require(entry["isClean"], "status-dirty", f"{path!r} is just what its pointer names: {run}")
        if base is None or entry["problems"] or not here or base and (b"" in base) != (pointer["kind"] == "blob"):
            continue  # of a file that became a directory, or the other way round, only the whole is judged
        if pointer["kind"] == "blob" and os.path.isdir(clone.at(path)) and b"" not in disk:
            disk = {b"": (model.DIRECTORY, b"")}  # a directory where a file was: one change, of the whole
        sides = [base, flat, disk] if pointer["kind"] == "blob" else [model.leaves(side) for side in (base, flat, disk)]
        expected = {}
        for p in set().union(*sides):
            word = model.state(*(side.get(p) for side in sides))
            if word and word != "NotPulled":
                expected[path + b"/" + p if p else path] = word
        got = {(os.fsencode(c["path"]), c["state"]) for c in entry["changes"] if c["state"] != "NotPulled"}
        wrong = [pair for pair in {*expected.items()} ^ got if pair not in got or not is_directory(pair[0], path, flat, disk)]
        require(not wrong, "status-state", f"{path!r}: expected {expected}, said {got}: {run}")
    tracked = staged(clone) & {*before.pointers}
    require(tracked <= {*shown} <= {*before.pointers} or report["problems"], "status-list", f"pointers {show({*before.pointers} ^ {*shown})}: {run}")
    if any(not entry["isClean"] for entry in shown.values()):
        require(not report["isClean"], "status-clean", f"the whole is clean, a part is not: {run}")


def staged(clone):
    """The managed paths whose pointers git tracks."""
    listed = clone.world.git(clone, "ls-files", "-z").stdout
    return {path[:-4] for path in listed.split(b"\0") if path.endswith(b".dls")}


def is_directory(path, managed, *flats):
    """Says whether a changed path is a directory without files of either side; those are left to the comparison of the whole."""
    inner = path[len(managed) + 1:]
    return any(mode == model.DIRECTORY and (p == inner or p.startswith(inner + b"/")) for flat in flats for p, (mode, _) in flat.items())


def world_has(clone, before, pointer):
    """Says whether the listing of a pointer is in the clone's own store."""
    closure = clone.world.trees.closure(pointer["kind"], pointer["oid"])
    return pointer["kind"] == "blob" or closure is not None and closure <= before.oids


def after_push(world, clone, run):
    """What HEAD names is whole on the remote, and pinned."""
    committed = {}
    listed = world.git(clone, "ls-tree", "-r", "-z", "HEAD")
    for row in listed.stdout.split(b"\0"):
        info, _, path = row.partition(b"\t")
        if not path.endswith(b".dls") or not info.startswith(b"100"):
            continue
        blob = world.git(clone, "cat-file", "blob", info.split()[2])
        try:
            pointer = formats.read_pointer(blob.stdout)
        except ValueError:
            return
        committed[path[:-4]] = (pointer["kind"], pointer["oid"], pointer["size"])
    for path, (kind, oid, _) in committed.items():
        closure = world.trees.closure(kind, oid)
        missing = None if closure is None else closure - world.remote.oids
        require(missing is not None and not missing, "push-incomplete", f"{path!r} of HEAD is not whole on the remote: {run}")
    require(not committed or committed in world.checked_pins.values(), "push-unpinned", f"no pin says what HEAD says: {run}")


def reachable(world, clone):
    """All oids that pointers of any commit, index or work tree of the clone's repository name, as far as listings were seen."""
    blobs = set()
    listed = world.git(clone, "rev-list", "--all", "--reflog", "--objects").stdout
    blobs |= {line.split(b" ", 1)[0] for line in listed.split(b"\n") if line.endswith(b".dls")}
    sharing = [c for c in world.clones if c.store is clone.store]
    for one in sharing:
        blobs |= {row.split()[1] for row in world.git(one, "ls-files", "-s", "-z").stdout.split(b"\0") if row.endswith(b".dls")}
    pointers = [p for one in sharing for p in one.pointers().values() if p]
    for blob in blobs:
        try:
            pointers.append(formats.read_pointer(world.git(clone, "cat-file", "blob", blob).stdout))
        except ValueError:
            pass
    found = set()
    for pointer in pointers:
        found |= world.trees.closure(pointer["kind"], pointer["oid"]) or {pointer["oid"]}
    return found


def after_ls(clone, before, run, path):
    """A listing is that of the pointer."""
    flat = before.flats.get(path)
    seen = {os.fsencode(e["path"])[len(path) + 1:]: bytes.fromhex(e["oid"][7:]) for e in json.loads(run.out) if e["mode"] != "Directory"}
    require(flat is None or seen == {p: oid for p, (_, oid) in model.leaves(flat).items()}, "ls-wrong", f"{path!r}: {run}")
