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
        yield return ("spec/train", start.Train + "\n");
        if (start.Test is { } test)
        {
            yield return ("spec/test", test + "\n");
        }

        yield return ("spec/env",
            string.Concat(Variables(kind, start).Select(static v => $"{v.Key}={ShellQuote.Quote(v.Value)}\nexport {v.Key}\n")));
        yield return ("spec/rules", string.Concat(
            kind.Log.Stop.Select(static r => $"{(r.Action == StopAction.Stop ? "stop" : "warn")}\t{r.Count}\t{r.Name}\t{r.Match}\n")));
        yield return ("spec/collect", string.Concat(kind.Collect.Append(
            kind.BestFile).Append(kind.Results).OfType<string>().Distinct().Select(static c => GlobExpression.ToExtended(c) + "\n")));
        yield return ("spec/best", kind.BestFile is null
            ? "" : string.Concat(GlobExpression.ToShell(kind.BestFile).Select(static p => p + "\n")));
        yield return ("spec/limit", $"{kind.LimitSeconds}\n");
        yield return ("spec/stall", $"{kind.StallSeconds}\n");
        yield return ("spec/stall-action", kind.StallStops ? "stop\n" : "warn\n");
        yield return ("spec/grace", $"{GraceSeconds}\n");
        yield return ("spec/tick", tick + "\n");
    }

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
            all["DLS_DATA"] = kind.Data;
        }

        if (start.TestSetTree is not null)
        {
            all["DLS_TESTSET"] = kind.TestSetInto;
        }

        foreach ((string name, string value) in start.Parameters)
        {
            all["DLS_PARAM_" + name] = value;
        }

        return all;
    }
}
