#!/usr/bin/env bash
# Asks the package feed which locked packages have known vulnerabilities: exit 0 none, 1 some (listed), 3 the feed has no such index, so nothing was learned.
# (`dotnet list package --vulnerable` prints "no vulnerable packages" in that last case too; a restore that is told which feeds to ask says NU1905.)
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# The user's own feeds, named once more as those to ask about vulnerabilities.
feeds=$(dotnet nuget list source --format Short | sed -n 's/^E //p' | awk '{ gsub(/&/, "\\&amp;"); printf "<add key=\"feed%d\" value=\"%s\" />", NR, $0 }')
printf '<configuration><packageSources><clear />%s</packageSources><auditSources><clear />%s</auditSources></configuration>\n' "$feeds" "$feeds" >"$work/nuget.config"

# In a copy, so that nothing of a build here is restored anew.
git ls-files -z -- '*.csproj' '*.props' '*.sln' '*packages.lock.json' global.json | xargs -0 cp --parents -t "$work"
cd -- "$work"
dotnet restore DlStore.sln --configfile "$work/nuget.config" --locked-mode --verbosity minimal \
    -p:NuGetAudit=true -p:NuGetAuditMode=all -p:NuGetAuditLevel=low -p:TreatWarningsAsErrors=false >"$work/log" 2>&1 || { cat -- "$work/log" >&2; exit 2; }

if grep -qE 'NU190[05]' "$work/log" && ! grep -qE 'NU190[1-4]' "$work/log"; then
    printf 'no feed has a vulnerability index; nothing was learned (tests/known-vulnerabilities.txt says what was known, and when)\n'
    exit 3
fi
if grep -qE 'NU190[1-4]' "$work/log"; then
    grep -oE "NU190[1-4]: Package '[^']+' [^ ]+ has a known .*" "$work/log" | sed 's/ \[[^]]*\]$//' | sort -u
    exit 1
fi
printf 'no known vulnerabilities in the locked packages\n'
