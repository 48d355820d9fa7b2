namespace DlStore.Ssh;

/// <summary>The shell scripts of <see cref="HostCache"/>; docs/formats/host-layout.md says what they leave on the host.</summary>
internal static class HostCacheScripts
{
    /// <summary>Exit code: the tree to begin with is not what it was.</summary>
    public const int BaseIsBad = 8;

    /// <summary>Exit code: what was unpacked is not the tree.</summary>
    public const int Differs = 9;

    /// <summary>Turns a place as dls writes it into an absolute path: absolute, below <c>~/</c>, or below the directory of dls.</summary>
    public const string At = """
        at() { case $1 in /*) at=$1;; '~') at=$HOME;; '~/'*) at=$HOME/${1#'~/'};; '') at=$dls_root;; *) at=$dls_root/$1;; esac; }

        """;

    /// <summary>
    /// A stage directory bears host, process and start time of the shell that made it, so that one whose shell is gone can be removed by
    /// the next. A home directory may be
    /// shared between hosts: what another host made is removed after a week only.
    /// </summary>
    public const string Begin = At + """
        cache=$dls_root/cache
        me=$(uname -n | tr -cd 'A-Za-z0-9_-')
        began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
        own() {
            mkdir -p -- "$cache/trees" "$cache/blobs" "$cache/stage" || exit 1
            stage=$(mktemp -d -- "$cache/stage/$me.$$.$(began $$).XXXXXX") || exit 1
            trap 'cd / && rm -rf -- "$stage"' EXIT
            trap 'exit 1' HUP INT TERM PIPE
        }
        sweep() {
            for s in "$cache"/stage/*; do
                [ -d "$s" ] || continue
                n=${s##*/}; h=${n%%.*}; n=${n#*.}; p=${n%%.*}; n=${n#*.}; b=${n%%.*}
                if [ "$h" = "$me" ]; then
                    if [ -n "$b" ]; then [ "$(began "$p")" = "$b" ] && continue; else kill -0 "$p" 2>/dev/null && continue; fi
                else
                    [ -n "$(find "$s" -prune -mtime +7)" ] || continue
                fi
                rm -rf -- "$s"
            done
        }
        failed() {
            k=$(df -Pk -- "$stage" | awk 'NR > 1 { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+%$/) { print $(i - 1); exit } }')
            [ "${k:-9999}" -lt 1024 ] && echo "no space left there: $k KiB are free" >&2
            exit 1
        }
        count() { (cd -- "$1" && find . | wc -l | tr -d ' '); }
        valid() {
            [ -d "$cache/trees/$1" ] && [ -f "$cache/trees/$1.ok" ] && read -r n <"$cache/trees/$1.ok" &&
                [ "$n" = "$(count "$cache/trees/$1")" ] && [ -z "$(find "$cache/trees/$1" -newer "$cache/trees/$1.ok" | head -n 1)" ]
        }

        """;

    /// <summary>Says what is there. $1: the destination. Input: lines <c>tree HEX</c> and <c>blob HEX SIZE</c>.</summary>
    public const string Look = Begin + """
        own
        sweep
        disk() {
            d=$2
            while [ ! -d "$d" ]; do d=${d%/*}; [ -n "$d" ] || d=/; done
            df -Pk -- "$d" | awk -v w="$1" 'NR > 1 { for (i = 2; i < NF; i++) if ($i ~ /^[0-9]+%$/) { print "disk", w, $(i - 1), $(i + 1); exit } }'
        }
        disk cache "$cache"
        at "$1"
        disk place "$at"
        echo x >"$stage/a" || exit 1
        if cp --reflink=always -- "$stage/a" "$stage/b" 2>/dev/null; then echo reflink; fi
        while read -r kind hex size; do
            case $kind in
                tree) if valid "$hex"; then echo "has $hex"; fi;;
                blob) if [ -f "$cache/blobs/$hex" ] && [ "$(wc -c <"$cache/blobs/$hex" | tr -d ' ')" = "$size" ]; then echo "has $hex"; fi;;
            esac
        done
        ls -t -- "$cache/trees" | sed -n 's/^\([0-9a-f]\{64\}\)\.ok$/near \1/p' | head -n 16
        """;

    /// <summary>
    /// Makes a tree. $1: its oid; $2: the tree to begin with, or empty; $3: bytes of the list of what to remove; $4 to $8: its digests.
    /// Input: that list, a tar archive.
    /// </summary>
    public const string MakeTree = Begin + """
        own
        mkdir -- "$stage/t" || exit 1
        if [ -n "$2" ]; then
            valid "$2" || exit 8
            cp --reflink=auto /dev/null "$stage/r" 2>/dev/null && r=--reflink=auto || r=
            cp -a $r -- "$cache/trees/$2/." "$stage/t" || failed
        fi
        cd -- "$stage/t" || exit 1
        if [ "$3" -gt 0 ]; then head -c "$3" | xargs -0 rm -rf -- || exit 1; fi
        tar -xpomf - || failed
        differs() { echo "the files that arrived differ in $1" >&2; exit 9; }
        names() { find . "$@" -print0 | sort -z | sha256sum | cut -c1-64; }
        [ "$(names -type f)" = "$4" ] || differs names
        [ "$(find . -type f -print0 | sort -z | xargs -0 -r sha256sum | sed 's/^\\//' | cut -c1-64 | sha256sum | cut -c1-64)" = "$5" ] || differs contents
        [ "$(names -type f -perm -100)" = "$6" ] || differs modes
        [ "$(names -type l)" = "$7" ] || differs symlinks
        [ "$(names -type d)" = "$8" ] || differs directories
        [ -z "$(find . ! -type f ! -type l ! -type d | head -n 1)" ] || differs types
        cd / || exit 1
        valid "$1" && exit 0
        if [ -e "$cache/trees/$1" ]; then mv -T -- "$cache/trees/$1" "$stage/old" || exit 1; fi
        count "$stage/t" >"$stage/ok" && mv -f -- "$stage/ok" "$cache/trees/$1.ok" || exit 1
        mv -T -- "$stage/t" "$cache/trees/$1" || { valid "$1" && exit 0; exit 1; }
        touch -- "$cache/trees/$1.ok"
        """;

    /// <summary>Takes blobs. Input: a tar archive of files whose names are their digests.</summary>
    public const string TakeBlobs = Begin + """
        own
        mkdir -- "$stage/b" && cd -- "$stage/b" || exit 1
        tar -xpomf - || failed
        wrong=$(find . -type f -print0 | xargs -0 -r sha256sum | awk '"./" $1 != substr($0, 67) { print $1; exit }')
        [ -z "$wrong" ] || { echo "a file that arrived has another digest: $wrong" >&2; exit 9; }
        find . -type f -exec chmod 444 {} + && find . -type f -exec mv -f -t "$cache/blobs" -- {} + || exit 1
        """;

    /// <summary>
    /// Copies from the cache. $1: the directory; then four arguments an input: tree or blob, oid, path below the directory, mode.
    /// </summary>
    public const string Place = Begin + """
        at "$1"
        dir=$at
        shift
        r=--reflink=auto
        cp --help 2>/dev/null | grep -q reflink || r=
        while [ $# -gt 0 ]; do
            to=$dir${3:+/$3}
            if [ "$1" = tree ]; then
                mkdir -p -- "$to" && cp -a $r -- "$cache/trees/$2/." "$to" || exit 1
            else
                mkdir -p -- "${to%/*}" && cp $r -- "$cache/blobs/$2" "$to.dls-$$" && chmod "$4" "$to.dls-$$" && mv -fT -- "$to.dls-$$" "$to" ||
                    { rm -f -- "$to.dls-$$"; exit 1; }
            fi
            shift 4
        done
        """;
}
