# What every script that works in a target's home begins with, after home.sh; all paths below are relative to the home.
# Exit codes: 3 cannot (standard error says why), 11 locked, 12 something came between, 13 wrong bytes, 20 undone, 21 unfinished.
tab=$(printf '\t')
newline='
'
die() { dls_code=$1; shift; printf '%s\n' "$*" >&2; exit "$dls_code"; }

cd -P -- "$home" 2>/dev/null || die 3 "its home '$home' is no directory there that can be entered; make it there first, or correct 'home' of the target"
home=$(pwd)
here=$(uname -n)
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo -)

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# A process is known by its id and the tick at which it started: ids are used again.
started() {
    dls_stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # shellcheck disable=SC2086
    set -- ${dls_stat##*) }
    # A zombie has ended.
    [ "$1" != Z ] && shift 19 && echo "$1"
}

# Tells who holds the lock: lock_state is free, alive, dead (proven) or unknown.
read_lock() {
    lock_state=free lock_text='' lock_token=''
    [ -d .dls/lock ] || return 0
    lock_state=unknown
    { IFS= read -r lock_who && IFS= read -r lock_host && IFS= read -r lock_pid && IFS= read -r lock_start && IFS= read -r lock_boot && IFS= read -r lock_since && IFS= read -r lock_token; } 2>/dev/null <.dls/lock/holder ||
        { lock_text='nobody who can be named'; [ -d .dls/lock ] || lock_state=free; return 0; }
    lock_text="$lock_who, pid $lock_pid on $lock_host, since $lock_since"
    [ "$lock_host" = "$here" ] || return 0
    if [ "$lock_boot" != "$boot" ]; then
        lock_state=dead
    elif [ -r /proc/1/stat ]; then
        # Where other users' processes are hidden, a missing one proves nothing.
        if [ "$(started "$lock_pid")" = "$lock_start" ]; then lock_state=alive; else lock_state=dead; fi
    elif kill -0 "$lock_pid" 2>/dev/null; then
        lock_state=alive
    fi
}

# Lists the files below a directory as sha256sum prints them, sorted by path: what a dirHash is the hash of.
list_files() {
    (cd -- "$1" && find . -type f -printf '%P\0' >"$scratch/names" && LC_ALL=C sort -z <"$scratch/names" | xargs -0 sha256sum --) >"$2"
}

# Looks at a path. p_type: absent, file, link, dir, tree (our link to a release), other, unreadable. With $2 = shallow nothing below a directory is read.
probe() {
    p_type=absent p_hash=- p_size=0 p_files=0 p_release=- p_mtime=0 p_missing=- p_list=''
    if [ -L "./$1" ]; then
        p_type=link p_files=1
        p_text=$(readlink -- "./$1" && echo x) || { p_type=unreadable; return 0; }
        p_text=${p_text%"$newline"x}
        case $p_text in
        *.dls/releases/*/data)
            p_release=${p_text##*.dls/releases/} p_release=${p_release%/data}
            if [ "$(cd -P -- "./$1" 2>/dev/null && pwd)" = "$home/.dls/releases/$p_release/data" ]; then
                p_type=tree
                [ "${2:-}" = shallow ] || probe_below "./$1"
                return 0
            fi
            p_release=-
            ;;
        esac
        p_hash=$(printf %s "$p_text" | sha256sum) && p_hash=${p_hash%% *} || p_type=unreadable
    elif [ -f "./$1" ]; then
        p_type=file p_files=1
        p_mtime=$(stat -c %Y -- "./$1") && p_size=$(stat -c %s -- "./$1") && p_hash=$(sha256sum <"./$1") && p_hash=${p_hash%% *} || p_type=unreadable
    elif [ -d "./$1" ]; then
        p_type=dir
        [ "${2:-}" = shallow ] || probe_below "./$1"
    elif [ -e "./$1" ]; then
        p_type=other
    else
        # The topmost parent that is missing: who makes the path makes that too, and who takes the path away again takes it too.
        p_up=$1
        while case $p_up in */*) true ;; *) false ;; esac; do
            p_up=${p_up%/*}
            [ -e "./$p_up" ] && break
            p_missing=$p_up
        done
    fi
}

probe_below() {
    p_list=$scratch/list
    if list_files "$1/" "$p_list"; then
        p_hash=$(sha256sum <"$p_list") p_hash=${p_hash%% *}
        p_files=$(wc -l <"$p_list") p_files=$((p_files))
        p_size=$(find "$1/" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%.0f", n }')
        p_mtime=$(stat -c %Y -- "$1/")
    else
        p_type=unreadable
    fi
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/dls-XXXXXX") || die 3 "no temporary directory can be made there"
trap 'rm -rf -- "$scratch"' EXIT
