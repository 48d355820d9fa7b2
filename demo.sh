#!/usr/bin/env bash
# Shows dls at work in a temporary directory; the checkout stays as it is. Every command is printed before its output.
set -euo pipefail
checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Builds the program unless artifacts/ holds one that is newer than every source.
program=$checkout/artifacts/publish/dls
if [[ ! -x $program || -n $(find "$checkout/src" "$checkout"/Directory.*.props -name obj -prune -o -name bin -prune -o -type f -newer "$program" -print -quit) ]]; then
    printf 'building dls, this takes half a minute...\n'
    dotnet publish "$checkout/src/DlStore.Cli" --configuration Release --runtime linux-x64 --output "$checkout/artifacts/publish" --verbosity quiet --nologo
    touch -- "$program"
fi

place=$(mktemp -d)
trap 'rm -rf -- "$place"' EXIT
# A home of its own: the user's git settings neither help nor hurt.
export HOME=$place/home GIT_CONFIG_NOSYSTEM=1 PATH=$checkout/artifacts/publish:$PATH
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
mkdir -- "$HOME"
git config --global user.name Demo
git config --global user.email demo@example.org
git config --global init.defaultBranch main
cd -- "$place"

say() { printf '\n# %s\n' "$*"; }

# Prints a command as it would be typed, then runs it.
run() {
    printf '$'
    printf ' %q' "$@"
    printf '\n'
    "$@"
}

say "the program"
run dls version

# One picture: a disc on a gradient, as a plain PPM; every number gives another one.
draw() {
    awk -v n="$2" 'BEGIN {
        w = 64; x0 = 12 + (n * 7) % 40; y0 = 12 + (n * 13) % 40; r = 5 + n % 9
        print "P3\n" w " " w "\n255"
        for (y = 0; y < w; y++) for (x = 0; x < w; x++) {
            d = (x - x0) * (x - x0) + (y - y0) * (y - y0)
            if (d < r * r) print 255 - (n * 3) % 200, 40, 60; else print x * 4, y * 4, (n * 5) % 256
        }
    }' > "$1"
}

say "a git repository with 120 drawn pictures and a weight file of 3 MiB"
git init --quiet --bare origin.git
git init --quiet work
cd work
git remote add origin "$place/origin.git"
mkdir -p data/train data/val weights
for n in $(seq 0 119); do
    if (( n % 5 )); then draw "data/train/disc_$n.ppm" "$n"; else draw "data/val/disc_$n.ppm" "$n"; fi
done
ln -s train/disc_1.ppm data/example.ppm
head -c 3145728 /dev/urandom > weights/best.pth
run du -sh data weights

say "make it a dls repository, with a directory as its remote"
run dls init
run dls remote add lab "$place/lab" --default

say "store the bytes; git gets two small pointers"
run dls add data weights/best.pth
run cat data.dls
run git commit --quiet --message "first data and weights"
run git tag v1
run dls status

say "git push sends the bytes first, through the hook"
run git push --quiet origin main --tags
run dls status
run find "$place/lab" -type f -printf '%8s  %P\n'

say "a colleague clones and gets every byte back"
cd "$place"
run git clone --quiet origin.git colleague
cd colleague
run dls status
run dls pull
run diff --recursive "$place/work/data" data
run cmp "$place/work/weights/best.pth" weights/best.pth

say "one picture changes, one goes, one is renamed: the pointer changes by two lines, push sends a few KB"
cd "$place/work"
draw data/train/disc_1.ppm 77
rm data/train/disc_2.ppm
mv data/val/disc_0.ppm data/val/first.ppm
run dls status --verbose
run dls add data
run git commit --quiet --message "better discs"
run git tag v2
run git diff --stat v1 v2
run dls diff v1 v2
run dls push
run dls push

say "back to v1 and forward again; only what differs is touched"
run git checkout --quiet v1
run dls status
run dls checkout
run diff --recursive "$place/colleague/data" data
run git checkout --quiet main
run dls checkout
run git push --quiet origin main --tags

say "damage a pack of the local store: verify names what is hit, fetch gets it again"
pack=$(find .git/dls/packs -name '*.pack' -size +20k | sort | head -n 1)
chmod u+w "$pack"
printf 'X' | dd of="$pack" bs=1 seek=4000 conv=notrunc status=none
run dls verify || printf '(exit code %s)\n' $?
run dls fetch --all
run dls verify || true
run dls cat data/train/disc_3.ppm | head -n 2
run dls where data/train/disc_1.ppm

say "the colleague follows"
cd "$place/colleague"
run git pull --quiet
run dls pull
run dls verify

say "the colleague's tree against the original, byte for byte"
run diff --recursive --no-dereference "$place/work/data" data
run cmp "$place/work/weights/best.pth" weights/best.pth
printf '\nequal: %s files, tree %s\n' "$(find data weights -type f -o -type l | wc -l)" "$(sed -n 's/^oid //p' data.dls)"
