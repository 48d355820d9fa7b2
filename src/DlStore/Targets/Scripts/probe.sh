# Looks at paths: after the home come a path and the listing that it should have (or -), again and again. Prints a line a path:
# number, type, hash, bytes, files, release, mtime, missing parent, same or other file system, may be written; and "diff" lines for files below that differ from the listing.
shift
n=0
while [ $# -gt 1 ]; do
    probe "$1"
    p_up=./$1
    while :; do
        p_up=${p_up%/*}
        [ -d "$p_up" ] && break
    done
    p_device=same p_write=yes
    [ "$(stat -L -c %d -- "$p_up")" = "$(stat -c %d .)" ] || p_device=other
    { [ -w "$p_up" ] && [ -x "$p_up" ]; } || p_write=no
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$n" "$p_type" "$p_hash" "$p_size" "$p_files" "$p_release" "$p_mtime" "$p_missing" "$p_device" "$p_write"
    if [ -n "$p_list" ] && [ "$2" != - ] && [ -f "$2" ] && ! cmp -s "$2" "$p_list"; then
        awk 'function name(l) { sub(/^\\/, "", l); return substr(l, 67) }
            NR == FNR { want[name($0)] = $1; next }
            { f = name($0); if (!(f in want)) print "extra\t" f; else if (want[f] != $1) print "changed\t" f; delete want[f] }
            END { for (f in want) print "missing\t" f }' "$2" "$p_list" | head -n 1000 | while IFS=$tab read -r what name; do
            printf 'diff\t%s\t%s\t%s\t%s\n' "$n" "$what" "$(stat -c %Y -- "./$1/$name" 2>/dev/null || echo 0)" "$name"
        done
    fi
    n=$((n + 1))
    shift 2
done
