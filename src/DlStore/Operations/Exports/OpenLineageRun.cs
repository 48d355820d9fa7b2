using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Exports;

/// <summary>
/// One attempt as run events of OpenLineage, whose bytes depend on records alone: its start, and its end if it is home.
/// </summary>
/// <param name="space">The namespace of job and data sets.</param>
/// <param name="attempt">The attempt.</param>
/// <param name="initialName">The name of its initial weights as an output of another attempt, or null.</param>
/// <param name="memo">The task's memo.</param>
internal sealed class OpenLineageRun(string space, AttemptOfTask attempt, string? initialName, string memo)
{
    private readonly AttemptStart _start = attempt.Start;
    private readonly AttemptRecord? _record = attempt.Record;

    /// <summary>Names what an attempt of a task made.</summary>
    public static string NameOf(string task, string kind, string what) => $"tasks/{task}/{kind}/{what}";

    /// <summary>Gives the events.</summary>
    /// <returns>One object each, on one line, no line feed.</returns>
    public IEnumerable<byte[]> Events()
    {
        yield return Event("START", StartTime, null);
        if (_record is { } record)
        {
            yield return Event(WordOf(record.State), Time(record.Finished) ?? StartTime, record);
        }
    }

    private string StartTime => Time(_record?.Started) ?? Time(_start.Created) ?? Time(attempt.Task.Created) ?? "1970-01-01T00:00:00Z";

    /// <summary>The word for how a record says it ended.</summary>
    private static string WordOf(RunState state) => state switch
    {
        RunState.Done or RunState.DoneUntested or RunState.Absent => "COMPLETE",
        RunState.Stopped => "ABORT",
        RunState.Failed or RunState.Lost => "FAIL",
        RunState.Queued or RunState.Running or RunState.Stalled or RunState.Unknown => "OTHER",
    };

    private static string? Time(string? text) =>
        ExportedAttempts.TimeOf(text)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private byte[] Event(string type, string time, AttemptRecord? record)
    {
        using MemoryStream stream = new();
        // As in --json: names stay readable, control characters are escaped.
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("eventType", type);
            json.WriteString("eventTime", time);
            json.WriteStartObject("run");
            json.WriteString("runId", Guid.ParseExact(_start.Id, "N").ToString("D"));
            json.WriteStartObject("facets");
            WriteRunFacets(json, record);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("job");
            json.WriteString("namespace", space);
            json.WriteString("name", $"{attempt.Task.Name}/{_start.Kind}");
            json.WriteStartObject("facets");
            WriteJobFacets(json);
            json.WriteEndObject();
            json.WriteEndObject();
            OpenLineageData data = new(json, space);
            data.WriteInputs(_start, initialName);
            data.WriteOutputs(NameOf(attempt.Task.Name, _start.Kind, "weights"), NameOf(attempt.Task.Name, _start.Kind, "outputs"), record);
            json.WriteString("producer", OpenLineageFacet.Producer);
            json.WriteString("schemaURL", OpenLineageFacet.EventSchema);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void WriteJobFacets(Utf8JsonWriter json)
    {
        OpenLineageFacet.Write(json, "jobType", "2-0-4", "JobTypeJobFacet", static one =>
        {
            one.WriteString("processingType", "BATCH");
            one.WriteString("integration", "DLS");
            one.WriteString("jobType", "TASK");
        });
        if (memo.Trim().Length > 0)
        {
            OpenLineageFacet.Write(json, "documentation", "1-1-0", "DocumentationJobFacet", one =>
            {
                one.WriteString("description", memo.TrimEnd('\n'));
                one.WriteString("contentType", "text/markdown");
            });
        }

        if (_start.Sources.FirstOrDefault(static s => OpenLineageFacet.UriOf(s.Remote) is not null) is { } source)
        {
            OpenLineageFacet.Write(json, "sourceCodeLocation", "1-1-0", "SourceCodeLocationJobFacet", one =>
            {
                one.WriteString("type", "git");
                one.WriteString("url", OpenLineageFacet.UriOf(source.Remote));
                one.WriteString("repoUrl", source.Remote);
                OpenLineageFacet.WriteKnown(one, "version", OpenLineageData.IsAsCommitted(source) ? source.Commit : null);
            });
        }
    }

    private void WriteRunFacets(Utf8JsonWriter json, AttemptRecord? record)
    {
        OpenLineageFacet.Write(json, "nominalTime", "1-0-1", "NominalTimeRunFacet", one =>
        {
            one.WriteString("nominalStartTime", StartTime);
            OpenLineageFacet.WriteKnown(one, "nominalEndTime", Time(record?.Finished));
        });
        if (_start.Parameters.Count > 0)
        {
            OpenLineageFacet.Write(json, "executionParameters", "1-0-0", "ExecutionParametersRunFacet", WriteParameters);
        }

        if (record is not null && WordOf(record.State) == "FAIL")
        {
            OpenLineageFacet.Write(json, "errorMessage", "1-0-1", "ErrorMessageRunFacet", one =>
            {
                one.WriteString("message", record.Why ?? RunStates.Name(record.State));
                one.WriteString("programmingLanguage", "unknown");
            });
        }

        OpenLineageFacet.WriteOwn(json, "dls_attempt", "DlsAttemptRunFacet", one => WriteAttempt(one, record));
    }

    private void WriteParameters(Utf8JsonWriter json)
    {
        json.WriteStartArray("parameters");
        foreach ((string name, string value) in _start.Parameters.OrderBy(static p => p.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("key", name);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteAttempt(Utf8JsonWriter json, AttemptRecord? record)
    {
        json.WriteNumber("attempt", _start.N);
        json.WriteString("kind", _start.Kind);
        // Of an imported attempt it is the digest of nothing.
        OpenLineageFacet.WriteKnown(json, "kindDigest", _start.IsImported ? null : _start.KindDigest.ToString());
        json.WriteString("host", _start.Host);
        OpenLineageFacet.WriteKnown(json, "by", _start.By);
        OpenLineageFacet.WriteKnown(json, "commit", _start.Commit);
        OpenLineageFacet.WriteKnown(json, "train", _start.Train);
        OpenLineageFacet.WriteKnown(json, "test", _start.Test);
        if (record is not null)
        {
            WriteEnd(json, record);
        }
    }

    private static void WriteEnd(Utf8JsonWriter json, AttemptRecord record)
    {
        json.WriteString("state", RunStates.Name(record.State));
        OpenLineageFacet.WriteKnown(json, "why", record.Why);
        foreach ((string key, int? code) in ((string, int?)[])[("exitCode", record.ExitCode), ("testExitCode", record.TestExitCode)])
        {
            if (code is { } number)
            {
                json.WriteNumber(key, number);
            }
        }

        OpenLineageFacet.WriteKnown(json, "log", record.Log?.ToString());
        if (record.Weights is { } weights)
        {
            json.WriteStartObject("weights");
            json.WriteString("path", weights.Path);
            json.WriteString("digest", weights.Oid.ToString());
            json.WriteBoolean("inherited", weights.Inherited);
            json.WriteEndObject();
        }

        OpenLineageFacet.WriteTexts(json, "metrics", record.Metrics);
        OpenLineageFacet.WriteTexts(json, "testMetrics", record.Result?.Metrics);
    }
}
