#!/usr/bin/python3
"""Random histories over clones of one repository, driven through the built program and judged by an independent model.

    tests/random/histories.py --program DLS --seed 1 --steps 500
    tests/random/histories.py --program DLS --seed 1 --minutes 60 --steps 300

With --minutes, histories of --steps steps run one after the other with the seeds N, N+1, ... A step that breaks an invariant prints the
seed, the step, the rule and every command so far, keeps the files (--keep) and ends with exit code 1. The same seed takes the same steps,
as far as the moments of kills allow.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import traceback

import formats
import known
import steps
from world import Violation, World


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the dls to judge")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=300, help="steps of one history")
    parser.add_argument("--minutes", type=float, default=0, help="go on with further seeds for so long")
    parser.add_argument("--seconds", type=float, default=0, help="end the history early, but rightly, after so long")
    parser.add_argument("--kills", type=float, default=0.12, help="share of commands that are killed")
    parser.add_argument("--full", type=float, default=0.05, help="share of commands that run on a full disk, where one can be mounted")
    parser.add_argument("--out", default="", help="where files are kept; else a temporary directory")
    parser.add_argument("--keep", action="store_true", help="keep the files of a failing history")
    parser.add_argument("--ignore", default="", help="rules to count and pass over, separated by commas")
    parser.add_argument("--known", default="", help="a list of known findings to count and pass over (known.txt)")
    parser.add_argument("--more", action="store_true", help="go on with the next seed after a failing history")
    return parser.parse_args()


def history(options, seed, totals):
    """Runs one history; returns whether every invariant held."""
    where = options.out or ("/dev/shm" if os.path.isdir("/dev/shm") else None)
    if where:
        os.makedirs(where, exist_ok=True)
    root = tempfile.mkdtemp(prefix=f"dls-random-{seed}-", dir=where)
    world = World(options.program, root, seed)
    world.kill_rate, world.full_rate = options.kills, options.full
    failed, step, over = None, 0, {*options.ignore.split(",")} | known.read(options.known, "histories")
    ends = time.monotonic() + options.seconds if options.seconds else None
    try:
        world.begin()
        if not world.mounts:
            print("note: small disks cannot be mounted here (not root), so no command runs on a full disk", flush=True)
        for step in range(1, options.steps + 1):
            world.log.append(f"# --- step {step}")
            rng = random.Random(f"{seed}/{step}")
            try:
                steps.one(world, rng)
            except Violation as e:
                if e.rule not in over:
                    raise
                world.count(f"passed over: {e.rule}")
            if ends and time.monotonic() > ends:
                break
    except Violation as e:
        failed = e
    except Exception:
        failed = Violation("rig", traceback.format_exc())
    finally:
        world.end(keep=failed is not None and options.keep)
    totals["histories"] = totals.get("histories", 0) + 1
    totals["steps"] = totals.get("steps", 0) + step
    for what, number in world.counts.items():
        totals[what] = totals.get(what, 0) + number
    totals["peak MiB"] = world.peak_memory()
    if failed:
        kept = f", kept in {root}" if options.keep else ""
        print("\n".join(world.log))
        print(f"FAILED: seed {seed}, step {step}{kept}\n{failed}", flush=True)
    return failed is None


def main():
    """Runs histories and prints what was done."""
    options = arguments()
    if formats.brotli is None:
        print("error: the reader of packs needs brotli\nhint: run `sudo apt-get install python3-brotli`", file=sys.stderr)
        return 2
    if shutil.which(options.program) is None:
        print(f"error: run '{options.program}': there is no such program", file=sys.stderr)
        return 2
    totals, seed, right, ends = {}, options.seed, True, time.monotonic() + 60 * options.minutes
    while True:
        right = history(options, seed, totals) and right
        seed += 1
        if not right and not options.more or time.monotonic() >= ends:
            break
        print(f"seed {seed - 1}: {totals['steps']} steps so far", flush=True)
    print("; ".join(f"{number} {what}" for what, number in totals.items()))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
