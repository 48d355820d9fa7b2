#!/usr/bin/python3
"""Plants defects into dls and sees whether the random histories find each one: a rig that cannot fail proves nothing.

    tests/random/planted.py --program DLS
"""

import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# name: (shell that runs after a good run of the verb, with $out the output's file; the rules of which one has to break)
DEFECTS = {
    "gc takes a pack too much": ("gc", 'f=$(ls .git/dls/packs/*.pack 2>/dev/null | tail -n 1); [ -z "$f" ] || rm -f "$f"', {"gc-lost"}),
    "push loses a pack": ("push", 'f=$(find ../remote/packs -name "*.pack" | tail -n 1); [ -z "$f" ] || rm -f "$f"', {"pin-incomplete", "push-incomplete"}),
    "a pack is damaged by add": ("add", 'f=$(ls .git/dls/packs/*.pack 2>/dev/null | tail -n 1); [ -z "$f" ] || { chmod u+w "$f"; printf X | dd of="$f" bs=1 seek=60 conv=notrunc 2>/dev/null; }',
                                 {"visible-object"}),
    "checkout empties the trash": ("checkout", "rm -rf .git/dls/trash/*", {"bytes-lost"}),
    "status always says clean": ("status", "sed -i 's/\"isClean\":false/\"isClean\":true/g' \"$out\"", {"status-clean", "status-state"}),
    "add names other bytes": ("add", 'for f in *.dls; do [ ! -f "$f" ] || sed -i "s/^oid sha256:./oid sha256:0/" "$f"; done', {"pointer-before-objects", "add-wrong", "add-pointer"}),
    "add drops what it was not told": ("add", 'rm -rf data/* data/.[!.]*', {"bytes-lost", "add-wrong"}),
    "checkout leaves a file as it was": ("checkout", 'f=$(find data -type f 2>/dev/null | head -n 1); [ -z "$f" ] || printf wrong > "$f"', {"checkout-wrong", "bytes-lost"}),
    "verify writes": ("verify", "touch data.new", {"reader-wrote"}),
    "an internal error": ("diff", "exit 70", {"exit-code"}),
}

WRAPPER = """#!/bin/sh
out=$(mktemp)
'{program}' "$@" > "$out"
code=$?
if [ $code = 0 ] && [ "$1" = {verb} ]; then
    {shell}
fi
cat "$out"
rm -f "$out"
exit $code
"""


def main():
    """Tries every defect with a few seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--steps", type=int, default=250)
    options = parser.parse_args()
    missed = 0
    for name, (verb, shell, rules) in DEFECTS.items():
        with tempfile.TemporaryDirectory() as directory:
            program = os.path.join(directory, "dls")
            with open(program, "w", encoding="utf-8") as file:
                file.write(WRAPPER.format(program=os.path.abspath(options.program), verb=verb, shell=shell))
            os.chmod(program, 0o755)
            found = None
            for seed in (1, 2, 3):
                done = subprocess.run([sys.executable, "-B", os.path.join(HERE, "histories.py"), "--program", program, "--seed", str(seed), "--steps", str(options.steps), "--kills", "0",
                                       "--full", "0", "--known", os.path.join(HERE, "known.txt")], capture_output=True, check=False)
                lines = done.stdout.decode("utf-8", "replace").split("\n")
                at = [i for i, line in enumerate(lines) if line.startswith("FAILED: ")]
                if at:
                    found = f"{lines[at[0]][8:]}: {lines[at[0] + 1][:100]}"
                    break
        right = found is not None and any(f": {rule}: " in found for rule in rules)
        missed += not right
        print(f"{'found' if right else 'MISSED'}: {name}: {found}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
