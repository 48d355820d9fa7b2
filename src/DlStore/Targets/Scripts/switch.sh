# Switches what is live for one kind, all of it inside this one script, which goes on when the connection is lost.
# $2 where a test wants it to die (kill-STEP) or fail (fail-STEP), $3 who, $4 the entry's id, $5 the last entry that the caller knows (or -), $6 the entry's name,
# $7 intent, $8 and $9 outcome if done or undone, $10 and $11 name and text of the entry for what was found (or -), $12 and $13 the paths as they are and as they shall be:
# a line each, "role type hash source keep path", $14 the kind, $15 and $16 the release it points at before and after (or -), $17 the kind is alone here (yes or no).
# With an empty intent it settles the entry instead: done if all of it is in place, else the old state. Prints "note TEXT" for what people should know.
crash=$2 who=$3 id=$4 last=$5 entry=$6 intent=$7 json_done=$8 json_undone=$9
shift 9
found=$1 json_found=$2 list_from=$3 list_to=$4 kind=$5 current_from=$6 current_to=$7 alone=$8
why=

# Nobody may end it between two renames; nobody may be there to read what it says.
trap '' HUP INT TERM PIPE

step() {
    case ${crash%%+*} in
    "kill-$1") kill -9 $$ ;;
    "fail-$1") why="told to fail at $1"; return 1 ;;
    esac
}

sync_paths() { sync -- "$@" 2>/dev/null || sync; }
sync_all() { sync -f . 2>/dev/null || sync; }

take_lock() {
    mkdir -p .dls/journal .dls/releases .dls/before && mkdir -p ".dls/lock.$id" || die 3 "'$home/.dls' cannot be written"
    printf '%s\n' "$who" "$here" "$$" "$(started $$ || echo -)" "$boot" "$(now)" "$id" >".dls/lock.$id/holder" ||
        { rm -rf -- ".dls/lock.$id"; die 3 "'$home/.dls' cannot be written"; }
    lock_tries=0
    # A directory that is not empty is never replaced by a rename, so exactly one wins, and its holder's name is there from the first moment.
    until mv -T -- ".dls/lock.$id" .dls/lock 2>/dev/null; do
        read_lock
        lock_tries=$((lock_tries + 1))
        if [ "$lock_state" = dead ] && mkdir .dls/lock/breaking 2>/dev/null; then
            # Somebody else may have broken it meanwhile and hold the new one.
            dead=$lock_token
            read_lock
            if [ "$lock_state" = dead ] && [ "$lock_token" = "$dead" ]; then
                mv -T -- .dls/lock ".dls/lock.broken-$id" && rm -rf -- ".dls/lock.broken-$id"
            else
                rmdir .dls/lock/breaking
            fi
        elif [ "$lock_state" != free ] && [ "$lock_tries" -ge 3 ]; then
            rm -rf -- ".dls/lock.$id"
            die 11 "$lock_text"
        else
            sleep 0.1
        fi
        [ "$lock_tries" -lt 50 ] || die 11 "${lock_text:-somebody}"
    done
    trap 'rm -rf -- "$scratch"; drop_lock' EXIT
}

drop_lock() { mv -T -- .dls/lock ".dls/lock.$id" 2>/dev/null && rm -rf -- ".dls/lock.$id"; }

# Writes a file of the journal: whole and durable before its name is there, and never over another.
record() {
    t=.dls/journal/.$id.tmp
    rm -f -- "$t"
    printf '%s' "$2" | sed "s/^  \"at\": \"0000-00-00T00:00:00Z\",\$/  \"at\": \"$(now)\",/" >"$t" && sync_paths "$t" &&
        { ln -- "$t" ".dls/journal/$1" 2>/dev/null || { [ ! -e ".dls/journal/$1" ] && mv -nT -- "$t" ".dls/journal/$1" && [ ! -e "$t" ]; }; }
    recorded=$?
    rm -f -- "$t"
    sync_paths .dls/journal
    return $recorded
}

last_entry() {
    for f in .dls/journal/*.json; do
        [ -f "$f" ] && f=${f##*/} && f=${f%.json} && echo "${f%.intent}"
    done | sort -n | tail -n 1
}

# Makes the new bytes of a file beside its place; the rename that follows cannot run out of space.
prepare() {
    case $1 in
    file | link) ;;
    tree) [ ! -d "./$5" ] || like_old_directory "$5" "$3"; return ;;
    *) return 0 ;;
    esac
    rm -rf -- "./$5.dls-$id"
    make_parent "$5" || return 1
    case $3 in
    .dls/before/*) cp -pP -- "$3" "./$5.dls-$id" ;;
    *)
        if [ -f "./$5" ]; then
            # Nobody may read the new bytes who could not read the old ones, not for a moment, and not where they were staged either.
            like_old "$5" "$3" 2>/dev/null
            (umask 077 && cat -- "$3" >"./$5.dls-$id") && like_old "$5" "$5.dls-$id"
        else
            cat -- "$3" >"./$5.dls-$id"
        fi
        ;;
    esac || { why="'$5' cannot be written"; return 1; }
    probe "$5.dls-$id"
    [ "$p_hash" = "$2" ] || { why="'$3' has other bytes than were recorded"; return 1; }
    [ "$1" = link ] || sync_paths "./$5.dls-$id"
}

# Gives a new file the owner, the group, the mode and the access list of the one it takes the place of, as far as this user may: whoever reads the old one reads the new one.
like_old() {
    cp --attributes-only --preserve=mode,ownership -- "./$1" "./$2" && tell_owner "$1" "$2"
}

# Says whose a new file or directory could not be made.
tell_owner() {
    old_owner=$(stat -L -c %U:%G -- "./$1") new_owner=$(stat -L -c %U:%G -- "./$2") || return 1
    [ "$old_owner" = "$new_owner" ] || case $2 in
    .dls/releases/*/data | *.dls-"$id") echo "note '$1' belonged to $old_owner, which this user cannot give away; it belongs to $new_owner now" ;;
    esac
}

# The same for a release's data: who could enter the old directory can enter the new one, by way of .dls, and read what is in it.
like_old_directory() {
    new_data=.dls/releases/$2/data
    if [ "$(stat -L -c %u:%g -- "./$1")" != "$(stat -c %u:%g -- "$new_data")" ]; then
        chown -hR --reference="./$1/" -- "$new_data" 2>/dev/null || chgrp -hR --reference="./$1/" -- "$new_data" 2>/dev/null
        tell_owner "$1" "$new_data" || { why="'$new_data' cannot be read"; return 1; }
    fi
    old_mode=$(stat -L -c %A -- "./$1") new_mode=$(stat -c %A -- "$new_data") || { why="'$1' cannot be read"; return 1; }
    may_read g "${old_mode#????}" "${new_mode#????}" 2>/dev/null && may_read o "${old_mode#???????}" "${new_mode#???????}" 2>/dev/null ||
        echo "note the mode of '$new_data' cannot be changed by this user; it should let in those whom '$1' let in ($old_mode)"
}

# Gives the group or the others ($1) what their part of the mode was ($2) where it is not ($3) so already.
may_read() {
    case $2 in
    r-[xst]* | rw[xst]*)
        case $3 in r-[xst]* | rw[xst]*) ;; *) chmod -R "$1+rX" -- "$new_data" || return 1 ;; esac
        for d in .dls .dls/releases "${new_data%/data}"; do
            case $(stat -c %A -- "$d") in *x) ;; *) chmod a+x -- "$d" || return 1 ;; esac
        done
        ;;
    *) case $3 in ---*) ;; *) chmod "$1-rwx" -- "$new_data" ;; esac ;;
    esac
}

make_parent() {
    case $1 in */*) mkdir -p "./${1%/*}" || { why="'${1%/*}' cannot be made"; return 1; } ;; esac
}

# The text of the link from a path to a release: relative where the parents are what they are called, so that a home that is mounted elsewhere still works.
link_text() {
    up=. parent=$home
    case $1 in */*) up=./${1%/*} parent=$home/${1%/*} ;; esac
    if [ "$(cd -P -- "$up" && pwd)" = "$parent" ]; then
        printf %s "$1" | awk 'BEGIN { RS = "/" } { if (NR > 1) printf "../" }'
    else
        printf '%s/' "$home"
    fi
    printf '.dls/releases/%s/data' "$2"
}

# Brings a path to a state: type hash source keep path; keep is where a real directory that is in the way goes.
put() {
    probe "$5" shallow
    case $1 in
    file | link) [ "$p_type" = "$1" ] && [ "$p_hash" = "$2" ] && { rm -rf -- "./$5.dls-$id"; return 0; } ;;
    tree) [ "$p_type" = tree ] && [ "$p_release" = "$3" ] && return 0 ;;
    *) [ "$p_type" = "$1" ] && return 0 ;;
    esac
    case $1 in
    file | link) [ -e "./$5.dls-$id" ] || [ -L "./$5.dls-$id" ] || prepare "$@" || return 1 ;;
    tree)
        make_parent "$5" || return 1
        rm -f -- "./$5.dls-$id"
        ln -s -- "$(link_text "$5" "$3")" "./$5.dls-$id" || { why="'$5' cannot be written"; return 1; }
        ;;
    dir) [ -d "$3" ] || { why="'$3' is not there"; return 1; } ;;
    esac
    if [ "$p_type" = dir ]; then
        [ "$4" != - ] && [ ! -e "$4" ] && mkdir -p "${4%/*}" && mv -T -- "./$5" "$4" || { why="'$5' cannot be moved to '$4'"; return 1; }
        step moved || return 1
    fi
    case $1 in
    file | link | tree) mv -fT -- "./$5.dls-$id" "./$5" || { why="'$5' cannot be replaced"; return 1; } ;;
    dir) { [ ! -L "./$5" ] || rm -f -- "./$5"; } && make_parent "$5" && mv -T -- "$3" "./$5" || { why="'$5' cannot be brought back"; return 1; } ;;
    absent)
        rm -f -- "./$5" || { why="'$5' cannot be removed"; return 1; }
        if [ "$3" != - ]; then
            gone=${5%/*}
            while rmdir -- "./$gone" 2>/dev/null && [ "$gone" != "$3" ]; do gone=${gone%/*}; done
        fi
        ;;
    esac
}

put_current() {
    [ "$1" = "$(readlink ".dls/current-$kind" 2>/dev/null | sed 's,^releases/,,')" ] && return 0
    if [ "$1" = - ]; then
        rm -f -- ".dls/current-$kind" || return 1
        [ "$alone" = yes ] && rm -f .dls/current
        return 0
    fi
    rm -f -- ".dls/current.$id"
    ln -s -- "releases/$1" ".dls/current.$id" && mv -fT -- ".dls/current.$id" ".dls/current-$kind" || { why="'.dls/current-$kind' cannot be replaced"; return 1; }
    # The short name is for the kind that is alone; among several it would be ambiguous.
    if [ "$alone" = yes ]; then
        [ "$(readlink .dls/current 2>/dev/null)" = "current-$kind" ] || { ln -s -- "current-$kind" ".dls/current.$id" && mv -fT -- ".dls/current.$id" .dls/current; }
    else
        rm -f .dls/current
    fi
}

# Tells whether every path of a list is as it says.
is_in_place() {
    in_place=yes
    while IFS=$tab read -r role type hash source keep path; do
        [ -n "$path" ] || continue
        probe "$path" "$2"
        [ "$p_type" = "$type" ] || { in_place=no why="'$path' is $p_type, not $type"; }
        case $type in
        tree) [ "$p_release" = "$source" ] || { in_place=no why="'$path' is of release $p_release, not $source"; } ;;
        esac
        case $type-$2 in
        absent-* | tree-shallow | dir-shallow) ;;
        *) [ "$p_hash" = "$hash" ] || { in_place=no why="'$path' has hash $p_hash, not $hash"; } ;;
        esac
    done <<LIST
$1
LIST
    [ "$in_place" = yes ]
}

each() {
    each_failed=no
    while IFS=$tab read -r role type hash source keep path; do
        [ -n "$path" ] || continue
        if [ "$1" = prepare ]; then
            probe "$path" shallow
            { [ "$p_type" = "$type" ] && [ "$p_hash" = "$hash" ]; } || prepare "$type" "$hash" "$source" "$keep" "$path" || { each_failed=yes; break; }
        elif [ "$1" = clean ]; then
            rm -rf -- "./$path.dls-$id"
        elif [ "$1" = keep ]; then
            keep_unknown || { each_failed=yes; break; }
        else
            put "$type" "$hash" "$source" "$keep" "$path" && step "$role" || { each_failed=yes; break; }
        fi
    done <<LIST
$2
LIST
    [ "$each_failed" = no ]
}

# What somebody else put there after an interrupted switch belongs to them: it is kept before the old state comes back.
keep_unknown() {
    probe "$path" shallow
    case $p_type in file | link | other) ;; *) return 0 ;; esac
    printf '%s\n%s\n' "$list_from" "$list_to" |
        d_path=$path d_type=$p_type d_hash=$p_hash awk -F "$tab" '$6 == ENVIRON["d_path"] && $2 == ENVIRON["d_type"] && $3 == ENVIRON["d_hash"] { found = 1 } END { exit !found }' && return 0
    mkdir -p ".dls/before/$entry-unknown" && mv -T -- "./$path" ".dls/before/$entry-unknown/$role" || { why="'$path' cannot be kept"; return 1; }
    echo "note '$path' was changed meanwhile; it is kept as '.dls/before/$entry-unknown/$role'"
}

save_found() {
    [ "$found" != - ] || return 0
    mkdir ".dls/before/$found" || { why="'.dls/before/$found' cannot be made"; return 1; }
    while IFS=$tab read -r role type hash source keep path; do
        case $type in file | link) ;; *) continue ;; esac
        cp -pP -- "./$path" "$source" && probe "$source" && [ "$p_hash" = "$hash" ] || { why="'$path' cannot be saved"; break; }
    done <<LIST
$list_from
LIST
    [ -z "$why" ] || { rm -rf -- ".dls/before/$found"; return 1; }
    sync_all
    record "$found.json" "$json_found"
}

restore() {
    reason=$why
    # A test that lets a step fail may name another one at which the way back ends.
    [ -z "$intent" ] || case $crash in *+*) crash=${crash#*+} ;; *) crash= ;; esac
    each clean "$list_to"
    if each keep "$list_to" && each put "$list_from" && put_current "$current_from" && is_in_place "$list_from" shallow && record "$entry.json" "$json_undone"; then
        die 20 "$reason"
    fi
    die 21 "$reason; then the old state could not be brought back: $why"
}

# Releases and copies that no entry names were left by clients that died; a day is longer than any staging.
sweep() {
    for f in .dls/releases/* .dls/before/*; do
        n=${f##*/}
        [ -d "$f" ] && [ ! -e ".dls/journal/$n.json" ] && [ ! -e ".dls/journal/$n.intent.json" ] && [ ! -e ".dls/journal/${n%-unknown}.json" ] && [ -n "$(find "$f" -prune -mtime +1)" ] && rm -rf -- "$f"
    done
    return 0
}

take_lock
step locked || die 3 "$why"
[ "$(last_entry)" = "${last#-}" ] || die 12 "its journal has the entry $(last_entry) now"
if [ -z "$intent" ]; then
    [ -e ".dls/journal/$entry.intent.json" ] && [ ! -e ".dls/journal/$entry.json" ] || die 12 "it is settled already"
    if is_in_place "$list_to" deep && put_current "$current_to" && record "$entry.json" "$json_done"; then
        each clean "$list_to"
        echo settled done
        exit 0
    fi
    restore
fi

is_in_place "$list_from" '' || { is_in_place "$list_from" shallow; die 12 "something was changed there meanwhile: $why"; }
why=
save_found || die 3 "$why"
step found || die 3 "$why"
record "$entry.intent.json" "$intent" || die 3 "its journal cannot be written"
if step intent && each prepare "$list_to" && step prepared && each put "$list_to" && put_current "$current_to" && step current && sync_all && is_in_place "$list_to" deep && step verified; then
    if record "$entry.json" "$json_done"; then
        step done
        sweep
        exit 0
    fi
    why="its journal cannot be written"
fi
restore
