#!/usr/bin/python3
"""Mutates one file of every kind that dls parses and runs the verbs that read it.

    tests/random/mutations.py --program DLS --seed 1 --count 20 [--kind NAME]

Counted are exits of 70 or of no documented code, hangs, memory, deaths by a signal, errors without a line that says so, and wrong silence:
a verb that must see the change exits 0, or an answer that must not change does. All have to be zero; else the exit code is 1.
"""

import argparse
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import formats
import kinds
import known
import scenes
from judge import ENDS_WITHOUT_ERROR_LINE, TRACE
from world import DOCUMENTED

LIMIT_SECONDS = 20
LIMIT_MIB = 600
HUGE = [b"0", b"-1", b"4294967296", b"9223372036854775807", b"99999999999999999999999999", b"1e308", b"1e999", b"nan", b"-0.0", b"0x7f", b"65535"]
NESTING = [b"[", b"{", b'{"a":', b"a: {", b"- ", b"<a>", b"(", b"((((", b"\x80\x02(", b"&a [*a, "]
SPECIAL = [b"\0", b"\r", b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n", b"\t", b"\x1a", b"\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"'", b'"', b"\\", b"%", b": ", b"#", b"..", b"/"]


def change(rng, data):
    """Gives mutated bytes and a word for what was done."""
    how = rng.choice(["flip", "flip", "byte", "truncate", "insert", "delete", "swap lines", "double line", "drop line", "number", "number", "special", "special",
                      "nest", "empty", "garbage", "repeat", "splice", "word"])
    at = rng.randrange(len(data) + 1)
    if how == "flip" and data:
        at = rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:], f"flip a bit of byte {at}"
    if how == "byte" and data:
        at = rng.randrange(len(data))
        return data[:at] + bytes([rng.choice([0, 255, 127, 128, rng.randrange(256)])]) + data[at + 1:], f"set byte {at}"
    if how == "truncate":
        return data[:at], f"truncate at {at}"
    if how == "insert":
        more = rng.randbytes(rng.randrange(1, 40))
        return data[:at] + more + data[at:], f"insert {len(more)} bytes at {at}"
    if how == "delete":
        return data[:at] + data[at + rng.randrange(1, 40):], f"delete bytes at {at}"
    if how in ("swap lines", "double line", "drop line"):
        lines = data.split(b"\n")
        i, k = rng.randrange(len(lines)), rng.randrange(len(lines))
        if how == "swap lines":
            lines[i], lines[k] = lines[k], lines[i]
        elif how == "double line":
            lines.insert(k, lines[i])
        else:
            del lines[i]
        return b"\n".join(lines), f"{how} {i} {k}"
    if how == "number":
        numbers = list(re.finditer(rb"[0-9]+(\.[0-9]+)?", data))
        if numbers:
            one, value = rng.choice(numbers), rng.choice(HUGE)
            return data[:one.start()] + value + data[one.end():], f"number {one.group()[:20]!r} at {one.start()} becomes {value!r}"
        how = "special"
    if how == "special":
        what = rng.choice(SPECIAL)
        return data[:at] + what + data[at:], f"insert {what!r} at {at}"
    if how == "nest":
        what, times = rng.choice(NESTING), rng.choice([100, 3000, 100_000])
        return data[:at] + what * times + data[at:], f"insert {what!r} x {times} at {at}"
    if how == "empty":
        return b"", "empty"
    if how == "repeat":
        times = rng.choice([2, 50, max(2, 4_000_000 // (len(data) + 1))])
        return data * times, f"repeat {times} times"
    if how == "splice":
        k = rng.randrange(len(data) + 1)
        return data[:at] + data[k:k + rng.randrange(1, 200)] + data[at:], f"splice from {k} at {at}"
    if how == "word":
        words = list(re.finditer(rb"[A-Za-z_]+", data))
        if words:
            one, other = rng.choice(words), rng.choice(words).group()
            return data[:one.start()] + other + data[one.end():], f"word {one.group()[:20]!r} at {one.start()} becomes {other[:20]!r}"
    return rng.randbytes(rng.choice([1, 100, max(1, len(data)), 70_000])), "garbage"


def mutate(rng, path):
    """Mutates a file in place; gives what was done."""
    if rng.random() < 0.12:
        kind = rng.choice(["directory", "fifo", "symlink", "dangling", "gone", "unreadable"])
        if kind == "fifo" and os.path.dirname(path).endswith(".git"):
            kind = "directory"  # git itself waits for ever there
        if kind == "unreadable":
            os.chmod(path, 0)
            return "unreadable" + (" (root reads it all the same)" if os.geteuid() == 0 else "")
        os.chmod(os.path.dirname(path), 0o755)
        os.unlink(path)
        if kind == "directory":
            os.mkdir(path)
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "symlink":
            os.symlink("/etc/passwd", path)
        elif kind == "dangling":
            os.symlink("nowhere", path)
        return kind
    with open(path, "rb") as file:
        data = file.read()
    mutated, what = change(rng, data)
    mode = os.stat(path).st_mode
    os.unlink(path)
    with open(path, "wb") as file:
        file.write(mutated)
    os.chmod(path, mode)
    return what if mutated != data else ""


def run(scene, words):
    """Runs dls; gives (exit code or -signal, output, errors, MiB, hung)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen([scene.program, *words], cwd=scene.repo, env=scene.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        ends, hung = time.monotonic() + LIMIT_SECONDS, False
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG if not hung else 0)
            if pid:
                break
            if time.monotonic() > ends:
                hung = True
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(0.004)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return child.returncode, out.read(), err.read(), usage.ru_maxrss // 1024, hung


class Table:
    """Counts of one run, kind by kind, and the findings."""

    COLUMNS = ("mutations", "runs", "70", "hang", "memory", "signal", "other", "silent")

    def __init__(self, over):
        self.rows, self.findings, self.peak, self.over, self.passed = {}, [], 0, over, 0

    def add(self, kind, column, number=1):
        """Counts."""
        row = self.rows.setdefault(kind, dict.fromkeys(self.COLUMNS, 0))
        row[column] += number

    def find(self, kind, column, text, what=""):
        """Counts and keeps a finding; known ones are told by kind, or by what was done."""
        self.add(kind, column)
        if f"{kind}: {column}" in self.over or f"{what}: {column}" in self.over:
            self.passed += 1
            return
        self.findings.append(f"{kind}: {column}: {text}")
        print(f"FOUND {self.findings[-1]}", flush=True)

    def __str__(self):
        lines = ["kind | " + " | ".join(self.COLUMNS)]
        lines += [f"{kind} | " + " | ".join(str(row[c]) for c in self.COLUMNS) for kind, row in self.rows.items()]
        lines.append("all | " + " | ".join(str(sum(row[c] for row in self.rows.values())) for c in self.COLUMNS))
        return "\n".join(lines) + f"\npeak memory of a child {self.peak} MiB; {self.passed} known findings passed over"


def fill_in(scene, line):
    """The words of a verb; {trash} is the entry of the trash."""
    trash = os.path.join(scene.repo, ".git/dls/trash")
    entries = os.listdir(trash) if os.path.isdir(trash) else []
    return [word.replace("{trash}", entries[0] if entries else "none") for word in line.split()]


def try_kind(scene, kind, options, table):
    """Runs the mutations of one kind."""
    before = {line: run(scene, fill_in(scene, line))[1] for line in kind.same}
    for n in range(options.count):
        if options.ends and time.monotonic() > options.ends:
            return
        rng = random.Random(f"{options.seed}/{kind.name}/{n}")
        scene.restore()
        files = sorted(f for pattern in kind.files for f in glob.glob(os.path.join(scene.work, pattern)) if os.path.isfile(f))
        if not files:
            table.find(kind.name, "other", f"no file {kind.files} in scene {kind.scene}")
            return
        path = rng.choice(files)
        what = mutate(rng, path)
        table.add(kind.name, "mutations")
        where = f"seed {options.seed} number {n}: {os.path.relpath(path, scene.work)}: {what}"
        for line in kind.verbs:
            words = fill_in(scene, line)
            code, out, err, mib, hung = run(scene, words)
            table.add(kind.name, "runs")
            table.peak = max(table.peak, mib)
            said = (err + out)[:600].decode("utf-8", "backslashreplace")
            text = f"{where}: dls {' '.join(words)}: exit {code}, {mib} MiB: {said}"
            if hung:
                table.find(kind.name, "hang", text, what)
                break  # the other verbs would wait for the same
            elif code == 70:
                table.find(kind.name, "70", text)
            elif code < 0:
                table.find(kind.name, "signal", text)
            elif code not in DOCUMENTED or TRACE.search(out + err):
                table.find(kind.name, "other", text)
            elif code in (1, 2, 10, 11) and not re.search(rb"^error: ", err, re.M) or code not in ENDS_WITHOUT_ERROR_LINE and not (out + err).strip():
                table.find(kind.name, "other", "no line of error: " + text)
            if mib > LIMIT_MIB:
                table.find(kind.name, "memory", text)
            unchanged = not what or what.startswith("unreadable")
            if code == 0 and line in kind.must_fail and not unchanged and what != "gone":
                table.find(kind.name, "silent", "exit 0 although the bytes changed: " + text)
            if code == 0 and line in kind.same and out != before[line]:
                table.find(kind.name, "silent", "another answer: " + text)


def main():
    """Makes the scenes and tries the kinds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20, help="mutations of each kind")
    parser.add_argument("--kind", default="", help="one kind only")
    parser.add_argument("--known", default="", help="a list of known findings to count and pass over (known.txt)")
    parser.add_argument("--seconds", type=float, default=0, help="end early, but rightly, after so long")
    options = parser.parse_args()
    options.ends = time.monotonic() + options.seconds if options.seconds else 0
    if formats.brotli is None:
        print("error: the reader of packs needs brotli\nhint: run `sudo apt-get install python3-brotli`", file=sys.stderr)
        return 2
    chosen = [k for k in kinds.KINDS if options.kind in ("", k.name)]
    if not chosen:
        print(f"error: try kind '{options.kind}': there is no such kind\nhint: {', '.join(k.name for k in kinds.KINDS)}", file=sys.stderr)
        return 2
    if options.ends:
        random.Random(options.seed).shuffle(chosen)  # what the time leaves out is not always the same
    root = tempfile.mkdtemp(prefix="dls-mutations-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    table, made = Table(known.read(options.known, "mutations")), {}
    try:
        for kind in chosen:
            if kind.scene not in made:
                made[kind.scene] = scenes.Scene(options.program, os.path.join(root, kind.scene))
                getattr(scenes, "make_" + kind.scene)(made[kind.scene])
            made[kind.scene].restore()
            if kind.name == "damaged":
                note_damage(made[kind.scene])
            try_kind(made[kind.scene], kind, options, table)
            if kind.name == "damaged":
                del made[kind.scene]
                shutil.rmtree(os.path.join(root, kind.scene))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(table)
    return 1 if table.findings else 0


def note_damage(scene):
    """Gives the scene a damaged pack that verify has noted."""
    packs = sorted(glob.glob(os.path.join(scene.work, "repo/.git/dls/packs/*.pack")))
    os.chmod(packs[0], 0o644)
    with open(packs[0], "r+b") as file:
        file.seek(80)
        file.write(b"X")
    run(scene, ["verify"])
    shutil.rmtree(scene.pristine)
    scene.save()


if __name__ == "__main__":
    sys.exit(main())
