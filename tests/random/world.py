"""Clones, remotes, small disks and processes of one random history, and the log that lets a person repeat it."""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import time

import contents
import formats
import model

LIMIT_SECONDS = 60
LARGE = 65536
DOCUMENTED = {0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 130}


class Violation(Exception):
    """An invariant does not hold: `rule` names which."""

    def __init__(self, rule, message):
        super().__init__(f"{rule}: {message}")
        self.rule = rule


class Run:
    """How one command ended."""

    def __init__(self, arguments, code, out, err, killed, seconds):
        self.arguments, self.code, self.out, self.err, self.killed, self.seconds = arguments, code, out, err, killed, seconds

    def __str__(self):
        text = b"\n".join(part for part in (self.out, self.err) if part).decode("utf-8", "backslashreplace")
        return f"exit {self.code}{' (killed)' if self.killed else ''}\n{text[:4000]}"


class Clone:
    """One work tree with what the model reads of it. A linked work tree shares its store with the clone it was made from."""

    def __init__(self, world, name, owner=None):
        self.world, self.name, self.path = world, name, os.path.join(world.root, name)
        self.common = os.path.join((owner or self).path, b".git")
        self.state_directory = os.path.join(self.common, b"worktrees", name, b"dls") if owner else os.path.join(self.common, b"dls")
        self.store = owner.store if owner else model.Objects(os.path.join(self.common, b"dls"), world.trees)
        self.merging = False

    def at(self, relative):
        """The absolute path of something in the work tree."""
        return os.path.join(self.path, relative)

    def pointers(self):
        """{managed path: pointer or None if its file cannot be read as one}, of the work tree."""
        found = {}
        for at, directories, names in os.walk(self.path):
            directories[:] = [d for d in directories if d != b".git"]
            for one in names:
                path = os.path.join(at, one)
                if one.endswith(b".dls") and os.path.isfile(path):
                    relative = os.path.relpath(path, self.path)[:-4]
                    try:
                        with open(path, "rb") as file:
                            found[relative] = formats.read_pointer(file.read())
                    except ValueError:
                        found[relative] = None
        return found

    def base(self):
        """{managed path: {path: (mode, oid)}} of what was written out here; None for a tree whose nodes were never seen."""
        try:
            with open(os.path.join(self.state_directory, b"base"), "rb") as file:
                lines = formats.read_base(file.read())
        except FileNotFoundError:
            return {}
        found = {}
        for path, (kind, oid, mode) in lines.items():
            if kind == "tree":
                found[path] = dict(self.world.trees.flat(oid)) if self.world.trees.knows(kind, oid) else None
            else:
                found[path] = {b"": (2 if mode and mode & 0o100 else 1, oid)}
        return found

    def flat(self, pointer):
        """{path: (mode, oid)} of what a pointer names; None if its listing was never seen."""
        if pointer is None or not self.world.trees.knows(pointer["kind"], pointer["oid"]):
            return None
        if pointer["kind"] == "tree":
            return self.world.trees.flat(pointer["oid"])
        return {b"": (2 if "exec" in pointer else 1, pointer["oid"])}

    def disk(self, path):
        """{path: (mode, oid)} of what lies at a managed path."""
        found = model.scan(self.at(path))
        if found.get(b"", (0,))[0] == model.DIRECTORY:
            found = {}
        return found

    def bytes_here(self):
        """(all of the work tree, all of the trash) as {path: (mode, oid)}."""
        return model.scan(self.path, skip=(b".git",)), model.scan(os.path.join(self.common, b"dls", b"trash"))

    def has_journal(self):
        """Says whether an interrupted checkout is noted."""
        try:
            return bool(os.listdir(os.path.join(self.state_directory, b"journal")))
        except FileNotFoundError:
            return False


class World:
    """Everything of one history."""

    def __init__(self, program, root, seed):
        self.root, self.seed = os.fsencode(root), seed
        self.program = os.path.abspath(program)
        self.trees = model.Trees()
        self.log, self.counts, self.mounts = [], {}, []
        self.durations, self.written = {}, set()
        self.kill_rate, self.full_rate = 0.12, 0.05
        self.environment = {
            "PATH": os.path.dirname(self.program) + ":/usr/local/bin:/usr/bin:/bin", "HOME": os.path.join(root, "home"), "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com", "GIT_EDITOR": "true"}
        if "DOTNET_ROOT" in os.environ:
            self.environment["DOTNET_ROOT"] = os.environ["DOTNET_ROOT"]
        os.makedirs(self.environment["HOME"])
        self.remote = model.Objects(os.path.join(self.root, b"remote"), self.trees)
        self.checked_pins = {}
        self.clones = []

    def begin(self):
        """Makes the git remote, two clones (the second may be a small disk) and a linked work tree of the first."""
        for name in (b"remote", b"b"):
            self.mount(name)
        self.git(None, "init", "-q", "--bare", "-b", "main", "git")
        self.git(None, "clone", "-q", "git", "a")
        first = Clone(self, b"a")
        self.clones.append(first)
        self.git(first, "symbolic-ref", "HEAD", "refs/heads/main")
        for line in (["init"], ["config", "core.packThreshold", str(LARGE)], ["remote", "add", "lab", self.root + b"/remote", "--default"]):
            run = self.start(first, line)
            if run.code != 0:
                raise Violation("setup", f"{line}: {run}")
        self.git(first, "add", "-A")
        self.git(first, "commit", "-qm", "begin")
        self.git(first, "push", "-q", "-u", "origin", "main", "--no-verify")
        self.git(None, "clone", "-q", "git", "b")
        self.clones.append(Clone(self, b"b"))
        self.start(self.clones[1], ["init"])
        self.git(first, "worktree", "add", "-q", "-b", "side", "../c")
        self.clones.append(Clone(self, b"c", owner=first))

    def mount(self, name):
        """Puts a small file system at a place, where that is allowed."""
        path = os.path.join(self.root, name)
        os.makedirs(path, exist_ok=True)
        if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "dls-random", path], capture_output=True).returncode == 0:
            self.mounts.append(path)

    def end(self, keep=False):
        """Takes the small disks away, and everything else unless it is to be kept."""
        for path in self.mounts:
            if keep:
                shutil.copytree(path, path + b".kept", symlinks=True)
            subprocess.run(["umount", "-l", path], capture_output=True)
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)

    def count(self, what, number=1):
        """Counts something for the summary."""
        self.counts[what] = self.counts.get(what, 0) + number

    def note(self, clone, words, remark=""):
        """Logs a line as a shell would take it."""
        line = " ".join(shlex.quote(os.fsdecode(w)) for w in words)
        where = os.fsdecode(clone.name) if clone else "."
        self.log.append(f"(cd {where}; {line}){'  # ' + remark if remark else ''}")

    def git(self, clone, *arguments, check=False):
        """Runs git."""
        words = ["git", *arguments]
        self.note(clone, words)
        done = subprocess.run([os.fsencode(w) for w in words], cwd=clone.path if clone else self.root, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=LIMIT_SECONDS)
        self.log[-1] += f"  # exit {done.returncode}"
        if check and done.returncode != 0:
            raise Violation("git", f"{words}: {done.stderr}")
        return done

    def start(self, clone, arguments, kill_after=None, group=True, program=None):
        """Runs dls (or git with dls's hook) to its end or to its SIGKILL."""
        words = [program or "dls", *arguments]
        self.note(clone, words)
        begin = time.monotonic()
        child = subprocess.Popen([os.fsencode(w) for w in [program or self.program, *arguments]], cwd=clone.path, env=self.environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        killed = False
        try:
            out, err = child.communicate(timeout=kill_after if kill_after is not None else LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            killed = True
            try:
                os.killpg(child.pid, signal.SIGKILL) if group else child.kill()
            except ProcessLookupError:
                pass
            out, err = child.communicate()
            if kill_after is None:
                raise Violation("hang", f"{words} took over {LIMIT_SECONDS} s")
        seconds = time.monotonic() - begin
        run = Run(words, -9 if killed else child.returncode, out, err, killed, seconds)
        self.log[-1] += f"  # killed after {seconds:.3f} s" if killed else f"  # exit {run.code}"
        if not killed:
            verb = os.fsdecode(arguments[0])
            self.durations[verb] = 0.7 * self.durations.get(verb, seconds) + 0.3 * seconds
        return run

    def peak_memory(self):
        """Peak memory of any child so far, in MiB."""
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024

    def write(self, clone, path, data):
        """Writes a file by hand, as a user would: new bytes under the old name."""
        self.log.append(f"# write {len(data)} bytes {data[:24]!r} to {os.fsdecode(clone.name)}/{os.fsdecode(path)!r}")
        with open(clone.at(path), "wb") as file:
            file.write(data)
        if data:
            self.written.add(formats.sha(data))

    def new_content(self, rng):
        """Content that was never seen before."""
        return contents.content(rng, LARGE)

    def act(self, what):
        """Logs something done by hand."""
        self.log.append(f"# {what}")

    def symlink(self, clone, path, target):
        """Makes a symlink by hand."""
        self.act(f"ln -s {target!r} {os.fsdecode(clone.name)}/{os.fsdecode(path)!r}")
        os.symlink(target, clone.at(path))
        self.written.add(formats.sha(target))

    def remove(self, clone, path):
        """Deletes a file or directory by hand."""
        self.act(f"rm -rf {os.fsdecode(clone.name)}/{os.fsdecode(path)!r}")
        full = clone.at(path)
        if os.path.isdir(full) and not os.path.islink(full):
            shutil.rmtree(full)
        elif os.path.lexists(full):
            os.unlink(full)

    def fill(self, rng, clone):
        """Fills the small disk of a clone or of the remote up to a few KiB; returns the file that does so, or None."""
        mounts = [m for m in self.mounts if m in (clone.path, os.path.join(self.root, b"remote"))]
        if not mounts:
            return None
        mount = rng.choice(mounts)
        path = os.path.join(mount, b".git", b"filler") if mount == clone.path else os.path.join(mount, b"tmp", b"filler")
        if not os.path.isdir(os.path.dirname(path)):
            return None
        disk = os.statvfs(mount)
        size = disk.f_bavail * disk.f_frsize - rng.choice([0, 4096, 8192, 16384, 65536, 262144])
        if size <= 0:
            return None
        self.act(f"fill {os.fsdecode(mount)!r} with {size} bytes during the next command")
        with open(path, "wb") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError:
                pass
        return path

    def settle(self, clone):
        """What a user does after a kill: git's own lock of the index is removed, as git says."""
        lock = os.path.join(self.git_directory(clone), b"index.lock")
        time.sleep(0.05)
        if os.path.exists(lock):
            self.act(f"rm {lock!r}")
            os.unlink(lock)

    def git_directory(self, clone):
        """The git directory of a work tree."""
        return os.path.dirname(clone.state_directory)

    def branch(self, clone):
        """The branch that is checked out, or None."""
        done = self.git(clone, "symbolic-ref", "-q", "--short", "HEAD")
        return done.stdout.strip() if done.returncode == 0 else None

    def git_merge(self, rng, clone, *arguments):
        """Runs a git command that may end in conflicts; they are resolved at once, or stay for a few steps."""
        self.git(clone, *arguments)
        if self.unmerged(clone):
            self.count("conflicts")
            clone.merging = True
            if rng.random() < 0.4:
                self.resolve(rng, clone)

    def unmerged(self, clone):
        """The paths that git calls unmerged."""
        listed = self.git(clone, "diff", "--name-only", "--diff-filter=U", "-z").stdout
        return [p for p in listed.split(b"\0") if p]

    def resolve(self, rng, clone):
        """Ends a conflict: abort, or one side for each path."""
        clone.merging = False
        if rng.random() < 0.3:
            self.git(clone, "reset", "-q", "--merge")
            return
        for path in self.unmerged(clone):
            side = rng.choice(["--ours", "--theirs"])
            if self.git(clone, "checkout", side, "--", path).returncode == 0:
                self.git(clone, "add", "-f", "--", path)
            else:
                self.git(clone, "rm", "-q", "-f", "--", path)
        self.git(clone, "commit", "-q", "-a", "-m", "resolved")
