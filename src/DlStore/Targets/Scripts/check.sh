# Looks whether a target's home can be used. Changes nothing. Prints "home PATH", "exists" or "blocked" (something else is there), "writable" if it, or the directory in
# which it would be made, may be written, and "free KIB".
printf 'home %s\n' "$home"
d=$home
if [ -d "$d" ]; then echo exists; elif [ -e "$d" ] || [ -L "$d" ]; then echo blocked; fi
while [ ! -d "$d" ]; do d=${d%/*}; [ -n "$d" ] || d=/; done
if [ -w "$d" ] && [ -x "$d" ]; then echo writable; fi
df -Pk -- "$d" | awk 'NR > 1 { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+%$/) { print "free " $(i - 1); exit } }'
