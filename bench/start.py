#!/usr/bin/env python3
"""What a start costs: CPU (user + system, children included), wall time and page faults of short commands, medians of rounds in which each program takes its turn.

start.py --dir DIR --dls PROGRAM [--dls PROGRAM ...]   git and git-lfs run beside, where they are installed.
"""
import argparse
import os
import resource
import shutil
import subprocess
import time

ROUNDS = 21


def run(directory, *command):
    subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(directory, name, prepare):
    """A repository with five small files below data."""
    root = os.path.join(directory, name)
    os.makedirs(os.path.join(root, "data"))
    run(root, "git", "init", "-q", ".")
    for number in range(5):
        with open(os.path.join(root, "data", str(number)), "w", encoding="ascii") as file:
            file.write(f"{number}\n")
    for command in prepare:
        run(root, *command)
    run(root, "git", "add", "-A")
    run(root, "git", "-c", "user.name=B", "-c", "user.email=b@example.org", "commit", "-q", "--no-verify", "-m", "one")
    return root


def measure(command, directory):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu * 1e3, wall * 1e3, after.ru_minflt - before.ru_minflt


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True)
    parser.add_argument("--dls", action="append", required=True)
    options = parser.parse_args()
    first = os.path.abspath(options.dls[0])
    repo = make(options.dir, "small", [(first, "init"), (first, "remote", "add", "lab", "../lab", "--default"), (first, "add", "data")])
    cases = [(os.path.abspath(dls), words, repo) for words in ("--version", "status", "add data", "push --dry-run") for dls in options.dls]
    cases += [("git", "--version", repo), ("git", "status", repo)]
    if shutil.which("git-lfs"):
        lfs = make(options.dir, "lfs", [("git", "lfs", "install", "--local"), ("git", "lfs", "track", "data/**")])
        cases += [("git-lfs", "version", lfs), ("git-lfs", "status", lfs)]
    found = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case in cases:
            found[case].append(measure([case[0], *case[1].split()], case[2]))
    print("command | CPU ms, median | wall ms, median | wall ms, least | page faults")
    for case in sorted(cases, key=lambda c: c[1]):
        cpu, wall, faults = (sorted(column) for column in zip(*found[case]))
        middle = ROUNDS // 2
        print(f"{case[0]} {case[1]} | {cpu[middle]:.1f} | {wall[middle]:.1f} | {wall[0]:.1f} | {faults[middle]}")


if __name__ == "__main__":
    main()
