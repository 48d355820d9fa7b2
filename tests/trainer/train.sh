#!/bin/sh
# A small real trainer that needs nothing but sh, awk and perl, and starts none of them per image: it learns to tell the classes of a data set apart from its images, scaled down to a grid of 8 x 8 colours.
# train.sh train DATA OUT EPOCHS RATE HIDDEN [INITIAL]   prints a loss for every epoch, keeps the weights that do best on val
# train.sh test  TESTSET WEIGHTS                          prints image, truth, found, score for every image
# DATA and TESTSET are in VOC layout; the class of an image is the name in its annotation.
set -eu
LC_ALL=C
export LC_ALL
here=$(cd -- "$(dirname -- "$0")" && pwd)

case $1 in
train)
    data=$2 out=$3
    mkdir -p "$out"
    for side in train val; do
        # Names of data sets are portable: no blanks in them.
        # shellcheck disable=SC2046
        perl "$here/grid.pl" "$data" $(cat "$data/ImageSets/Main/$side.txt") > "$out/$side.grid"
        echo "read $(wc -l < "$out/$side.grid") images of $side"
    done
    awk -v epochs="$4" -v rate="$5" -v hidden="$6" -v initial="${7:-}" -v out="$out" -v classes="$data/classes.txt" -f "$here/train.awk" "$out/train.grid" "$out/val.grid"
    rm -f "$out/train.grid" "$out/val.grid"
    ;;
test)
    names=$(cd -- "$2/JPEGImages" && for file in *.jpg; do printf '%s ' "${file%.jpg}"; done)
    # shellcheck disable=SC2086
    perl "$here/grid.pl" "$2" $names | awk -v weights="$3" -f "$here/test.awk"
    ;;
esac
