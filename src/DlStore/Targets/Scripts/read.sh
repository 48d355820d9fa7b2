# Prints what a target's journal holds: "home PATH", "lock STATE TEXT", "free KIB", then "entry NAME BYTES" before the bytes of each file. Changes nothing.
printf 'home %s\n' "$home"
read_lock
printf 'lock %s %s\n' "$lock_state" "$lock_text"
printf 'free %s\n' "$(df -Pk . | awk 'NR == 2 { print $4 }')"
mv --help 2>&1 | grep -q -e --no-target-directory -e ' -T' && echo tools ok || echo tools mv
for f in .dls/journal/*.json; do
    [ -f "$f" ] || continue
    printf 'entry %s %s\n' "${f##*/}" "$(stat -c %s -- "$f")" && cat -- "$f" && echo || die 3 "'$home/$f' cannot be read"
done
