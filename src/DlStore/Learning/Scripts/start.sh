# Starts a prepared run. $1 = the directory of dls on this host, $2 = the attempt's id. Says "started" or why not; a second start does nothing.
case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
run=$root/runs/$2
[ -d "$run/work" ] && [ -f "$run/ready" ] || { echo "the run is not prepared" >&2; exit 3; }
mkdir -- "$run/state/started" 2>/dev/null || { echo already; exit 0; }
: > "$run/log"
if command -v setsid > /dev/null && setsid -f true 2>/dev/null; then
    # Not as a job of this shell: a shell starts those with SIGINT ignored, and so could never ask them to end.
    setsid -f sh "$run/supervisor.sh" "$run" < /dev/null > "$run/state/supervisor.log" 2>&1
else
    nohup sh "$run/supervisor.sh" "$run" < /dev/null > "$run/state/supervisor.log" 2>&1 &
fi
i=0
while [ ! -s "$run/state/pid" ] && [ "$i" -lt 50 ]; do
    sleep 0.1
    i=$((i + 1))
done
[ -s "$run/state/pid" ] || { echo "the supervisor did not come up" >&2; exit 4; }
echo started
