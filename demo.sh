#!/usr/bin/env bash
# Shows dls at work in a temporary directory; the checkout stays as it is. Every command is printed before its output.
set -euo pipefail

# The pictures of this walk are drawn here and made JPEG files with cjpeg; dls itself needs libturbojpeg to make images.
missing=()
command -v cjpeg >/dev/null || missing+=(libjpeg-turbo-progs)
{ ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -qF libturbojpeg.so.0 || missing+=(libturbojpeg0)
command -v git >/dev/null || missing+=(git)
if (( ${#missing[@]} > 0 )); then
    install="apt-get install --yes --no-install-recommends ${missing[*]}"
    if (( EUID == 0 )) && command -v apt-get >/dev/null; then
        printf 'installing %s\n' "${missing[*]}"
        # shellcheck disable=SC2086 # the line is words
        DEBIAN_FRONTEND=noninteractive $install >/dev/null || { apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive $install >/dev/null; }
    else
        printf 'error: this walk needs %s\nhint: run `sudo %s`\n' "${missing[*]}" "$install" >&2
        exit 1
    fi
fi

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Builds the program unless artifacts/ holds one that is newer than every source.
program=$checkout/artifacts/publish/dls
if [[ ! -x $program || -n $(find "$checkout/src" "$checkout"/Directory.*.props -name obj -prune -o -name bin -prune -o -type f -newer "$program" -print -quit) ]]; then
    printf 'building dls, this takes half a minute...\n'
    dotnet publish "$checkout/src/DlStore.Cli" --configuration Release --runtime linux-x64 --output "$checkout/artifacts/publish" --verbosity quiet --nologo -p:RunAnalyzers=false
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

# A crop of a game screen: a disc with a cross on it (a close button), or a bar with a frame (an advertisement's button), drawn with some grain.
crop() {
    awk -v w="$2" -v h="$3" -v kind="$1" 'BEGIN {
        print "P3\n" w " " h "\n255"
        s = 7
        for (y = 0; y < h; y++) for (x = 0; x < w; x++) {
            s = (s * 1103515245 + 12345) % 2147483648
            g = int(s / 134217728) - 8
            r0 = 60 + g; g0 = 90 + int(60 * y / h) + g; b0 = 150 + int(60 * x / w) + g
            if (kind == "close") {
                d = (x - w / 2) ^ 2 + (y - h / 2) ^ 2
                a = (x - w / 2) - (y - h / 2); b = (x - w / 2) + (y - h / 2)
                if (d < (w * 0.46) ^ 2) { r0 = g0 = b0 = 40 + g }
                if (d < (w * 0.34) ^ 2 && (a * a < 9 || b * b < 9)) { r0 = g0 = b0 = 235 }
            } else {
                if (x > 4 && x < w - 5 && y > 4 && y < h - 5) { r0 = 230 + g; g0 = 120 + g; b0 = 30 }
                if (x > 14 && x < w - 15 && y > h * 0.4 && y < h * 0.6) { r0 = g0 = b0 = 250 }
            }
            print (r0 < 0 ? 0 : r0 > 255 ? 255 : r0), (g0 < 0 ? 0 : g0 > 255 ? 255 : g0), (b0 < 0 ? 0 : b0 > 255 ? 255 : b0)
        }
    }' | cjpeg -quality 95 > "$4"
}

say "two crops become two projects: masters, annotations that fit exactly, a recipe"
cd "$place/work"
git pull --quiet --rebase origin main
crop close 36 36 "$place/close.jpg"
crop button 110 44 "$place/adbutton.jpg"
run dls project new close --image "$place/close.jpg" --label close --placement lu,ru
run dls project new adbutton --image "$place/adbutton.jpg" --label adbutton
run cat projects/close/project.yaml

say "a data set of both, for two networks: one wants pictures of 160x160, the other the crops themselves"
mkdir -p datasets
cat > datasets/game.yaml <<'YAML'
projects: [close, adbutton]
canvas: [160x160, own]
split: {train: 80, seed: 1}
YAML
run cat datasets/game.yaml
run dls dataset build game
run git status --short
run git commit --quiet --message "first data set"
run dls build explain close_300

say "nothing changed: nothing is done"
run dls dataset build game --quiet

say "one more project with a class of its own: only that is built, no image changes its side, and the new class has to be meant"
crop close 40 40 "$place/banner.jpg"
run dls project new banner --image "$place/banner.jpg" --label banner
printf 'projects: [close, adbutton, banner]\ncanvas: [160x160, own]\nsplit: {train: 80, seed: 1}\n' > datasets/game.yaml
run dls dataset build game --quiet || printf '(exit code %s)\n' $?
run dls dataset build game --add-classes --quiet
run git commit --quiet --all --message "a third class"
run dls dataset diff game@HEAD~1 game

say "lint catches what costs days: a blank line in a list, a box without area, the same picture under two labels"
run dls dataset export voc game "$place/planted" --canvas own
printf '\n' >> "$place/planted/ImageSets/Main/val.txt"
run dls dataset import voc "$place/planted" planted || printf '(exit code %s)\n' $?
sed -i '$d' "$place/planted/ImageSets/Main/val.txt"
sed -i 's|<xmax>[0-9]*</xmax>|<xmax>1</xmax>|' "$place/planted/Annotations/adbutton_200.xml"
cp "$place/planted/JPEGImages/close_5.jpg" "$place/planted/JPEGImages/banner_5.jpg"
run dls dataset lint "$place/planted" || printf '(exit code %s)\n' $?

say "test images are kept, and never trained on"
mkdir -p shots
crop close 37 37 shots/shot_1.jpg
cp projects/close/build/own/close_7.jpg shots/leak.jpg
run dls testset add shots-2024 shots/shot_1.jpg --label close --description "one real shot"
run dls testset add shots-2024 shots/leak.jpg --label close || printf '(exit code %s)\n' $?
run git commit --quiet --all --message "a test set"

say "the colleague gets the data set with its lock, and recomputes its hash with coreutils"
run git push --quiet origin main
cd "$place/colleague"
run git pull --quiet
run dls pull --quiet
run dls dataset verify game
( cd datasets/game/own/data_set && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum )
run dls dataset export darknet game "$place/darknet" --canvas own
run head -n 3 "$place/darknet/train.txt"

say "a contact sheet, for a look before training"
run dls dataset preview game --canvas 160x160 --per-group 6 --force --out "$checkout/artifacts/demo-sheet.jpg"

say "a trainer of a few lines of awk, and two kinds that use it: one without a hidden layer, one with twelve units"
cd "$place/work"
git pull --quiet --rebase origin main
mkdir -p trainer .dlstore/kinds
cp "$checkout"/tests/trainer/* trainer/
kind() { # canvas, hidden units
    cat <<YAML
dataset: game
canvas: $1
source: trainer
train: sh train.sh train data_set out {epochs} {rate} $2
test: sh train.sh test test_set out/best.weights > results.tsv
testset: shots-2024
results: results.tsv
parameters: {epochs: 8, rate: 0.05}
steps: epochs
collect: ['out/*.weights', results.tsv]
best: {file: out/best.weights}
log:
  metrics:
    - pattern: '^epoch (?<step>\\d+) loss (?<loss>nan|[\\d.]+) val (?<val>[\\d.]+)'
      step: step
  best: '^new best at'
  loss: loss
stop:
  - {name: nan, match: '^epoch [0-9]+ loss -?nan', action: stop}
limit: 10m
accept: {threshold: 0.90, input: 8x8}
deploy: {weight: weights/best.weights, data: data_set, classes: classes.txt}
YAML
}
kind own 0 > .dlstore/kinds/linear.yaml
kind own 12 > .dlstore/kinds/hidden.yaml
run cat .dlstore/kinds/linear.yaml
for n in 2 3 4; do crop close $(( 30 + 5 * n )) $(( 30 + 5 * n )) "shots/close_$n.jpg"; crop button $(( 90 + 9 * n )) $(( 36 + 4 * n )) "shots/button_$n.jpg"; done
run dls testset add shots-2024 shots/close_2.jpg shots/close_3.jpg shots/close_4.jpg --label close --quiet
run dls testset add shots-2024 shots/button_2.jpg shots/button_3.jpg shots/button_4.jpg --label adbutton --quiet
git add --all .
run git commit --quiet --message "a trainer and two kinds"

say "nothing that the repository names runs here until it is allowed"
run dls task create try1 --kind linear || printf '(exit code %s)\n' $?
run dls trust linear hidden

say "one command trains, tests on real shots and brings everything home: first one kind, then both"
run dls task create try1 --kind linear --memo "first try, no hidden layer"
git add --all . && git commit --quiet --message "try1"
run dls task create try2 --kind linear,hidden --set epochs=2,rate=0.3 --memo "fewer epochs, a rate that is too high" --detach
run dls task list
run dls task log try2 --follow | tail -n 4
run dls task collect try2
git add --all . && git commit --quiet --message "try2"
run dls task list
run dls task show try1/linear
run dls task diff try1/linear try2/linear

say "put try1 to use on a target, then the worse try2, then take that back"
mkdir -p "$place/game"
run dls target add game --host local --kind linear --home "$place/game"
git add --all . && git commit --quiet --message "a target"
run dls deploy try1 --target game
run dls deploy try2 --target game
run dls deploy status
run dls undeploy game
run dls deploy log game
run cmp "$place/game/weights/best.weights" <(dls cat "tasks/try1/attempts/1/outputs/work/out/best.weights")
git add --all . && git commit --quiet --message "deployed"

say "what is this weight that is live, and who else used its master?"
run dls lineage "$place/game/weights/best.weights"
run dls lineage master close --down
run dls audit

say "the index is derived data: without it, after a rebuild, the answers are the same"
dls lineage "$place/game/weights/best.weights" > "$place/before.txt"
rm -f .git/dls/index.sqlite*
run dls index rebuild
dls lineage "$place/game/weights/best.weights" > "$place/after.txt"
run cmp "$place/before.txt" "$place/after.txt"
run git push --quiet origin main
