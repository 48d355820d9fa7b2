# Prints what a target's journal holds: "home PATH", "lock STATE TEXT", "free KIB", "tools ok", then "entry BYTES NAME" for each file, a line "bytes", and the bytes of all of
# them in that order. Changes nothing.
printf 'home %s\n' "$home"
read_lock
printf 'lock %s %s\n' "$lock_state" "$lock_text"
printf 'free %s\n' "$(df -Pk . | awk 'NR == 2 { print $4 }')"
mv --help 2>&1 | grep -q -e --no-target-directory -e ' -T' && echo tools ok || echo tools mv
set -- .dls/journal/*.json
if [ -f "$1" ]; then
    stat -c '%s %n' -- "$@" | sed 's,^\([0-9]*\) .*/,entry \1 ,' && echo bytes && cat -- "$@" || die 3 "'$home/.dls/journal' cannot be read"
fi
