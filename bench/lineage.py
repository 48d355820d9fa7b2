#!/usr/bin/env python3
"""Measures the index of lineage at size: a repository with many tasks, made with git fast-import. Python 3.9+; Linux.

  lineage.py --dls PATH --dir DIR [--tasks 10000] [--reps 5]
      TASKS tasks, each created in one commit and collected in the same one (--commits 2: in two), with source, data and outputs pointers, ten output
      files, a data set version every hundred tasks (100 projects each), a deployment every fifty. Wall seconds, CPU seconds and peak MiB of
      `dls index rebuild` and of whole commands that ask, beside `dls --version` in the same run.
"""
import argparse, hashlib, json, os, shutil, statistics, subprocess, sys, time


def run(argv, cwd, env):
    stamp = "/tmp/dls-bench-time"
    start = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "-f", "%U %S %M", "-o", stamp, *map(str, argv)], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wall = time.monotonic() - start
    if done.returncode:
        sys.exit(f"{argv} failed: {done.stdout}{done.stderr}")
    user, system, kib = open(stamp).read().split()[-3:]
    return wall, float(user) + float(system), int(kib) / 1024, done.stdout


def digest(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def pointer(oid, kind="tree"):
    files = "files 3\n" if kind == "tree" else ""
    return f"dls-pointer 1\ndemand yes\n{files}kind {kind}\noid {oid}\nsize 1000\n"


def lock(version):
    sources = [{"name": f"p{i}", "kind": "project", "labels": [f"p{i}"], "images": 1000, "distinct": 1000, "masters": [digest(f"master {i} {version if i == version % 100 else 0}")],
                "sameMaster": True, "unreviewed": False} for i in range(100)]
    canvas = {"key": digest("key"), "dirHash": digest(f"dir {version}"), "bytes": 1, "images": 100000, "sides": [80000, 20000, 0], "classes": [], "sources": sources,
              "twins": {"groups": 0, "images": 0, "conflicts": 0, "ceiling": 10000}, "lint": {"errors": 0, "warnings": 0, "codes": {}}}
    return {"format": 1, "recipe": digest("recipe"), "tree": digest(f"tree {version}"), "split": "train 80", "canvases": {"own": canvas}}


def attempt(task, commit):
    ident = hashlib.sha256(f"{task} 1".encode()).hexdigest()[:32]
    version = task // 100
    start = {"n": 1, "id": ident, "kind": "ssd", "kindDigest": digest("kind"), "host": "gpu1", "created": "2026-01-02T03:04:05Z", "by": "A", "commit": commit, "train": "sh train.sh",
             "parameters": {"epochs": "20", "lr": "0.01"}, "classes": ["a", "b"], "accepted": [], "accept": {}, "inputs": [],
             "data": {"name": "game", "canvas": "own", "tree": digest(f"tree {version}"), "dirHash": digest(f"dir {version}"), "layout": "voc", "view": digest(f"view {version}")},
             "sources": [{"path": "../trainer", "commit": commit, "tree": digest(f"source {task // 10}"), "files": 30, "dirty": [], "withheld": []}]}
    if task % 10:
        start["initial"] = {"path": "start.pth", "oid": digest(f"best {task - 1}"), "size": 1000, "task": f"t{task - 1:05}", "attempt": hashlib.sha256(f"{task - 1} 1".encode()).hexdigest()[:32]}
    best = {"path": "out/best.pth", "oid": digest(f"best {task}"), "size": 1000, "at": "2026-01-02T03:04:05Z", "line": 7, "text": "best", "inherited": False}
    end = {"format": 1, "n": 1, "id": ident, "kind": "ssd", "state": "done", "exitCode": 0, "clockAhead": 0, "log": digest(f"log {task}"), "outputs": digest(f"outputs {task}"), "undeclared": [],
           "files": [{"path": f"out/f{i}", "oid": digest(f"file {task} {i}"), "size": 10} for i in range(10)], "best": [best], "weights": best, "weightFacts": {}, "alarms": [],
           "metrics": {"loss": "0.1"}, "started": "2026-01-02T03:04:05Z", "finished": "2026-01-02T03:04:05Z"}
    return ident, start, end


def deployment(task, ident, seq):
    me = hashlib.sha256(f"deploy {task}".encode()).hexdigest()[:32]
    return me, {"format": 1, "seq": seq, "id": me, "target": "field", "kind": "ssd", "action": "deploy", "live": me, "task": f"t{task:05}", "attempt": ident, "outcome": "done",
                "at": "2026-01-02T03:04:05Z", "by": "A", "accept": {}, "files": [{"role": "weight", "what": "file", "path": "models/best.pth", "oid": digest(f"best {task}"), "size": 1000, "files": 1}]}


def make(repo, env, tasks, commits):
    first = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    importer = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=repo, env=env, stdin=subprocess.PIPE)
    out = importer.stdin

    def commit(n, files):
        out.write(f"commit refs/heads/main\ncommitter A <a@example.com> {1700000000 + n} +0000\ndata 1\nx\n".encode())
        if n == 0:
            out.write(f"from {first}\n".encode())
        for path, content in files.items():
            data = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()
            out.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")

    commit(0, {f"projects/p{i}/master/image.jpg": f"master {i} 0" for i in range(100)})
    n = 1
    for task in range(tasks):
        ident, start, end = attempt(task, first)
        name = f"t{task:05}"
        files = {f"tasks/{name}/task.json": {"format": 1, "name": name, "created": "2026-01-02T03:04:05Z", "by": "A", "kinds": ["ssd"], "attempts": [start], "reused": []},
                 f"tasks/{name}/memo.md": f"memo of {name}\n", f"tasks/{name}/attempts/1/source.dls": pointer(digest(f"source {task // 10}")),
                 f"tasks/{name}/attempts/1/data.dls": pointer(digest(f"view {task // 100}"))}
        later = {f"tasks/{name}/attempts/1/attempt.json": end, f"tasks/{name}/attempts/1/outputs.dls": pointer(digest(f"outputs {task}"))}
        if task % 100 == 0:
            version = task // 100
            files.update({"datasets/game.lock": lock(version), "datasets/game.dls": pointer(digest(f"tree {version}")), f"projects/p{version % 100}/master/image.jpg": f"master {version % 100} {version}"})
        if task % 50 == 0:
            me, event = deployment(task, ident, task // 50 + 1)
            later[f".dlstore/deploys/field/{task // 50 + 1:04}-{me}.json"] = event
        if commits == 1:
            commit(n, {**files, **later})
        else:
            commit(n, files)
            n += 1
            commit(n, later)
        n += 1
    out.close()
    if importer.wait():
        sys.exit("git fast-import failed")
    for argv in (["reset", "-q", "--hard"], ["gc", "-q"]):
        subprocess.run(["git", *argv], cwd=repo, env=env, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dls", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=1, choices=(1, 2))
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="use the repository that is in DIR already")
    args = parser.parse_args()
    repo = f"{args.dir}/repo"
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env.update(HOME=f"{args.dir}/home", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8", GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.com", GIT_COMMITTER_NAME="A", GIT_COMMITTER_EMAIL="a@example.com")
    if not args.keep:
        shutil.rmtree(args.dir, ignore_errors=True)
        os.makedirs(f"{args.dir}/home")
        run(["git", "init", "-q", "-b", "main", repo], args.dir, env)
        run([args.dls, "init", "-q"], repo, env)
        run(["git", "commit", "-q", "--no-verify", "-m", "begin"], repo, env)
        make(repo, env, args.tasks, args.commits)
    middle = args.tasks // 2
    best = digest(f"best {middle + 9}")[len("sha256:"):]
    rows = [("index rebuild", ["index", "rebuild"], 1), ("--version (S)", ["--version"], args.reps), ("lineage of weights, up", ["lineage", best], args.reps),
            ("lineage of a prefix, up", ["lineage", best[:10]], args.reps), ("lineage TASK/KIND", ["lineage", f"t{middle:05}/ssd"], args.reps),
            ("lineage of a master that one version has, down", ["lineage", digest(f"master {middle // 100 % 100} {middle // 100}"), "--down"], args.reps),
            ("lineage of a project that all versions have, down", ["lineage", "project:p7", "--down"], 1), ("lineage of the target", ["lineage", "target:field"], args.reps)]
    print(f"{args.tasks} tasks, {args.commits} commit(s) each; {os.path.getsize(repo + '/.git/index') >> 10} KiB of git index")
    print("| command | wall s, median | CPU s | peak MiB |\n|---|---:|---:|---:|")
    for name, argv, reps in rows:
        measured = [run([args.dls, *argv], repo, env) for _ in range(reps)]
        wall, cpu, mib = (statistics.median(m[i] for m in measured) for i in range(3))
        print(f"| {name} | {wall:.3f} | {cpu:.2f} | {mib:.0f} |", flush=True)
    print(f"| index file | | | {os.path.getsize(repo + '/.git/dls/index.sqlite') / 2**20:.0f} MiB on disk |")


main()
