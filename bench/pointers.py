#!/usr/bin/env python3
"""Measures what many pointers cost beside one: the same files, as N pointers of one file and as one pointer of N files. Python 3.9+, nothing else; Linux.

  pointers.py pairs  --dls PATH --dir DIR [--files 1000] [--reps 5]
      each verb of both shapes in the same pass, alternating; prints CPU and wall seconds and the ratio of the pairs
  pointers.py growth --dls PATH --dir DIR [--sizes 100,1000,10000]
      N pointers of one file: CPU and wall seconds and peak MiB of each verb
  pointers.py flush  --dir DIR [--counts 1,4,16,64,256,1024]
      the two ways to make N new files durable: fsync of each, and one syncfs; what DiskFlush chooses between

DIR should be on the file system you care about. Where other work shares the machine, compare CPU and ratios, not wall seconds.
"""
import argparse, ctypes, os, shutil, statistics, time

from bench import GIT, Bench, new_repo

VERBS = ["add", "add again", "status", "pull", "add of changes", "checkout", "checkout again"]


def make_files(root, count, version):
    """Small files in directories of 1,000, incompressible, the same on every machine."""
    import random
    for i in range(count):
        path = f"{root}/part_{i // 1000:04d}/f_{i:06d}.bin"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "wb") as f:
            f.write(random.Random(f"{version}-{i}").randbytes(3000 + i % 100))
        os.replace(path + ".new", path)


class Shape:
    """One repository with its clone, and the verbs in the order in which they can be run."""

    def __init__(self, b, name, count, many):
        self.b, self.count, self.many = b, count, many
        self.repo, self.bare, self.remote = new_repo(b, name, None)
        self.clone = self.repo + ".clone"
        make_files(self.repo + "/data", count, "v1")

    def dls(self, *argv, cwd=None):
        return self.b.timed(self.b.dls, *argv, cwd=cwd or self.repo)

    def add(self):
        return self.dls("add", "data/part_*/*.bin" if self.many else "data")

    def run(self, verb):
        """Brings the repository to where the verb starts, and measures it."""
        b = self.b
        if verb == "pull":
            b.quiet(*GIT, "add", "-A", cwd=self.repo)
            b.quiet(*GIT, "commit", "-q", "-m", "one", cwd=self.repo)
            b.quiet(b.dls, "push", cwd=self.repo)
            b.quiet(*GIT, "push", "-q", "--no-verify", "origin", "main", cwd=self.repo)
            shutil.rmtree(self.clone, ignore_errors=True)
            b.quiet(*GIT, "clone", "-q", "file://" + self.bare, self.clone)
            return self.dls("pull", cwd=self.clone)
        if verb == "add of changes":
            make_files(self.repo + "/data", self.count, "v2")
        if verb == "checkout":
            b.quiet(*GIT, "commit", "-q", "-a", "-m", "two", cwd=self.repo)
            b.quiet(*GIT, "checkout", "-q", "HEAD~", cwd=self.repo)
        # A status or an add within the clock's tick of a write has to hash once more: that is not what is measured here.
        time.sleep(0.05)
        return self.add() if verb.startswith("add") else self.dls("checkout" if verb.startswith("checkout") else verb)

    def drop(self):
        for d in (self.repo, self.bare, self.remote, self.clone):
            shutil.rmtree(d, ignore_errors=True)


def pairs(a):
    b = Bench(a.dls, a.dir)
    rows = {v: [] for v in VERBS}
    for rep in range(a.reps):
        shapes = [Shape(b, f"one-{rep}", a.files, False), Shape(b, f"many-{rep}", a.files, True)]
        for verb in VERBS:
            # Neither shape always goes first.
            order = shapes if rep % 2 == 0 else shapes[::-1]
            took = {s.many: s.run(verb) for s in order}
            rows[verb].append((took[False], took[True]))
            (w1, c1, _), (w2, c2, m2) = took[False], took[True]
            print(f"  {verb:16} one {c1:6.2f} CPU {w1:6.2f} wall   many {c2:6.2f} CPU {w2:6.2f} wall   ratio {c2 / c1:5.2f} CPU {w2 / w1:5.2f} wall", flush=True)
        for s in shapes:
            s.drop()
    median = statistics.median
    print(f"\n| {a.files} files, medians of {a.reps} | one pointer, CPU s | wall s | {a.files} pointers, CPU s | wall s | ratio CPU (min to max) | ratio wall | peak MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for verb, took in rows.items():
        cpu = [m[1] / o[1] for o, m in took]
        wall = [m[0] / o[0] for o, m in took]
        print(f"| {verb} | {median(o[1] for o, _ in took):.2f} | {median(o[0] for o, _ in took):.2f} | {median(m[1] for _, m in took):.2f} | {median(m[0] for _, m in took):.2f} | "
              f"{median(cpu):.2f} ({min(cpu):.2f} to {max(cpu):.2f}) | {median(wall):.2f} | {max(m[2] for _, m in took):.0f} |")


def growth(a):
    b = Bench(a.dls, a.dir)
    for n in (int(x) for x in a.sizes.split(",")):
        shape = Shape(b, f"g{n}", n, True)
        for verb in VERBS:
            wall, cpu, mib = shape.run(verb)
            print(f"| {n} | {verb} | {cpu:.2f} | {wall:.2f} | {1000 * cpu / n:.3f} | {mib:.0f} |", flush=True)
        shape.drop()


def flush(a):
    libc = ctypes.CDLL("libc.so.6", use_errno=True)
    base = f"{a.dir}/flush"
    shutil.rmtree(base, ignore_errors=True)
    print("| new files of 4 KiB | fsync of each, ms | one syncfs, ms |\n|---:|---:|---:|")
    for n in (int(x) for x in a.counts.split(",")):
        took = {"each": [], "all": []}
        for rep in range(a.reps):
            for way in took:
                directory = f"{base}/{n}-{rep}-{way}"
                os.makedirs(directory)
                for i in range(n):
                    with open(f"{directory}/{i}", "wb") as f:
                        f.write(os.urandom(4096))
                start = time.monotonic()
                names = [f"{directory}/{i}" for i in range(n)] + [directory] if way == "each" else [directory]
                for name in names:
                    fd = os.open(name, os.O_RDONLY)
                    os.fsync(fd) if way == "each" else libc.syncfs(fd)
                    os.close(fd)
                took[way].append(1000 * (time.monotonic() - start))
        print(f"| {n} | {statistics.median(took['each']):.1f} | {statistics.median(took['all']):.1f} |", flush=True)
    shutil.rmtree(base)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    s = p.add_subparsers(dest="cmd", required=True)
    for name in ("pairs", "growth", "flush"):
        q = s.add_parser(name)
        q.add_argument("--dir", required=True)
        q.add_argument("--reps", type=int, default=5)
        if name != "flush":
            q.add_argument("--dls", required=True)
        q.add_argument("--files", type=int, default=1000)
        q.add_argument("--sizes", default="100,1000,10000")
        q.add_argument("--counts", default="1,4,16,64,256,1024")
    a = p.parse_args()
    a.dir = os.path.abspath(a.dir)
    a.dls = os.path.abspath(a.dls) if a.cmd != "flush" else None
    os.makedirs(a.dir, exist_ok=True)
    {"pairs": pairs, "growth": growth, "flush": flush}[a.cmd](a)


if __name__ == "__main__":
    main()
