"""The steps of a history: what users do by hand, with git and with dls, chosen at random."""

import os
import shutil

import contents
import formats
import judge
import model

INODES_OF_DISK = 4096


def dls(world, rng, clone, *arguments, kill=None):
    """Runs dls, judges what must hold after every command, and gives (run, before, after); at times it is killed or its disk is full."""
    before = judge.Before(clone)
    words = [os.fsencode(a) for a in arguments]
    verb = os.fsdecode(words[0])
    kill_after = None
    if kill if kill is not None else rng.random() < world.kill_rate:
        # Three times the usual duration: a fifth of the commands gets through, the others die anywhere between start and end.
        kill_after = rng.random() * 1.2 * world.durations.get(verb, 0.2)
    filler = world.fill(rng, clone) if rng.random() < world.full_rate else None
    try:
        run = world.start(clone, words, kill_after=kill_after, group=rng.random() < 0.7)
    finally:
        if filler:
            os.unlink(filler)
    world.count("dls commands")
    world.count("killed", int(run.killed))
    world.count("on a full disk", int(filler is not None))
    world.count(f"exit {run.code}")
    after = judge.every(world, clone, before, run)
    if run.killed:
        world.settle(clone)
    return run, before, after


def pick_pointer(rng, clone):
    """A managed path of the work tree, or None."""
    paths = sorted(clone.pointers())
    return rng.choice(paths) if paths else None


def some_file(rng, clone, managed):
    """A path (relative to the work tree) of something inside a managed path, or None."""
    disk = sorted(clone.disk(managed))
    inner = rng.choice(disk) if disk else None
    return None if inner is None else managed + b"/" + inner if inner else managed


def managed_roots(clone):
    """Managed paths that are directories on disk."""
    return [p for p in sorted(clone.pointers()) if os.path.isdir(clone.at(p)) and not os.path.islink(clone.at(p))]


def make_something(world, rng, clone):
    """Makes a new managed place: a file or a directory with a few files."""
    if rng.random() < 0.6:
        root = rng.choice(contents.MANAGED_DIRECTORIES)
        if os.path.lexists(clone.at(root)) and not os.path.isdir(clone.at(root)):
            return
        os.makedirs(clone.at(root), exist_ok=True)
        for _ in range(rng.randrange(1, 6)):
            make_file(world, rng, clone, root)
        add(world, rng, clone, [root])
    else:
        path = rng.choice(contents.MANAGED_FILES)
        if os.path.isdir(clone.at(path)) or os.path.islink(clone.at(path)):
            return
        os.makedirs(os.path.dirname(clone.at(path)), exist_ok=True)
        world.write(clone, path, world.new_content(rng))
        add(world, rng, clone, [path])


def make_file(world, rng, clone, root):
    """Makes a file, symlink or empty directory somewhere below a managed directory."""
    where = root
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        deeper = where + b"/" + contents.name(rng)
        if os.path.lexists(clone.at(deeper)) and (os.path.islink(clone.at(deeper)) or not os.path.isdir(clone.at(deeper))):
            break
        where = deeper
    try:
        os.makedirs(clone.at(where), exist_ok=True)
        path = where + b"/" + contents.name(rng)
        kind = rng.random()
        if os.path.lexists(clone.at(path)) and not (kind < 0.8 and os.path.isfile(clone.at(path)) and not os.path.islink(clone.at(path))):
            return
        if kind < 0.8:
            world.write(clone, path, world.new_content(rng) if rng.random() < 0.9 else b"")
        elif kind < 0.9:
            world.symlink(clone, path, rng.choice([b"nowhere %d" % rng.getrandbits(40), b"../x", contents.name(rng)]))
        else:
            world.act(f"mkdir {os.fsdecode(clone.name)}/{os.fsdecode(path)!r}")
            os.mkdir(clone.at(path))
    except OSError:
        pass  # a name that is too long, a parent that is a file: nothing was made


def edit(world, rng, clone):
    """Changes the work tree by hand: edit, append, add, delete, rename, chmod, swap file and directory, copy."""
    managed = pick_pointer(rng, clone)
    if managed is None:
        return
    kind = rng.random()
    roots = managed_roots(clone)
    victim = some_file(rng, clone, managed)
    if kind < 0.3 and roots:
        make_file(world, rng, clone, rng.choice(roots))
        return
    if victim is None:
        return
    path = clone.at(victim)
    is_file = os.path.isfile(path) and not os.path.islink(path)
    if kind < 0.5 and is_file:
        with open(path, "rb") as file:
            old = file.read() if rng.random() < 0.5 else b""
        world.write(clone, victim, old + world.new_content(rng))
    elif kind < 0.62:
        world.remove(clone, victim)
    elif kind < 0.7 and is_file:
        world.act(f"chmod +-x {victim!r}")
        os.chmod(path, os.stat(path).st_mode ^ 0o111)
    elif kind < 0.85 and roots:
        target = rng.choice(roots) + b"/" + contents.name(rng)
        if not os.path.lexists(clone.at(target)) and not target.startswith(victim + b"/") and victim not in roots:
            world.act(f"mv {victim!r} {target!r} in {os.fsdecode(clone.name)}")
            try:
                os.rename(path, clone.at(target))
            except OSError:
                pass
    elif kind < 0.93:
        world.remove(clone, victim)
        if is_file:
            os.makedirs(path, exist_ok=True)
            world.write(clone, victim + b"/" + contents.name(rng), world.new_content(rng))
        elif not os.path.lexists(path):
            world.write(clone, victim, world.new_content(rng))
    elif roots and b"/" in victim:
        parent = os.path.dirname(victim)
        if parent not in roots and any(parent.startswith(r + b"/") for r in roots):
            world.remove(clone, parent)
            if rng.random() < 0.5:
                world.write(clone, parent, world.new_content(rng))


def add(world, rng, clone, paths=None):
    """Adds managed paths whole or in part, at times with --remove."""
    if paths is None:
        managed = pick_pointer(rng, clone)
        if managed is None:
            return
        pointer = clone.pointers()[managed]
        inner = some_file(rng, clone, managed) if pointer and pointer["kind"] == "tree" and rng.random() < 0.3 else None
        while inner and inner != managed and rng.random() < 0.4:
            inner = os.path.dirname(inner)
        paths = [inner if inner and inner.startswith(managed) else managed]
        if rng.random() < 0.15:
            paths = sorted({*paths, pick_pointer(rng, clone)})
    remove = rng.random() < 0.12
    run, before, after = dls(world, rng, clone, "add", *(["--remove"] if remove else []), "--", *paths)
    if run.code == 0:
        judge.after_add(world, clone, before, after, run, paths, remove)


def checkout(world, rng, clone):
    """dls checkout: all, a path, by force, from a commit."""
    arguments, paths = [], []
    forced = rng.random() < 0.3
    if forced:
        arguments.append("--force")
    if rng.random() < 0.3:
        arguments.append("--json")
    managed = pick_pointer(rng, clone)
    if managed and rng.random() < 0.45:
        inner = some_file(rng, clone, managed) if rng.random() < 0.4 else None
        paths = [inner or managed]
        if rng.random() < 0.3:
            arguments += ["--rev", rng.choice(["HEAD", "HEAD~1", "main", "HEAD~3"])]
            paths = [managed]
    run, before, after = dls(world, rng, clone, "checkout", *arguments, *(["--", *paths] if paths else []))
    if run.code == 0:
        judge.after_checkout(clone, before, after, run, paths)


def pull(world, rng, clone):
    """git pull or not, then dls pull or dls fetch."""
    if rng.random() < 0.6:
        world.git_merge(rng, clone, "pull", "-q", "--no-rebase", "origin", "main")
    paths = []
    managed = pick_pointer(rng, clone)
    if managed and rng.random() < 0.3:
        paths = [rng.choice([managed, some_file(rng, clone, managed) or managed])]
    if rng.random() < 0.15:
        run, _, after = dls(world, rng, clone, "fetch", *(["--", *paths] if paths else []))
        if run.code == 0 and not paths:
            for path, pointer in after.pointers.items():
                closure = pointer and world.trees.closure(pointer["kind"], pointer["oid"])
                judge.require(not pointer or closure and closure <= after.oids, "fetch-incomplete", f"{path!r} is not whole here: {run}")
        return
    forced = rng.random() < 0.2
    run, before, after = dls(world, rng, clone, "pull", *(["--force"] if forced else []), *(["--", *paths] if paths else []))
    if run.code == 0:
        judge.after_checkout(clone, before, after, run, paths)


def push(world, rng, clone):
    """dls push, or git push with the hook."""
    if rng.random() < 0.5:
        branch = world.branch(clone)
        if branch is None:
            return
        before = judge.Before(clone)
        kill_after = rng.random() * 0.6 if rng.random() < world.kill_rate else None
        run = world.start(clone, ["push", "-q", "origin", branch], kill_after=kill_after, program="git")
        world.count("git pushes")
        world.count("killed", int(run.killed))
        judge.every(world, clone, before, run)
        if run.killed:
            world.settle(clone)
        judge.require(b"internal error" not in run.err, "trace", str(run))
        # "Everything up-to-date" runs the hook with an empty list, so only what was sent is judged.
        if run.code == 0 and b"pinned" in run.err + run.out:
            judge.after_push(world, clone, run)
        return
    run, _, _ = dls(world, rng, clone, "push", *rng.choice([[], [], ["--all"], ["--tip"]]))
    if run.code == 0:
        judge.after_push(world, clone, run)


def look(world, rng, clone):
    """The verbs that only read."""
    verb = rng.choice(["status", "status", "status", "text", "diff", "ls", "cat", "verify", "verify --remote", "doctor"])
    managed = pick_pointer(rng, clone)
    if verb == "status":
        run, before, _ = dls(world, rng, clone, "status", "--json", "-v", kill=False)
        if run.code == 0:
            judge.after_status(clone, before, run)
    elif verb == "text":
        run, before, _ = dls(world, rng, clone, "status")
        for path, flat in before.flats.items():
            if not run.killed and flat != before.disk[path]:
                judge.require(path + b"  clean" not in run.out, "status-clean", f"{path!r} is not what its pointer names: {run}")
    elif verb == "diff":
        dls(world, rng, clone, *rng.choice([["diff"], ["diff", "HEAD~1", "HEAD"], ["diff", "--json", "main"]]))
    elif verb == "ls" and managed:
        run, before, _ = dls(world, rng, clone, "ls", "-R", "--json", "--", managed)
        if run.code == 0:
            judge.after_ls(clone, before, run, managed)
    elif verb == "cat" and managed:
        flat = model.leaves(clone.flat(clone.pointers()[managed]) or {})
        if flat:
            inner = rng.choice(sorted(flat))
            run, _, _ = dls(world, rng, clone, "cat", "--", managed + b"/" + inner if inner else managed, kill=False)
            judge.require(run.code != 0 or formats.sha(run.out) == flat[inner][1], "cat-wrong", f"{inner!r}: {run.arguments}")
            judge.require(run.code == 0 or flat[inner][1] not in clone.store.oids or b"full" in run.err, "cat-wrong", f"{inner!r} is in the store: {run}")
    elif verb == "verify":
        run, _, _ = dls(world, rng, clone, "verify")
        judge.require(run.killed or run.code in (0, 1, 11), "verify-wrong", f"every byte of the store is right: {run}")
    elif verb == "verify --remote":
        run, _, _ = dls(world, rng, clone, "verify", "--remote", "lab")
        judge.require(run.killed or run.code in (0, 1, 11), "verify-wrong", f"every byte of the remote is right: {run}")
    elif verb == "doctor":
        dls(world, rng, clone, "doctor")


def collect(world, rng, clone):
    """gc at grace 0: nothing that a ref, reflog, index or work tree names may go."""
    clone.store.refresh()
    named = judge.reachable(world, clone) & clone.store.oids
    run, _, after = dls(world, rng, clone, "gc", "--grace", "0s")
    lost = named - after.oids
    judge.require(not lost, "gc-lost", f"{len(lost)} objects that something names: {run}")


def remove(world, rng, clone):
    """dls rm of a managed path or of something in one."""
    managed = pick_pointer(rng, clone)
    if managed is None or rng.random() < 0.5:
        return
    path = (some_file(rng, clone, managed) if rng.random() < 0.6 else None) or managed
    keep = rng.random() < 0.4
    run, before, after = dls(world, rng, clone, "rm", *(["--keep"] if keep else []), "--", path)
    if run.code == 0:
        if path == managed:
            judge.require(managed not in after.pointers, "rm-wrong", f"the pointer of {managed!r} stays: {run}")
        judge.require(not keep or before.disk[managed] == clone.disk(managed), "rm-wrong", f"--keep changed {managed!r}: {run}")
        judge.require(keep or not os.path.lexists(clone.at(path)), "rm-wrong", f"{path!r} stays on disk: {run}")


def trash(world, rng, clone):
    """Lists the trash, or restores an entry of it."""
    root = os.path.join(clone.common, b"dls", b"trash")
    entries = sorted(os.listdir(root)) if os.path.isdir(root) else []
    if not entries or rng.random() < 0.3:
        dls(world, rng, clone, "trash", "list")
        return
    entry = rng.choice(entries)
    files = model.leaves(model.scan(os.path.join(root, entry, b"files")))
    elsewhere = rng.random() < 0.2
    target = os.path.join(world.root, b"restored", b"%d" % len(world.log))
    run, _, _ = dls(world, rng, clone, "trash", "restore", entry, *(["--to", target] if elsewhere else []), kill=False if elsewhere else None)
    if run.code == 0:
        owners = [target] if elsewhere else [c.path for c in world.clones]
        wrong = [p for p, e in files.items() if not any(model.scan(os.path.join(o, p)).get(b"") == e for o in owners)]
        judge.require(not wrong, "restore-wrong", f"{judge.show(wrong)} did not come back: {run}")
        if elsewhere:
            shutil.rmtree(target)


def forget(world, rng, clone):
    """Deletes what can be made anew: stat caches, base, the SQLite index, pack indexes, caches of remotes."""
    what = rng.choice([os.path.join(clone.state_directory, b"stat"), os.path.join(clone.state_directory, b"base"),
                       *(os.path.join(clone.common, b"dls", n) for n in (b"index.sqlite", b"index", b"remotes"))])
    world.act(f"rm -rf {what!r}")
    if os.path.isdir(what):
        shutil.rmtree(what)
    elif os.path.exists(what):
        os.unlink(what)


def git_step(world, rng, clone):
    """What users do with git in between."""
    if clone.merging:
        if rng.random() < 0.5:
            dls(world, rng, clone, "resolve", *rng.choice([[], ["--ours", "."], ["--theirs", "."], ["--both", "."]]))
        world.resolve(rng, clone)
        return
    kind = rng.random()
    if kind < 0.45:
        world.git(clone, "commit", "-q", "-a", "-m", f"step {len(world.log)}")
    elif kind < 0.55:
        world.git(clone, "checkout", "-q", rng.choice(["HEAD~1", "HEAD~2", "main", "side", "one", "two"]))
    elif kind < 0.65:
        world.git(clone, "checkout", "-q", "-b", rng.choice(["one", "two", f"b{rng.randrange(50)}"]))
    elif kind < 0.75:
        world.git_merge(rng, clone, "merge", "-q", "-m", "merge", rng.choice(["main", "side", "one", "two", "origin/main"]))
    elif kind < 0.81:
        world.git(clone, "reset", "-q", "--hard", rng.choice(["HEAD", "HEAD~1", "HEAD~2", "ORIG_HEAD"]))
    elif kind < 0.87:
        world.git(clone, "stash", "-q")
    elif kind < 0.92:
        world.git_merge(rng, clone, "stash", "pop", "-q")
    elif kind < 0.96:
        world.git(clone, "reset", "-q", "HEAD~1")
    else:
        world.git(clone, "branch", "-D", rng.choice(["one", "two"]))


# (weight, step): edits and adds are most of what happens, as with people.
STEPS = [(14, edit), (8, make_something), (14, add), (14, git_step), (12, checkout), (7, pull), (6, push), (14, look), (4, collect), (4, remove),
         (4, trash), (3, forget)]


def one(world, rng):
    """Takes one random step."""
    clone = rng.choices(world.clones, [5, 3, 2])[0]
    step = rng.choices([s for _, s in STEPS], [w for w, _ in STEPS])[0]
    world.count(step.__name__)
    step(world, rng, clone)
    # A user looks at the status often; the rig does so after every fourth step, of the clone it was in.
    if rng.random() < 0.25:
        run, before, _ = dls(world, rng, clone, "status", "--json", "-v", kill=False)
        if run.code == 0:
            judge.after_status(clone, before, run)
