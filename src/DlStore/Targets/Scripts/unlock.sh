# Takes away a lock that somebody decided is nobody's: $2 the token of its holder.
read_lock
[ "$lock_state" = free ] && exit 0
[ "$lock_state" != alive ] || die 11 "$lock_text"
mv -T -- .dls/lock ".dls/lock.broken-$2" && rm -rf -- ".dls/lock.broken-$2"
