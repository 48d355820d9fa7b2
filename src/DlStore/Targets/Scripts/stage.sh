# Finishes a staged release and checks it: $2 its name, $3 digest of the weight, $4 of the listing of the data (or -), $5 of the class list, $6 deployment.json,
# $7 the smoke command (or empty), $8 its time limit in seconds; the class list comes on standard input.
release=.dls/releases/$2
cat >"$release/classes.txt" && printf '%s' "$6" | sed "s/^  \"at\": \"0000-00-00T00:00:00Z\",\$/  \"at\": \"$(now)\",/" >"$release/deployment.json" || die 3 "the release cannot be written in '$home/$release'"
check() {
    probe "$release/$1"
    [ "$p_type" = "$2" ] && [ "$p_hash" = "$3" ] || die 13 "'$release/$1' has other bytes there than here: $p_type $p_hash, not $3"
}
check weight file "$3"
check classes.txt file "$5"
if [ "$4" != - ]; then
    check data dir "$4"
    mv -- "$p_list" "$release/sums" || die 3 "the release cannot be written in '$home/$release'"
fi
sync -f -- "$release" 2>/dev/null || sync
if [ -n "$7" ]; then
    limit=
    command -v timeout >/dev/null 2>&1 && limit="timeout $8"
    # shellcheck disable=SC2086
    (cd -- "$release" && exec $limit sh -c "$7") </dev/null >"$scratch/smoke" 2>&1
    smoke=$?
    [ "$smoke" = 0 ] || { tail -n 5 "$scratch/smoke" >&2; [ "$smoke" = 124 ] && die 14 "it took longer than $8 s"; die 14 "it ended with exit code $smoke"; }
fi
