# Lists what a run leaves, relative to its directory, each path ended by a zero byte: logs, versions of the best weights, and declared files. $1 = the run's directory.
cd -- "$1" || exit 3
for file in log test.log; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
done
for file in best/*; do
    [ ! -f "$file" ] || printf '%s\0' "$file"
done
# Names with a line feed in them are not listed here; they count as undeclared.
find work -type f ! -path '*
*' -print | EXPRESSIONS=spec/collect awk '
    BEGIN { while ((getline line < ENVIRON["EXPRESSIONS"]) > 0) expression[++n] = line }
    { path = substr($0, 6); for (i = 1; i <= n; i++) if (path ~ expression[i]) { print; next } }' | tr '\n' '\0'
