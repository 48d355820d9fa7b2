#!/usr/bin/env bash
# Shows dls at work in a temporary directory; the checkout stays as it is. Every command is printed before its output.
# ./demo.sh shows the main job; ./demo.sh --full shows the rest too: changes, damage, lint, exports, several kinds, rebuilding the index.
# With --keep the directory stays, to be looked at with `dls ui`.
# With --ssh the team's store is behind a real ssh server, with --s3 in a real S3 service; both are started on the loopback address and ended.
set -euo pipefail

full=false
keep=false
far=directory
for word in "$@"; do
    case $word in
        --full) full=true ;;
        --keep) keep=true ;;
        --ssh | --s3) far=${word#--} ;;
        *) printf 'usage: ./demo.sh [--full] [--keep] [--ssh | --s3]\n' >&2; exit 2 ;;
    esac
done

# The pictures of this walk are drawn here and made JPEG files with cjpeg; dls itself needs libturbojpeg to make images; the trainer is a few lines of awk and perl.
missing=()
for pair in cjpeg:libjpeg-turbo-progs git:git perl:perl awk:mawk; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
case $far in
    ssh)
        [[ -x /usr/sbin/sshd ]] || missing+=(openssh-server)
        command -v ssh >/dev/null || missing+=(openssh-client) ;;
    s3)
        for pair in radosgw:radosgw ceph-mon:ceph-mon ceph-osd:ceph-osd ceph:ceph-common curl:curl; do
            command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
        done ;;
esac
{ ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -F libturbojpeg.so.0 >/dev/null || missing+=(libturbojpeg0)
if (( ${#missing[@]} > 0 )); then
    install="apt-get install --yes --no-install-recommends ${missing[*]}"
    if (( EUID == 0 )) && command -v apt-get >/dev/null; then
        printf 'installing %s\n' "${missing[*]}"
        # The walk starts servers of its own; the packages must not start the system's.
        if [[ $far != directory && ! -e /usr/sbin/policy-rc.d ]]; then
            printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
            chmod 755 /usr/sbin/policy-rc.d
            trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        fi
        # shellcheck disable=SC2086 # the line is words
        DEBIAN_FRONTEND=noninteractive $install >/dev/null || { apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive $install >/dev/null; }
    else
        printf 'error: this walk needs %s\nhint: run `sudo %s`\n' "${missing[*]}" "$install" >&2
        exit 1
    fi
    if [[ -n $(trap -p EXIT) ]]; then
        rm -f /usr/sbin/policy-rc.d
        trap - EXIT
    fi
fi

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The fast lane: without analyzers, for the runtime that is here. Nothing is done where it is up to date.
printf 'building dls, without analyzers, for the .NET runtime...\n'
since=$SECONDS
dotnet build "$checkout/src/DlStore.Cli" --configuration Fast --verbosity quiet --nologo
printf 'built in %d s\n' "$(( SECONDS - since ))"
program=$checkout/src/DlStore.Cli/bin/Fast/net10.0
since=$SECONDS

place=$(mktemp -d)
stop() { :; }
trap 'stop "$place/server"; $keep || rm -rf -- "$place"' EXIT
# A home of its own: the user's git settings neither help nor hurt.
export HOME=$place/home GIT_CONFIG_NOSYSTEM=1 PATH=$program:$PATH
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
mkdir -- "$HOME"
git config --global user.name Demo
git config --global user.email demo@example.org
git config --global init.defaultBranch main
cd -- "$place"

# shellcheck source=tests/trainer/pictures.sh
. "$checkout/tests/trainer/pictures.sh"

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

say "a git repository with 120 drawn pictures and a weight file of 3 MiB"
git init --quiet --bare origin.git
git init --quiet work
cd work
git remote add origin "$place/origin.git"
mkdir -p data/train data/val weights
for n in {0..119}; do
    if (( n % 5 )); then printf '%d data/train/disc_%d.ppm\n' "$n" "$n"; else printf '%d data/val/disc_%d.ppm\n' "$n" "$n"; fi
done | draw
ln -s train/disc_1.ppm data/example.ppm
head -c 3145728 /dev/urandom > weights/best.pth
run du -sh data weights

case $far in
    directory)
        say "make it a dls repository, with a directory as its remote"
        run dls init
        run dls remote add lab "$place/lab" --default ;;
    ssh)
        # shellcheck source=tests/servers/sshd.sh
        . "$checkout/tests/servers/sshd.sh"
        stop() { stop_sshd "$1"; }
        start_sshd "$place/server"
        say "make it a dls repository, with a directory on the host 'lab' as its remote"
        run dls init
        # Where your own ~/.ssh/config knows the host, this line is not needed.
        run git config dls.sshConfig "$place/server/ssh_config"
        run dls remote add lab "lab:$place/lab" --default ;;
    s3)
        # shellcheck source=tests/servers/radosgw.sh
        . "$checkout/tests/servers/radosgw.sh"
        stop() { stop_radosgw "$1"; }
        start_radosgw "$place/server"
        export AWS_ACCESS_KEY_ID=DEMO AWS_SECRET_ACCESS_KEY=DEMOSECRET
        say "make it a dls repository, with a prefix of a bucket as its remote"
        run dls init
        run dls remote add lab s3://demo/team --endpoint "$S3_ENDPOINT" --region us-east-1 --default ;;
esac
run dls remote list

say "store the bytes; git gets two small pointers"
run dls add data weights/best.pth
run cat data.dls
run git commit --quiet --message "first data and weights"
run git tag v1
run dls status

say "git push sends the bytes first, through the hook"
run git push --quiet origin main --tags
run dls status
if [[ $far == s3 ]]; then run dls remote check lab; else run find "$place/lab" -type f -printf '%8s  %P\n'; fi

say "a colleague clones and gets every byte back"
cd "$place"
run git clone --quiet origin.git colleague
cd colleague
[[ $far != ssh ]] || git config dls.sshConfig "$place/server/ssh_config"
run dls status
run dls pull
run diff --recursive "$place/work/data" data
run cmp "$place/work/weights/best.pth" weights/best.pth

if $full; then
    say "one picture changes, one goes, one is renamed: the pointer changes by two lines, push sends a few KB"
    cd "$place/work"
    draw <<< "77 data/train/disc_1.ppm"
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
fi

say "two crops become two projects: masters, annotations that fit exactly, a recipe"
cd "$place/work"
git pull --quiet --rebase origin main
crop close 36 36 "$place/close.jpg"
crop button 110 44 "$place/adbutton.jpg"
run dls project new close --image "$place/close.jpg" --label close --placement lu,ru
run dls project new adbutton --image "$place/adbutton.jpg" --label adbutton
run cat projects/close/project.yaml

if $full; then
    say "a data set of both, for two networks: one wants pictures of 160x160, the other the crops themselves"
    canvas='[160x160, own]'
else
    say "a data set of both, for a network that takes the crops themselves"
    canvas='[own]'
fi
mkdir -p datasets
printf 'projects: [close, adbutton]\ncanvas: %s\nsplit: {train: 80, seed: 1}\n' "$canvas" > datasets/game.yaml
run cat datasets/game.yaml
run dls dataset build game
run git status --short
run git commit --quiet --message "first data set"

if $full; then
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
fi

say "test images are kept, and never trained on"
mkdir -p shots
for n in 1 2 3; do
    crop close $(( 32 + 5 * n )) $(( 32 + 5 * n )) "shots/close_$n.jpg"
    crop button $(( 90 + 9 * n )) $(( 36 + 4 * n )) "shots/button_$n.jpg"
done
run dls testset add shots-2024 shots/close_1.jpg shots/close_2.jpg shots/close_3.jpg --label close --description "six real shots"
run dls testset add shots-2024 shots/button_1.jpg shots/button_2.jpg shots/button_3.jpg --label adbutton --quiet
if $full; then
    cp projects/close/build/own/close_7.jpg shots/leak.jpg
    run dls testset add shots-2024 shots/leak.jpg --label close || printf '(exit code %s)\n' $?
fi
run git commit --quiet --all --message "a test set"

if $full; then
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
    mkdir -p -- "$checkout/artifacts"
    run dls dataset preview game --canvas 160x160 --per-group 6 --force --out "$checkout/artifacts/demo-sheet.jpg"

    cd "$place/work"
    git pull --quiet --rebase origin main
fi

say "a trainer of a few lines of awk, and kinds that use it: one without a hidden layer, one with twelve units"
mkdir -p trainer .dlstore/kinds
cp "$checkout"/tests/trainer/{train.sh,*.awk,grid.pl} trainer/
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
if $full; then kind own 12 > .dlstore/kinds/hidden.yaml; fi
run cat .dlstore/kinds/linear.yaml
git add --all .
run git commit --quiet --message "a trainer and its kinds"

say "nothing that the repository names runs here until it is allowed"
run dls task create try1 --kind linear || printf '(exit code %s)\n' $?
run dls trust --all

say "one command trains, tests on real shots and brings everything home"
run dls task create try1 --kind linear --memo "first try, no hidden layer"
git add --all . && git commit --quiet --message "try1"
run dls task list

if $full; then
    say "then with both kinds at once, and nobody waits"
    run dls task create try2 --kind linear,hidden --set epochs=2,rate=0.3 --memo "fewer epochs, a rate that is too high" --detach
    run dls task list
    run dls task log try2 --follow | tail -n 4
    run dls task collect try2
    git add --all . && git commit --quiet --message "try2"
    run dls task list
    run dls task show try1/linear
    run dls task diff try1/linear try2/linear
fi

say "put it to use on a target"
mkdir -p "$place/game"
run dls target add game --host local --kind linear --home "$place/game"
git add --all . && git commit --quiet --message "a target"
run dls deploy try1 --target game

say "what is this weight that is live?"
run dls lineage "$place/game/weights/best.weights"

if $full; then
    say "the worse try2 goes there too, and is taken back"
    run dls deploy try2 --target game
    run dls deploy status
    run dls undeploy game
    run dls deploy log game
    run cmp "$place/game/weights/best.weights" <(dls cat "tasks/try1/attempts/1/outputs/work/out/best.weights")
    git add --all . && git commit --quiet --message "deployed"

    say "who else used its master?"
    run dls lineage master close --down

    say "the index is derived data: without it, after a rebuild, the answers are the same"
    dls lineage "$place/game/weights/best.weights" > "$place/before.txt"
    rm -f .git/dls/index.sqlite*
    run dls index rebuild
    dls lineage "$place/game/weights/best.weights" > "$place/after.txt"
    run cmp "$place/before.txt" "$place/after.txt"
fi

say "take it back: what was there before is there again"
run dls undeploy game
run dls deploy log game
git add --all . && git commit --quiet --message "deployed and taken back"
run dls audit
run git push --quiet origin main

printf '\nthis took %d s after the build%s\n' "$(( SECONDS - since ))" "$($full || printf '; ./demo.sh --full shows the rest')"
if $keep; then
    printf '\nlook at what it made, in a browser:\n  cd %q && PATH=%q:$PATH dls ui\n' "$PWD" "$program"
else
    printf '\n./demo.sh --keep leaves what it made, to be looked at in a browser with `dls ui`\n'
fi
