# Runs a program in a file system of its own: it sees everything that is there, and what it writes outside of its private directories
# lies in memory over the real files, is listed when it ends, and is gone then. Started by `unshare --mount` (with --user for those who
# are not root) in the directory that holds home/, tmp/ and passwd. docs/formats/project-file.md, "Programs".
#   confine.sh OPTIONS DIRECTORY PROGRAM ARGUMENT...
# OPTIONS are more ones of overlay mounts, with a comma before each. Leaves: ready, once the program is started; written and removed, one
# path a line. Without `ready` nothing was started: then the system does not allow this.
set -eu
options=$1
directory=$2
shift 2
given=$PATH
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
here=$(pwd -P)
mounts=$(cat /proc/self/mountinfo)
command -v chroot mount stat find sed cp >/dev/null

mkdir box top
mount -t tmpfs -o mode=755 tmpfs box
mount -t tmpfs -o mode=755 tmpfs top
n=0

# A layer in memory over the directory $1. Of a user's own, none can be laid over what holds other mounts.
lay() {
    n=$((n + 1))
    mkdir "box/up$n" "box/work$n"
    set -- "$1" $(stat -c '%a %u:%g' "$1")
    chown "$3" "box/up$n" 2>/dev/null || :
    chmod "$2" "box/up$n"
    mount -t overlay -o "lowerdir=$1,upperdir=box/up$n,workdir=box/work$n$options" overlay "top$1" 2>/dev/null && eval "at$n=\$1"
}

# $1 and all mounts below it, to be read only. Options that a mount has must be said again.
show() {
    mount --rbind "$1" "top$1"
    root=
    while read -r _ _ _ _ at flags _; do
        flags=$(printf %s "$flags" | sed 's/^r[wo],\{0,1\}//')
        case $at in
            /) root=$flags ;;
            "$1") root=$flags ;;
            "$1"/*) mount -o "remount,bind,ro${flags:+,$flags}" "top$at" 2>/dev/null || : ;;
        esac
    done <<end
$mounts
end
    mount -o "remount,bind,ro${root:+,$root}" "top$1"
}

for at in /* /.[!.]*; do
    case $at in
        *[!A-Za-z0-9/._+@%=~-]*) [ ! -e "$at" ] ;;
        /proc | /sys | /dev) mkdir "top$at" && mount --rbind "$at" "top$at" ;;
        *)
            if [ -L "$at" ]; then
                cp -P "$at" "top$at"
            elif [ -d "$at" ]; then
                mkdir "top$at"
                lay "$at" || show "$at"
            elif [ -f "$at" ]; then
                : >"top$at"
                show "$at"
            fi
            ;;
    esac
done
while read -r _ _ _ _ at _ more; do
    more=" $more"
    type=${more#* - }
    case $at in
        /dev/shm) ;;
        /proc/* | /sys/* | /dev/*) continue ;;
        /*/*) ;;
        *) continue ;;
    esac
    case $at in
        *[!A-Za-z0-9/._+@%=~-]*) exit 3 ;;
    esac
    [ -e "top$at" ] || continue
    case ${type%% *} in
        autofs | nsfs | fuse* | proc | sysfs | cgroup*) show "$at" ;;
        *) if [ ! -d "$at" ] || ! lay "$at"; then show "$at"; fi ;;
    esac
done <<end
$mounts
end

mount --bind "$here/home" "top$here/home"
mount --bind "$here/tmp" "top$here/tmp"
[ ! -f /etc/passwd ] || mount --bind passwd top/etc/passwd
mount -o remount,ro,mode=755 tmpfs top

: >ready
code=0
chroot top /bin/sh -c 'PATH=$1 && cd "$2" && shift 2 && exec "$@"' sh "$given" "$directory" "$@" || code=$?
while [ "$n" -gt 0 ]; do
    eval "at=\${at$n:-}"
    find "box/up$n" ! -type d ! -type c -print | sed "s|^box/up$n|$at|" >>written
    find "box/up$n" -type c -print | sed "s|^box/up$n|$at|" >>removed
    n=$((n - 1))
done
exit "$code"
