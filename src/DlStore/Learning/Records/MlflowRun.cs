using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DlStore.Learning.Logs;

namespace DlStore.Learning.Records;

/// <summary>
/// One attempt as a run of MLflow's file store: the files of its directory, whose bytes depend on the attempt's record alone and on where
/// the store lies. MLflow wants a time for
/// each point; a log has none, so times are spread evenly over its lines between start and end.
/// </summary>
/// <param name="task">The task.</param>
/// <param name="start">What was decided.</param>
/// <param name="record">What came of it.</param>
/// <param name="points">The points of its metrics.</param>
/// <param name="memo">The task's memo.</param>
public sealed class MlflowRun(TaskRecord task, AttemptStart start, AttemptRecord record, MetricSeries points, string memo)
{
    private const int Finished = 3;
    private const int Failed = 4;
    private const int Killed = 5;
    private const int SourceIsLocal = 4;

    /// <summary>Gets when it began, milliseconds since 1970.</summary>
    public long StartMilliseconds { get; } = Time(record.Started) ?? Time(start.Created) ?? Time(task.Created) ?? 0;

    /// <summary>Gets the run's name.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{task.Name}/{start.Kind} {start.N}");

    private AttemptSource? Source => start.Sources is [var first, ..] ? first : null;

    /// <summary>Gives the id of a data set as MLflow computes it.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="digest">Its digest, at most 36 characters, as MLflow has it.</param>
    /// <returns>32 hex digits.</returns>
    public static string DatasetId(string name, string digest) => Md5(name + digest);

    /// <summary>Gives the files of the run.</summary>
    /// <param name="experiment">The experiment's id.</param>
    /// <param name="root">Absolute path of the store.</param>
    /// <returns>Paths relative to the experiment's directory, with their bytes.</returns>
    public IEnumerable<KeyValuePair<string, byte[]>> Files(string experiment, string root)
    {
        yield return File("meta.yaml", Meta(experiment, root));
        foreach ((string key, string value) in MlflowText.Keys(start.Parameters))
        {
            yield return File("params/" + key, MlflowText.Value(value, MlflowText.ParameterMax, oneLine: true));
        }

        foreach ((string key, string value) in MlflowText.Keys(Tags()))
        {
            yield return File("tags/" + key, MlflowText.Value(value, MlflowText.TagMax));
        }

        foreach ((string key, string lines) in MlflowText.Keys(Metrics()))
        {
            yield return File("metrics/" + key, lines);
        }

        if (start.Data is { } data)
        {
            foreach (KeyValuePair<string, byte[]> file in Dataset(data))
            {
                yield return file;
            }
        }
    }

    private KeyValuePair<string, byte[]> File(string path, string text) => new($"{start.Id}/{path}", Encoding.UTF8.GetBytes(text));

    private string Meta(string experiment, string root)
    {
        int status = record.State switch
        {
            RunState.Done or RunState.DoneUntested or RunState.Absent => Finished,
            RunState.Stopped => Killed,
            _ => Failed,
        };
        string end = Time(record.Finished) is { } at ? at.ToString(CultureInfo.InvariantCulture) : "null";
        string uri = new Uri($"{root}/{experiment}/{start.Id}/artifacts").AbsoluteUri;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            artifact_uri: {MlflowText.Scalar(uri)}
            deleted_time: null
            end_time: {end}
            entry_point_name: ''
            experiment_id: '{experiment}'
            lifecycle_stage: active
            run_id: '{start.Id}'
            run_name: {MlflowText.Scalar(Name)}
            run_uuid: '{start.Id}'
            source_name: ''
            source_type: {SourceIsLocal}
            source_version: ''
            start_time: {StartMilliseconds}
            status: {status}
            tags: []
            user_id: {MlflowText.Scalar(start.By)}

            """);
    }

    private IEnumerable<KeyValuePair<string, string>> Tags()
    {
        (string Key, string? Value)[] all =
        [
            ("mlflow.runName", Name), ("mlflow.user", start.By), ("mlflow.note.content", memo.Trim().Length > 0 ? memo : null),
            ("mlflow.source.git.commit", Source?.Commit ?? (start.Commit.Length > 0 ? start.Commit : null)),
                ("mlflow.source.git.repoURL", Source?.Remote),
            ("mlflow.source.name", start.Train.Length > 0 ? start.Train : null), ("mlflow.source.type", "LOCAL"),
            ("dls.task", task.Name), ("dls.kind", start.Kind), ("dls.kind.digest", start.IsImported ? null : start.KindDigest.ToString()),
                ("dls.attempt", start.N.ToString(CultureInfo.InvariantCulture)), ("dls.host", start.Host),
            ("dls.state", RunStates.Name(record.State)), ("dls.why", record.Why),
                ("dls.repository.commit", start.Commit.Length > 0 ? start.Commit : null), ("dls.source.tree", Source?.Tree.ToString()),
            ("dls.source.dirty", Source?.Dirty is { Count: > 0 } dirty ? string.Join('\n', dirty) : null),
                ("dls.classes", start.Classes.Count > 0 ? string.Join('\n', start.Classes) : null),
            ("dls.data", start.Data is { } data ? $"{data.Name} {data.Canvas} {data.DirHash}" : null),
                ("dls.initial", start.Initial is { } initial ? $"{initial.Oid} {initial.Task}".TrimEnd() : null),
            ("dls.weights", record.Weights?.Oid.ToString()), ("dls.weights.inherited", record.Weights?.Inherited == true ? "yes" : null),
                ("dls.outputs", record.Outputs?.ToString()), ("dls.testset", start.TestSetTree?.ToString()),
        ];
        return all.Where(static t => t.Value is not null).Select(static t => new KeyValuePair<string, string>(t.Key, t.Value!));
    }

    /// <summary>
    /// Lines <c>time value step</c>: the series of the log, last values of which no series is known, and the numbers of the test as
    /// <c>test.NAME</c>.
    /// </summary>
    private IEnumerable<KeyValuePair<string, string>> Metrics()
    {
        long end = Math.Max(Time(record.Finished) ?? StartMilliseconds, StartMilliseconds);
        long lines = Math.Max(1, points.Metrics.Select(m => points.Summarise(m)!.Last.LineNumber).DefaultIfEmpty(1).Max());
        foreach (string metric in points.Metrics)
        {
            StringBuilder text = new();
            long position = 0;
            foreach (MetricLine point in points.PointsOf(metric))
            {
                long time = StartMilliseconds + (long)((Int128)(end - StartMilliseconds) * Math.Clamp(point.LineNumber, 0, lines) / lines);
                text.Append(CultureInfo.InvariantCulture, $"{time} {MlflowText.Number(point.Value)} {point.Step ?? position}\n");
                position++;
            }

            yield return new(metric, text.ToString());
        }

        IEnumerable<KeyValuePair<string, string>> single = record.Metrics.Where(m => !points.Metrics.Contains(m.Key))
            .Concat((record.Result?.Metrics ?? new Dictionary<string, string>())
                .Select(static m => new KeyValuePair<string, string>("test." + m.Key, m.Value)));
        foreach ((string name, string value) in single)
        {
            if (LogNumber.TryParse(value, out double number))
            {
                yield return new(name, string.Create(CultureInfo.InvariantCulture, $"{end} {MlflowText.Number(number)} 0\n"));
            }
        }
    }

    private IEnumerable<KeyValuePair<string, byte[]>> Dataset(AttemptData data)
    {
        string digest = data.DirHash.ToHex()[..32];
        string name = $"{data.Name} {data.Canvas}";
        string id = DatasetId(name, digest);
        string source =
            $"{{\"dirHash\": \"{data.DirHash}\", \"tree\": \"{data.Tree}\", \"layout\": \"{JsonEncodedText.Encode(data.Layout)}\"}}";
        yield return new(
            $"datasets/{id}/meta.yaml",
            Encoding.UTF8.GetBytes($"digest: {MlflowText.Scalar(digest)}\nname: {MlflowText.Scalar(name)}\nprofile: "
                + $"null\nschema: null\nsource: {MlflowText.Scalar(source)}\nsource_type: 'dls'\n"));
        yield return File(
            $"inputs/{Md5(id + start.Id)}/meta.yaml",
            $"destination_id: '{start.Id}'\ndestination_type: RUN\nsource_id: '{id}"
                + "'\nsource_type: DATASET\ntags:\n  mlflow.data.context: training\n");
    }

    private static long? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? at.ToUnixTimeMilliseconds() : null;

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security",
        "CA5351:Do not use broken cryptographic algorithms", Justification = "MLflow names data sets and inputs so; nothing relies on it.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
