# Lists files that a run made or changed and that nothing declares: "size path" lines, at most 1,000. $1 = the run's directory.
cd -- "$1" || exit 3
find work -type f -newer ready ! -path '*
*' -print | EXPRESSIONS=spec/collect awk '
    BEGIN { while ((getline line < ENVIRON["EXPRESSIONS"]) > 0) expression[++n] = line }
    { path = substr($0, 6); for (i = 1; i <= n; i++) if (path ~ expression[i]) next; print }' | head -n 1000 | while IFS= read -r file; do
    printf '%s %s\n' "$(stat -c %s -- "$file")" "${file#work/}"
done
