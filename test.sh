#!/usr/bin/env bash
# Builds everything once with warnings as errors, compiles the program to native code as install.sh does, checks the style, runs every test and ends with one line:
# N passed, N failed, N skipped. The tests run that native program: a start of it takes a tenth of what the runtime's takes, and it is what users get.
# Arguments go to each `dotnet test`, for example: ./test.sh --filter FullyQualifiedName~Pack
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

# Tests run real programs: git, ext4 images and loop mounts for full and read-only disks, script(1) for a terminal, Python with Pillow as another
# reader of data sets and with brotli as another reader of packs, git-lfs (its filters in /etc/gitconfig are not read by tests), an SSH server, a web server (nginx), a browser (chromium) and an S3 service (Ceph's radosgw) on the loopback address, strace to count flushes, the login shells and awks that hosts may have; and the image engine needs its libraries
# and a font. gcc links the native program.
packages=()
for pair in git:git mkfs.ext4:e2fsprogs mount:mount losetup:mount script:bsdutils \
    sshd:openssh-server ssh:openssh-client nginx:nginx-light strace:strace csh:tcsh fish:fish groff:groff-base gawk:gawk mawk:mawk gcc:gcc \
    chromium:chromium git-lfs:git-lfs radosgw:radosgw ceph-mon:ceph-mon ceph-osd:ceph-osd ceph-authtool:ceph-common; do
    if ! PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null; then
        packages+=("${pair##*:}")
    fi
done
for pair in libturbojpeg.so.0:libturbojpeg0 libfreetype.so.6:libfreetype6; do
    if ! { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -F "${pair%%:*}" >/dev/null; then
        packages+=("${pair##*:}")
    fi
done
[[ -e /usr/share/fonts/opentype/ipafont-gothic/ipag.ttf ]] || packages+=(fonts-ipafont-gothic)
[[ -e /usr/include/stdlib.h ]] || packages+=(libc6-dev)
PATH=$PATH:/usr/sbin:/sbin command -v ip >/dev/null || packages+=(iproute2)
/usr/bin/python3 -c 'import PIL' 2>/dev/null || packages+=(python3 python3-pil)
/usr/bin/python3 -c 'import brotli' 2>/dev/null || packages+=(python3-brotli)
if (( ${#packages[@]} > 0 )); then
    line="apt-get install --yes --no-install-recommends ${packages[*]}"
    if (( EUID == 0 )) && command -v apt-get >/dev/null; then
        # The tests start servers of their own; the packages must not start the system's.
        if [[ ! -e /usr/sbin/policy-rc.d ]]; then
            printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
            chmod 755 /usr/sbin/policy-rc.d
            trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        fi
        # shellcheck disable=SC2086 # the line is words
        DEBIAN_FRONTEND=noninteractive $line || { apt-get update && DEBIAN_FRONTEND=noninteractive $line; }
        if [[ -n $(trap -p EXIT) ]]; then
            rm -f /usr/sbin/policy-rc.d
            trap - EXIT
        fi
    else
        printf 'error: the tests need %s\nhint: run `sudo %s`\n' "${packages[*]}" "$line" >&2
        exit 1
    fi
fi

broken=0
took() { printf '%s: %d s\n' "$1" "$(( SECONDS - since ))"; since=$SECONDS; }
since=$SECONDS
dotnet build DlStore.sln --configuration Release --verbosity quiet --nologo
took "built with the analyzers"
# The build enforces the style rules; only white space is left to check.
dotnet format whitespace . --folder --verify-no-changes || broken=1
took "checked the white space"

# What was just built, compiled on; with symbols it would take half as long again.
if dotnet restore src/DlStore.Cli --verbosity quiet -p:Native=true && dotnet restore src/DlStore.Web --verbosity quiet -p:Native=true; then
    for program in DlStore.Cli DlStore.Web; do
        dotnet publish "src/$program" --configuration Release --no-build --verbosity quiet --nologo -p:Native=true -p:NativeDebugSymbols=false --output artifacts/native
    done
    export DLS_BIN=$PWD/artifacts/native/dls
    took "compiled to native code"
else
    unset DLS_BIN
    printf 'the compiler to native code cannot be restored here: the tests start the program on the .NET runtime, which takes several times as long\n' >&2
fi

results=$(mktemp -d)
trap 'rm -rf -- "$results"' EXIT
for project in tests/*.Tests/*.csproj; do
    name=$(basename -- "$project" .csproj)
    dotnet test "$project" --configuration Release --no-build --verbosity quiet --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$results" "$@" || broken=1
    if [[ ! -f $results/$name.trx ]]; then
        printf 'error: %s ended without results\n' "$name" >&2
        broken=1
    fi
    took "$name"
done

# Adds up one counter over all result files.
sum() {
    { grep -ho '<Counters [^>]*' "$results"/*.trx || true; } | { grep -o " $1=\"[0-9]*\"" || true; } | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}
skipped=$({ grep -ho '<UnitTestResult [^>]*outcome="NotExecuted"' "$results"/*.trx || true; } | sed -n 's/.* testName="\([^"]*\)".*/\1/p')
total=$(sum total) passed=$(sum passed) failed=$(sum failed)
skips=$(( total - passed - failed ))

if [[ -n $skipped ]]; then
    unexpected=$(grep -vxF -f <(grep -v '^#' tests/allowed-skips.txt) <<<"$skipped" || true)
    printf 'skipped:\n%s\n' "$skipped"
    if [[ ${CI:-} == true && -n $unexpected ]]; then
        printf 'error: skipped, but not listed in tests/allowed-skips.txt:\n%s\n' "$unexpected" >&2
        broken=1
    fi
fi

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skips"
(( broken == 0 && failed == 0 && passed > 0 ))
