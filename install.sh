#!/usr/bin/env bash
# Builds dls from this checkout and installs it below a prefix.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: ./install.sh [--prefix P] [--quick]

Checks what dls needs, compiles two native programs (three minutes on two cores) and installs them:
  P/bin/dls      a link to the program
  P/lib/dls/     the program, dls-ui for `dls ui` and `dls report`, and the SQLite library beside them
  P/share/man/man1/dls*.1    its manual: `man dls`, `man dls-add`
P is ~/.local unless given. Run it again to update; remove these to uninstall.
--quick builds in a quarter of the time; that program needs the .NET runtime of this machine, and every start of it takes ten times as long.
TEXT
}

say() { printf 'install: %s\n' "$*"; }

die() {
    printf 'error: %s\n' "$1" >&2
    if (( $# > 1 )); then
        printf 'hint: %s\n' "$2" >&2
    fi
    exit 1
}

# Installs Debian packages as root; anyone else gets the line to run.
need_packages() {
    local line="apt-get install --yes --no-install-recommends $*"
    if command -v apt-get >/dev/null && (( EUID == 0 )); then
        say "installing $* with apt"
        # shellcheck disable=SC2086 # the line is words
        DEBIAN_FRONTEND=noninteractive $line >/dev/null || { apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive $line >/dev/null; }
    elif command -v apt-get >/dev/null; then
        die "missing: $*" "run \`sudo $line\`, then ./install.sh again"
    else
        die "missing: $*" "install what your system calls these Debian packages, then run ./install.sh again"
    fi
}

at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

check_git() {
    command -v git >/dev/null || need_packages git
    local version
    version=$(git --version | awk '{print $3}')
    at_least "$version" 2.36 || die "git $version is too old: dls needs 2.36 or newer (cat-file --batch-command)" "install a newer git"
}

check_sdk() {
    if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep '^10\.' >/dev/null; then
        if command -v apt-cache >/dev/null && [[ -n $(apt-cache search --names-only '^dotnet-sdk-10\.0$') ]]; then
            need_packages dotnet-sdk-10.0
        else
            die "the .NET 10 SDK is missing" "get it from https://dotnet.microsoft.com/download/dotnet/10.0, then run ./install.sh again"
        fi
    fi
}

# The runtime opens the system's OpenSSL for SHA-256.
check_libraries() {
    if ! { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep "libssl\.so\.3" >/dev/null; then
        need_packages libssl3
    fi
}

# The native compiler leaves linking to gcc.
check_linker() {
    command -v gcc >/dev/null && [[ -e /usr/include/stdlib.h ]] || need_packages gcc libc6-dev
}

# Runs a build and says how long it took; where it fails, the end of what it printed is the error.
build() { # what, command...
    local since=$SECONDS what=$1
    if ! "${@:2}" >"$stage/log" 2>&1; then
        tail -n 20 -- "$stage/log" >&2
        die "cannot build the $what; above is the end of what the build printed" "$advice"
    fi
    say "built the $what in $(( SECONDS - since )) s"
}

build_native() {
    say "compiling the native programs; this takes about three minutes on two cores"
    advice='`./install.sh --quick` builds a program that needs the .NET runtime instead'
    build "native program" dotnet publish src/DlStore.Cli --configuration Fast -p:Native=true --output "$stage/program" --verbosity quiet --nologo
    build "pages" dotnet publish src/DlStore.Web --configuration Fast -p:Native=true --output "$stage/program" --verbosity quiet --nologo
    patterns=("*.so")
}

build_quick() {
    say "building the program for the .NET runtime"
    advice="./test.sh builds with every warning shown"
    build "program" dotnet build src/DlStore.Cli --configuration Fast --output "$stage/program" --verbosity quiet --nologo
    build "pages" dotnet build src/DlStore.Web --configuration Fast --output "$stage/program" --verbosity quiet --nologo
    patterns=("*.so" "*.dll" "*.json")
}

works() {
    [[ $("$1/dls" --version) == dls\ * ]] && "$1/dls" completion bash >/dev/null && "$1/dls" version --json >/dev/null
}

prefix=${HOME:-}/.local
lane=native
while (( $# > 0 )); do
    case $1 in
        --prefix) (( $# > 1 )) || die "--prefix needs a directory"; prefix=$2; shift 2 ;;
        --prefix=*) prefix=${1#--prefix=}; shift ;;
        --quick) lane=quick; shift ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
mkdir -p -- "$prefix"
prefix=$(cd -- "$prefix" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

[[ $(uname -s) == Linux ]] || die "dls runs on Linux only so far"
[[ $(uname -m) == x86_64 ]] || die "no build is described for a $(uname -m) processor" "add its runtime to Directory.Build.props and src/DlStore.Cli"

check_git
check_sdk
check_libraries
[[ $lane == quick ]] || check_linker

stage=$(mktemp -d)
trap 'rm -rf -- "$stage"' EXIT
"build_$lane"
works "$stage/program" || die "the built program does not start" "$advice"
cd -- "$stage/program"
# shellcheck disable=SC2206 # patterns are to be expanded
files=(${patterns[*]} dls-ui dls)

# Each file is copied beside its place and renamed, so that a dls that is running keeps its own; the program comes last. Then goes what only the other lane needs.
mkdir -p -- "$prefix/bin" "$prefix/lib/dls"
for name in "${files[@]}"; do
    install -m 755 -- "$name" "$prefix/lib/dls/.$name.new"
    mv -f -- "$prefix/lib/dls/.$name.new" "$prefix/lib/dls/$name"
done
for file in "$prefix"/lib/dls/*.{so,dll,json}; do
    [[ " ${files[*]} " == *" ${file##*/} "* ]] || rm -f -- "$file"
done
ln -sfn -- ../lib/dls/dls "$prefix/bin/dls"

# One page of the manual a command, made by the program itself; pages of commands that are gone go too.
mkdir -p -- "$prefix/share/man/man1" "$stage/man"
"$prefix/bin/dls" help --roff >"$stage/man/dls.1"
"$prefix/bin/dls" help --json | grep -o '"command":"dls [a-z -]*"' | sed 's/.*"dls \(.*\)"/\1/' >"$stage/commands"
while read -r -a words; do
    page=dls-$(IFS=-; printf '%s' "${words[*]}").1
    "$prefix/bin/dls" help --roff "${words[@]}" </dev/null >"$stage/man/$page"
done <"$stage/commands"
rm -f -- "$prefix"/share/man/man1/dls.1 "$prefix"/share/man/man1/dls-*.1
install -m 644 -- "$stage"/man/* "$prefix/share/man/man1/"

say "installed $("$prefix/bin/dls" --version) as $prefix/bin/dls ($(du -sh -- "$prefix/lib/dls" | cut -f 1) in $prefix/lib/dls)"
if ! { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -F libturbojpeg.so.0 >/dev/null; then
    say "\`dls build\` needs one more library: apt-get install libturbojpeg0 (and for glyph projects libfreetype6 fonts-ipafont-gothic)"
fi
case :$PATH: in
    *:"$prefix/bin":*) ;;
    *) say "$prefix/bin is not in PATH: add it with  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
