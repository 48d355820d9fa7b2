using System.Text;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Operations.Store;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Lineage;

/// <summary>
/// Checks the derived files beside an attempt's record: <c>sums.sha256</c>, <c>metrics.jsonl</c>, <c>provenance.json</c>. A record names
/// their digests; for one of an earlier version, which
/// does not, the sums are compared with the outputs and the metrics with the last values that the record has. Line ends that git turned do
/// not count.
/// </summary>
internal sealed class AuditBeside(
    Repo repo, Action<AuditFinding> report, RecordSource source, string directory, AttemptRecord record, string subject)
{
    public void Walk()
    {
        foreach ((string name, Oid digest) in record.Beside ?? new SortedDictionary<string, Oid>())
        {
            if (Read(name) is not { } bytes)
            {
                Add("MISSING", name, $"'{directory}/{name}' is not there or cannot be read; the record says '{digest}'");
            }
            else if (Oid.Of(bytes) != digest)
            {
                Add("DIFFER", name, $"'{directory}/{name}' is '{Oid.Of(bytes)}', the record says '{digest}'");
            }
        }

        if (record.Beside is null)
        {
            WalkSums();
            WalkMetrics();
        }
    }

    private void WalkSums()
    {
        if (record.Outputs is not { } outputs || Read(AttemptRecord.SumsName) is not { } bytes)
        {
            return;
        }

        HashSet<string> listed = [.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        HashSet<string> wanted = Listing(outputs)
            ?? [.. record.Files.Select(static f => OutputSums.Line($"work/{f.Path}", f.Oid).TrimEnd('\n'))];
        bool isWhole = Listing(outputs) is not null;
        if (isWhole ? !wanted.SetEquals(listed) : !wanted.IsSubsetOf(listed))
        {
            string first = wanted.FirstOrDefault(w => !listed.Contains(w)) ?? listed.First(l => !wanted.Contains(l));
            Add("DIFFER", AttemptRecord.SumsName, $"'{directory}/{AttemptRecord.SumsName}' is not the list of the outputs; the first "
                + $"line of one that the other does not have: '{LineageFacts.Show(first)}'");
        }
    }

    private void WalkMetrics()
    {
        if (Read(MetricFile.Name) is not { } bytes)
        {
            return;
        }

        try
        {
            MetricSeries series = MetricFile.Parse(bytes, $"{directory}/{MetricFile.Name}");
            foreach (string metric in series.Metrics.Union(record.Metrics.Keys))
            {
                string? last = series.Summarise(metric) is { } summary ? OutputReading.Text(summary.Last.Value) : null;
                if (!record.Metrics.TryGetValue(metric, out string? known) || known != last)
                {
                    Add("DIFFER", MetricFile.Name, $"'{directory}/{MetricFile.Name}' ends with {LineageFacts.Show(metric)}"
                        + $" {last ?? "nothing"}, the record says {known ?? "nothing"}");
                    return;
                }
            }
        }
        catch (DlsException e)
        {
            Add("DIFFER", MetricFile.Name, e.Message);
        }
    }

    /// <summary>
    /// The lines for every file of the outputs; null if their listing is not here or damaged, which is reported with the tree.
    /// </summary>
    private HashSet<string>? Listing(Oid outputs)
    {
        try
        {
            return [.. TreeFiles.List(repo, outputs).Select(static f => OutputSums.Line(f.Path, f.Oid).TrimEnd('\n'))];
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            return null;
        }
    }

    private byte[]? Read(string name)
    {
        try
        {
            return source.Find($"{directory}/{name}") is { } bytes ? WithoutCarriageReturns(bytes) : null;
        }
        catch (DlsException)
        {
            return null;
        }
    }

    private static byte[] WithoutCarriageReturns(byte[] bytes) =>
        bytes.AsSpan().IndexOf("\r\n"u8) < 0
            ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal));

    private void Add(string what, string name, string message)
    {
        string file = name == AttemptRecord.SumsName
            ? "SUMS" : name == MetricFile.Name ? "METRICS" : name == Provenance.FileName ? "PROVENANCE" : "FILE";
        report(new AuditFinding($"AUDIT_{file}_{what}", AuditSeverity.Broken, subject, message));
    }
}
