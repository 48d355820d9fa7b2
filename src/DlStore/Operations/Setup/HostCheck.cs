using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore.Operations.Setup;

/// <summary>What a check of a host found.</summary>
public sealed record HostCheckResult
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where it is.</summary>
    public required string Destination { get; init; }

    /// <summary>Gets a value indicating whether a script ran there.</summary>
    public required bool Reached { get; init; }

    /// <summary>Gets what <c>uname -srm</c> says, or empty.</summary>
    public required string System { get; init; }

    /// <summary>Gets the programs that were looked for and are there: name and first line of what each says about its version.</summary>
    public required IReadOnlyDictionary<string, string> Programs { get; init; }

    /// <summary>Gets the programs that dls needs there and that are not there.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>
    /// Gets how far its clock is ahead of this machine's; negative if behind; to about a second and the time of the connection.
    /// </summary>
    public required long ClockAheadSeconds { get; init; }

    /// <summary>Gets the free bytes where dls keeps its files, or -1 if unknown.</summary>
    public required long DiskFree { get; init; }

    /// <summary>Gets what is wrong, each a sentence for people; empty if nothing is.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary><c>dls host check</c>: reaches a host and looks whether all that dls needs is there. Nothing is changed on it.</summary>
public static class HostCheck
{
    private const long ClockTolerance = 120;
    private static readonly string[] _needed = [
        "sh", "awk", "tar", "sha256sum", "find", "xargs", "sort", "stat", "cp", "mv", "df", "dd", "head", "mktemp"];
    private static readonly string[] _wished = ["git", "mawk", "gawk", "setsid", "nvidia-smi", "python3"];

    // One line a fact; answers are untrusted and are escaped when they are shown.
    private const string Script = """
        printf 'system %s\n' "$(uname -srm 2>/dev/null)"
        printf 'clock %s\n' "$(date +%s)"
        for p; do
            if command -v "$p" >/dev/null 2>&1; then
                case $p in
                    git|tar|gawk|sha256sum|find|python3) v=$("$p" --version 2>/dev/null </dev/null | head -n 1);;
                    mawk) v=$(mawk -W version 2>/dev/null </dev/null | head -n 1);;
                    awk) v=$(awk --version 2>/dev/null </dev/null | head -n 1); [ -n "$v" ] || v=$(awk -W version 2>/dev/null </dev/null | head -n 1);;
                    *) v=;;
                esac
                printf 'has %s %s\n' "$p" "$v"
            fi
        done
        d=$dls_root
        while [ ! -d "$d" ]; do d=${d%/*}; [ -n "$d" ] || d=/; done
        [ -w "$d" ] || printf 'readonly %s\n' "$d"
        df -Pk -- "$d" | awk 'NR > 1 { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+%$/) { print "free " $(i - 1); exit } }'
        """;

    /// <summary>Checks hosts.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">One host, or null for all that are configured.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One result a host, by name; a host that cannot be reached is a result too.</returns>
    /// <exception cref="DlsException">Kind Usage: no such host is configured.</exception>
    public static async Task<IReadOnlyList<HostCheckResult>> RunAsync(Repo repo, string? name, CancellationToken cancel)
    {
        HostShell[] shells = [.. (name is null ? [.. repo.Config.Hosts.Keys] : (string[])[name]).Select(repo.OpenHost)];
        return await Task.WhenAll(shells.Select(shell => CheckAsync(shell, repo.Clock, cancel)));
    }

    private static async Task<HostCheckResult> CheckAsync(HostShell shell, TimeProvider clock, CancellationToken cancel)
    {
        HostCheckResult nothing = new()
        {
            Name = shell.Name,
            Destination = shell.Address.Show(),
            Reached = false,
            System = "",
            Programs = new Dictionary<string, string>(),
            Missing = [],
            ClockAheadSeconds = 0,
            DiskFree = -1,
            Problems = [],
        };
        try
        {
            HostReply reply = await shell.RequireAsync(
                new HostScript(Script, [.. _needed, .. _wished]) { What = "look around" }, default, cancel);
            return Read(nothing with { Reached = true }, reply.OutputText(), clock.GetUtcNow().ToUnixTimeSeconds());
        }
        catch (DlsException e)
        {
            return nothing with { Problems = [e.Hint is null ? e.Message : $"{e.Message}; {e.Hint}"] };
        }
    }

    private static HostCheckResult Read(HostCheckResult result, string text, long now)
    {
        SortedDictionary<string, string> programs = new(StringComparer.Ordinal);
        List<string> problems = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = EntryName.Show(Encoding.UTF8.GetBytes(line.Length > 300 ? line[..300] : line)).Split(' ', 2);
            string rest = words.Length > 1 ? words[1] : "";
            _ = long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
            result = words[0] switch
            {
                "system" => result with { System = rest },
                "clock" => result with { ClockAheadSeconds = number - now },
                "free" => result with { DiskFree = number <= long.MaxValue / 1024 ? number * 1024 : -1 },
                _ => result,
            };
            if (words[0] == "has")
            {
                string[] pair = rest.Split(' ', 2);
                programs[pair[0]] = pair.Length > 1 ? pair[1] : "";
            }
            else if (words[0] == "readonly")
            {
                problems.Add($"'{rest}' cannot be written: set 'host.{result.Name}.root' in {RepoConfig.File} to a directory of yours");
            }
        }

        string[] missing = [.. _needed.Where(p => !programs.ContainsKey(p))];
        problems.AddRange(missing.Select(static p => $"'{p}' is missing: install it there"));
        if (Math.Abs(result.ClockAheadSeconds) > ClockTolerance)
        {
            problems.Add($"its clock is {Math.Abs(result.ClockAheadSeconds)} s {(result.ClockAheadSeconds > 0 ? "ahead" : "behind")}"
                + ": ages of logs will look wrong; set it by NTP");
        }

        return result with { Programs = programs, Missing = missing, Problems = problems };
    }
}
