# Removes a run that has ended or never started. $1 = the directory of dls on this host, $2 = the attempt's id.
case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
run=$root/runs/$2
[ -d "$run" ] || exit 0
if [ -s "$run/state/pid" ] && [ ! -s "$run/state/exit" ]; then
    read -r pid began was < "$run/state/pid"
    boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none)
    if [ "$was" = "$boot" ] && [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$began" ]; then
        echo "it is still running" >&2
        exit 3
    fi
fi
rm -rf -- "$run"
