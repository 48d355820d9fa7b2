# Writes the log of a run as it grows, until the run ends. $1 = the directory of dls on this host, $2 = the attempt's id, $3 = log or test.log, $4 = bytes to pass over.
case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
run=$root/runs/$2
i=0
while [ ! -f "$run/$3" ]; do
    [ ! -f "$run/state/exit" ] && [ -d "$run" ] || exit 0
    sleep 0.3
done
tail -c "+$(($4 + 1))" -f -- "$run/$3" &
tail=$!
trap 'kill $tail 2>/dev/null' EXIT HUP TERM INT PIPE
next=$run/state/exit
[ "$3" != log ] || next=$run/test.log
while kill -0 $tail 2>/dev/null; do
    if [ -f "$run/state/exit" ] || [ -f "$next" ]; then
        break
    fi
    # A supervisor that is gone writes no exit; whoever asks for the state learns why.
    read -r pid rest < "$run/state/pid" && [ -d "/proc/$pid" ] || break
    sleep 0.3
done
# What was written last is on its way.
sleep 0.5
