# Tells the evidence of runs. $1 = the directory of dls on this host, further arguments = ids. One block a run: "run ID", "key value" lines, "end".
case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
shift
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none)
for id in "$@"; do
    run=$root/runs/$id
    echo "run $id"
    echo "now $(date +%s)"
    if [ ! -d "$run" ]; then
        echo missing yes
    else
        [ ! -f "$run/ready" ] || echo ready yes
        [ ! -d "$run/state/started" ] || echo started yes
        if [ -s "$run/state/pid" ]; then
            read -r pid began was < "$run/state/pid"
            now=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)
            if [ "$was" != "$boot" ]; then
                echo gone reboot
            elif [ "$now" != "$began" ]; then
                echo gone process
            else
                echo alive "$pid"
            fi
        fi
        for key in start verdict; do
            [ ! -s "$run/state/$key" ] || echo "$key $(head -n 1 "$run/state/$key")"
        done
        [ ! -s "$run/state/phases" ] || sed 's/^/phase /' "$run/state/phases"
        [ ! -s "$run/state/exit" ] || sed 's/^/exit-/' "$run/state/exit"
        for log in log test.log; do
            if [ -f "$run/$log" ]; then
                echo "$log-size $(wc -c < "$run/$log")"
                echo "$log-age $(($(date +%s) - $(stat -c %Y -- "$run/$log")))"
                echo "$log-tail $(tail -c 2048 -- "$run/$log" | od -An -v -tx1 | tr -d ' \n')"
            fi
        done
        [ ! -s "$run/state/alarms" ] || tail -n 20 "$run/state/alarms" | sed 's/^/alarm /'
    fi
    echo end
done
