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

# The walk through init, add, push, clone and pull goes here.
