# Asks a run to end. $1 = the directory of dls on this host, $2 = the attempt's id.
case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
run=$root/runs/$2
[ -d "$run/state" ] || { echo "there is no such run on this host" >&2; exit 3; }
: > "$run/state/stop"
