# Gives the small files of a run's state. $1 = the run's directory. "file NAME" and its lines, each with one space before it.
cd -- "$1/state" || exit 3
for file in start exit verdict alarms best; do
    if [ -f "$file" ]; then
        echo "file $file"
        sed 's/^/ /' "$file"
    fi
done
echo "file now"
echo " $(date +%s)"
