# Removes a staged release that no entry of the journal names: $2 its name; $3 is "ended" if no script that could name it is under way. Otherwise, while somebody switches, it
# may be about to be named: the sweep of a later switch takes it.
read_lock
[ "$lock_state" = free ] || [ "$3" = ended ] || exit 0
[ -e ".dls/journal/$2.intent.json" ] || [ -e ".dls/journal/$2.json" ] || rm -rf -- ".dls/releases/$2"
