# Runs one attempt on a host without any client: train, then test; checks the rules of its kind against the log, keeps every version of the best weights, and writes down
# how it ended. $1 = the run's directory. Needs sh, awk, sha256sum and coreutils. docs/formats/host-layout.md names every file.
LC_ALL=C
export LC_ALL
run=$1
state=$run/state
spec=$run/spec
cd -- "$run/work" || exit 1

# Puts a line into a file of the state, whole or not at all.
put() {
    printf '%s\n' "$2" > "$state/$1.tmp" && mv -f -- "$state/$1.tmp" "$state/$1"
}

# When a process began, in ticks since the boot: with its pid and the boot's id it names one process for ever.
began() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

tick=$(cat "$spec/tick")
limit=$(cat "$spec/limit")
stall=$(cat "$spec/stall")
stall_action=$(cat "$spec/stall-action")
grace=$(cat "$spec/grace")
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none)
while IFS= read -r directory; do
    mkdir -p -- "$directory"
done < "$spec/directories"
put start "$(date +%s)"
put pid "$$ $(began $$) $boot"

# Says once why the program has to end.
verdict() {
    [ -f "$state/verdict" ] || put verdict "$1"
}

alarm() { # action rule text
    printf '%s\t%s\t%s\t0\t%s\n' "$(date +%s)" "$1" "$2" "$3" >> "$state/alarms"
}

# Checks the lines that came since the last time. The awk program counts lines and matches and leaves where it stopped in state/seen.
check_log() {
    size=$(wc -c < "$log")
    offset=$(cat "$state/offset.$phase" 2>/dev/null || echo 0)
    length=$((size - offset))
    [ "$length" -gt 0 ] || return 0
    [ "$length" -le 4194304 ] || length=4194304
    tail -c "+$((offset + 1))" -- "$log" | head -c "$length" | tr '\000' '\001' \
        | RULES=$spec/rules SEEN=$state/seen.$phase ALARMS=$state/alarms NOW=$(date +%s) LENGTH=$length LAST=$1 awk -f "$run/rules.awk" > "$state/check.tmp" || return 0
    consumed=$(sed -n 's/^consumed //p' "$state/check.tmp")
    found=$(sed -n 's/^stop //p' "$state/check.tmp")
    sed -n 's/^seen //p' "$state/check.tmp" > "$state/seen.tmp"
    mv -f -- "$state/seen.tmp" "$state/seen.$phase"
    put "offset.$phase" "$((offset + ${consumed:-0}))"
    [ -z "$found" ] || verdict "rule $found"
}

# Keeps a version of the best weights when the file has not changed for one round (or at the end), by its hash.
keep() { # file
    [ -f "$1" ] && [ ! -L "$1" ] || return 0
    now=$(stat -c '%i %s %y' -- "$1") || return 0
    key=$(printf '%s' "$1" | cksum | tr ' ' -)
    [ "$now" != "$(cat "$state/kept/$key" 2>/dev/null)" ] || return 0
    # Lines as an editor counts them, by LF alone, with the one that was begun.
    line=$(wc -l < "$run/log")
    [ -z "$(tail -c 1 -- "$run/log" | tr '\000' '?')" ] || line=$((line + 1))
    if [ "$now" != "$(sed -n 1p "$state/kept/$key.new" 2>/dev/null)" ]; then
        printf '%s\n%s\n' "$now" "${line:-0}" > "$state/kept/$key.new"
        [ "$2" = last ] || return 0
    fi
    line=$(sed -n 2p "$state/kept/$key.new")
    cp -- "$1" "$run/best/.copy" || { alarm warn disk "cannot keep a copy of the best weights"; return 0; }
    [ "$now" = "$(stat -c '%i %s %y' -- "$1")" ] || { rm -f -- "$run/best/.copy"; return 0; }
    hex=$(sha256sum < "$run/best/.copy" | cut -d ' ' -f 1)
    mv -f -- "$run/best/.copy" "$run/best/$hex"
    # A file that was sent with the run is older than the mark that everything was sent.
    made=sent
    [ ! "$1" -nt "$run/ready" ] || made=made
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date +%s)" "$line" "$(stat -c %s -- "$run/best/$hex")" "$hex" "$made" "$1" >> "$state/best"
    printf '%s\n' "$now" > "$state/kept/$key"
}

keep_best() { # last or nothing
    [ -s "$spec/best" ] || return 0
    while IFS= read -r pattern; do
        old=$IFS
        IFS=
        # Unquoted on purpose: the pattern is expanded, and with an empty IFS not split.
        for file in $pattern; do
            IFS=$old
            keep "$file" "$1"
            IFS=
        done
        IFS=$old
    done < "$spec/best"
}

# Where the run made none of the files that come first: the newest of the first pattern that names one the run made.
keep_else() {
    [ -s "$spec/best-else" ] || return 0
    if cut -f 5 "$state/best" 2>/dev/null | grep -q '^made$'; then return 0; fi
    while IFS= read -r pattern; do
        newest=
        old=$IFS
        IFS=
        for file in $pattern; do
            [ -f "$file" ] && [ ! -L "$file" ] && [ "$file" -nt "$run/ready" ] || continue
            [ -z "$newest" ] || [ "$file" -nt "$newest" ] || continue
            newest=$file
        done
        IFS=$old
        if [ -n "$newest" ]; then
            keep "$newest" last
            return 0
        fi
    done < "$spec/best-else"
}

check_time() {
    at=$(date +%s)
    if [ "$limit" -gt 0 ] && [ $((at - $(cat "$state/start"))) -ge "$limit" ]; then
        [ -f "$state/verdict" ] || alarm stop limit "the run takes longer than $limit s"
        verdict limit
    fi
    silent=$((at - $(stat -c %Y -- "$log")))
    if [ "$stall" -gt 0 ] && [ "$silent" -ge "$stall" ]; then
        if [ ! -f "$state/stalled" ]; then
            alarm "$stall_action" stall "the log has been silent for $silent s"
            : > "$state/stalled"
        fi
        [ "$stall_action" != stop ] || verdict stall
    else
        rm -f -- "$state/stalled"
    fi
}

signal() {
    # This form with -s is the one that every sh takes for a process group.
    kill -s "$1" -- "-$program" 2>/dev/null || kill -s "$1" "$program" 2>/dev/null
}

# Asks the program to end, then makes it: SIGINT (many programs save on it), SIGTERM, SIGKILL.
end_program() {
    program=$(cat "$state/program" 2>/dev/null) || return 0
    wait_s=3
    [ "$(cat "$state/verdict")" != request ] || wait_s=$grace
    for name in INT TERM KILL; do
        [ ! -f "$state/ended" ] || return 0
        signal "$name"
        waited=0
        while [ ! -f "$state/ended" ] && [ "$waited" -lt "$wait_s" ]; do
            sleep 1
            waited=$((waited + 1))
        done
        wait_s=5
    done
}

watch() {
    program=
    while [ ! -f "$state/ended" ]; do
        sleep "$tick"
        program=$(cat "$state/program" 2>/dev/null || echo "$program")
        if [ ! -d "$state" ]; then
            # Somebody removed the run: nobody would ever see what comes of it.
            [ -z "$program" ] || signal KILL
            return
        fi
        check_log
        keep_best
        check_time
        [ ! -f "$state/stop" ] || verdict request
        [ ! -f "$state/verdict" ] || [ -f "$state/ended" ] || end_program
    done
    # What the program printed last, and the last version of its weights.
    while :; do
        before=$(cat "$state/offset.$phase" 2>/dev/null)
        check_log last
        [ "$before" != "$(cat "$state/offset.$phase" 2>/dev/null)" ] || break
    done
    keep_best last
    keep_else
}

# In a session of its own, so that the program can be ended with all it started. exec keeps the pid that is written down.
start_program='printf "%s\n" "$$" > "$1.tmp" && mv -f -- "$1.tmp" "$1"; . "$3"; exec $4 sh "$2"'
# Both streams go to one file. A C program writes the one in blocks and the other in pieces of lines, and each would cut the lines of the other.
by_line=
if stdbuf -oL -eL true > /dev/null 2>&1; then by_line='stdbuf -oL -eL'; fi

phase() { # name
    phase=$1
    printf '%s %s\n' "$phase" "$(date +%s)" >> "$state/phases"
    log=$run/log
    [ "$phase" = train ] || log=$run/$phase.log
    rm -f -- "$state/ended"
    : >> "$log"
    watch &
    watcher=$!
    if command -v setsid > /dev/null; then
        setsid sh -c "$start_program" sh "$state/program" "$spec/$phase" "$spec/env" "$by_line" >> "$log" 2>&1 < /dev/null
    else
        sh -c "$start_program" sh "$state/program" "$spec/$phase" "$spec/env" "$by_line" >> "$log" 2>&1 < /dev/null
    fi
    code=$?
    : > "$state/ended"
    wait "$watcher"
    rm -f -- "$state/program"
}

phase train
train_code=$code
test_code=-
if [ "$train_code" = 0 ] && [ ! -f "$state/verdict" ] && [ -f "$spec/test" ]; then
    phase test
    test_code=$code
fi
put exit "train $train_code
test $test_code
at $(date +%s)"
