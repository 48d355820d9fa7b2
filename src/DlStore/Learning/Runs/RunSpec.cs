using System.Text;
using DlStore.Archives;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Ssh;

namespace DlStore.Learning.Runs;

/// <summary>The small files that tell a supervisor what to do: docs/formats/host-layout.md.</summary>
internal static class RunSpec
{
    private const int GraceSeconds = 60;

    /// <summary>Makes the files of a run as a tar archive, to be unpacked in the run's directory.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="start">The attempt.</param>
    /// <param name="tick">How often the supervisor looks, in seconds as <c>sleep</c> takes them.</param>
    public static byte[] ToTar(Kind kind, AttemptStart start, string tick)
    {
        using MemoryStream stream = new();
        foreach ((string name, string text) in Files(kind, start, tick))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            stream.Write(GnuTar.Header(Encoding.UTF8.GetBytes(name), [], bytes.Length, '0', TarBlock.FileMode));
            stream.Write(bytes);
            stream.Write(new byte[TarBlock.PaddingOf(bytes.Length)]);
        }

        stream.Write(GnuTar.End.Span);
        return stream.ToArray();
    }

    private static IEnumerable<(string Name, string Text)> Files(Kind kind, AttemptStart start, string tick)
    {
        yield return ("supervisor.sh", HostScripts.Read("supervisor.sh"));
        yield return ("rules.awk", HostScripts.Read("rules.awk"));
        string there = kind.Cwd is { } cwd ? $"cd -- {ShellQuote.Quote(cwd)} || exit\n" : "";
        yield return ("spec/train", $"{there}{start.Train}\n");
        if (start.Test is { } test)
        {
            yield return ("spec/test", $"{there}{test}\n");
        }

        yield return ("spec/env",
            string.Concat(Variables(kind, start).Select(static v => $"{v.Key}={ShellQuote.Quote(v.Value)}\nexport {v.Key}\n")));
        yield return ("spec/rules", string.Concat(kind.Log.Stop.Select(
            static r => $"{StopActions.Name(r.Action)}\t{r.Count}\t{r.Name}\t{r.Match}\t{r.Unless}\n")));
        yield return ("spec/collect", string.Concat(kind.Collect.Concat(
            kind.BestFiles).Append(kind.Results).Concat(kind.Result.Select(static r => r.File)).OfType<string>().Distinct().Select(
                static c => GlobExpression.ToExtended(c) + "\n")));
        yield return ("spec/best", Patterns(kind.BestFiles.Take(1)));
        yield return ("spec/best-else", Patterns(kind.BestFiles.Skip(1)));
        yield return ("spec/directories", string.Concat(kind.Directories.Select(static d => d + "\n")));
        yield return ("spec/limit", $"{kind.LimitSeconds}\n");
        yield return ("spec/stall", $"{kind.StallSeconds}\n");
        yield return ("spec/stall-action", kind.StallStops ? "stop\n" : "warn\n");
        yield return ("spec/grace", $"{GraceSeconds}\n");
        yield return ("spec/tick", tick + "\n");
    }

    private static string Patterns(IEnumerable<string> globs) =>
        string.Concat(globs.SelectMany(GlobExpression.ToShell).Select(static p => p + "\n"));

    /// <summary>What the programs may want to know, besides their parameters.</summary>
    private static SortedDictionary<string, string> Variables(Kind kind, AttemptStart start)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["DLS_ATTEMPT"] = start.Id,
            ["DLS_KIND"] = start.Kind,
            ["PYTHONUNBUFFERED"] = "1",
        };
        if (start.Data is not null)
        {
            all["DLS_DATA"] = kind.FromCwd(kind.Data) is { Length: > 0 } data ? data : ".";
        }

        if (start.TestSetTree is not null)
        {
            all["DLS_TESTSET"] = kind.FromCwd(kind.TestSetInto) is { Length: > 0 } set ? set : ".";
        }

        foreach ((string name, string value) in start.Parameters)
        {
            all["DLS_PARAM_" + name] = value;
        }

        return all;
    }
}
