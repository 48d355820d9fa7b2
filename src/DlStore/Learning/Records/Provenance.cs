using System.Text.Json;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Learning.Records;

/// <summary>
/// <c>provenance.json</c>: what an attempt's weights were made from, as an in-toto statement (v1) with a SLSA provenance predicate (v1), so
/// that tools that know neither dls nor
/// this repository can check it. Sources: https://in-toto.io/Statement/v1 and https://slsa.dev/provenance/v1.
/// </summary>
public static class Provenance
{
    /// <summary>The file name of a statement.</summary>
    public const string FileName = "provenance.json";

    private const string Builder = "urn:dls:builder:1";
    private const string BuildType = "urn:dls:build:learning-task:1";

    /// <summary>Gives the statement of an attempt.</summary>
    /// <param name="task">The task.</param>
    /// <param name="start">What was decided.</param>
    /// <param name="record">What came of it.</param>
    /// <returns>Indented JSON, LF, keys sorted. The subjects are every version of the best weights, or the declared files if there is none,
    /// or the log.</returns>
    public static byte[] ToBytes(TaskRecord task, AttemptStart start, AttemptRecord record)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v1");
            json.WriteString("predicateType", "https://slsa.dev/provenance/v1");
            WriteSubjects(json, start, record);
            json.WriteStartObject("predicate");
            WriteDefinition(json, task, start);
            WriteRun(json, start, record);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        return SortedJson.Write(document.RootElement);
    }

    private static void WriteSubjects(Utf8JsonWriter json, AttemptStart start, AttemptRecord record)
    {
        json.WriteStartArray("subject");
        IEnumerable<(string Name, Oid Oid)> subjects = record.Best.Count > 0 ? record.Best.Select(static b => (b.Path, b.Oid)).Distinct()
            : record.Files.Count > 0 ? record.Files.Select(static f => (f.Path, f.Oid))
            : record.Log is { } log ? [("log", log)] : [("attempt:" + start.Id, start.KindDigest)];
        (string Name, Oid Oid)[] all = [.. subjects];
        for (int i = 0; i < all.Length; i++)
        {
            // Names are unique in a statement: of several versions of one file the last has the plain name.
            bool isLast = !all.Skip(i + 1).Any(s => s.Name == all[i].Name);
            WriteNamed(json, isLast ? all[i].Name : $"{all[i].Name}@{all[i].Oid.ToHex()}", "sha256", all[i].Oid.ToHex());
        }

        json.WriteEndArray();
    }

    private static void WriteDefinition(Utf8JsonWriter json, TaskRecord task, AttemptStart start)
    {
        json.WriteStartObject("buildDefinition");
        json.WriteString("buildType", BuildType);
        json.WriteStartObject("externalParameters");
        json.WriteString("task", task.Name);
        json.WriteString("kind", start.Kind);
        json.WriteString("train", start.Train);
        if (start.Test is { } test)
        {
            json.WriteString("test", test);
        }

        json.WriteStartObject("parameters");
        foreach ((string name, string value) in start.Parameters)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        WriteDependencies(json, start);
        json.WriteEndObject();
    }

    private static void WriteDependencies(Utf8JsonWriter json, AttemptStart start)
    {
        json.WriteStartArray("resolvedDependencies");
        // Of an imported attempt neither is known, and a statement says only what is.
        if (!start.IsImported)
        {
            WriteRepository(json, start);
            WriteNamed(json, "kind", "sha256", start.KindDigest.ToHex());
        }

        foreach (AttemptSource source in start.Sources)
        {
            WriteSource(json, source);
        }

        if (start.Data is { } data)
        {
            WriteData(json, data);
        }

        if (start.TestSetTree is { } testSet)
        {
            WriteNamed(json, $"testset:{start.TestSet}", "dlsTree", testSet.ToHex());
        }

        foreach (AttemptInput input in start.Inputs)
        {
            WriteNamed(json, "input:" + input.Path, "sha256", input.Oid.ToHex());
        }

        if (start.Initial is { } initial)
        {
            WriteNamed(json, initial.Task is null ? "initial" : $"initial:{initial.Task}", "sha256", initial.Oid.ToHex());
        }

        json.WriteEndArray();
    }

    private static void WriteSource(Utf8JsonWriter json, AttemptSource source)
    {
        json.WriteStartObject();
        json.WriteString("name", "source:" + source.Path);
        if (source.Remote is { } remote)
        {
            json.WriteString("uri", "git+" + remote);
        }

        // Every digest of a set names the same bytes, and files that were changed or held back are not those of the commit.
        bool isCommit = IsAsCommitted(source);
        json.WriteStartObject("digest");
        if (source.Commit is { } commit && isCommit)
        {
            json.WriteString("gitCommit", commit);
        }

        json.WriteString("dlsTree", source.Tree.ToHex());
        json.WriteEndObject();
        if (source.Commit is { } before && !isCommit)
        {
            json.WriteStartObject("annotations");
            json.WriteString("basedOnCommit", before);
            json.WriteNumber("changedFiles", source.Dirty.Count);
            json.WriteNumber("withheldFiles", source.Withheld.Count);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool IsAsCommitted(AttemptSource source) => source.Dirty.Count == 0 && source.Withheld.Count == 0;

    /// <summary>The commit that was checked out; a digest of what was used only if its files are known to have been those of it.</summary>
    private static void WriteRepository(Utf8JsonWriter json, AttemptStart start)
    {
        if (start.Sources.Where(s => s.Commit == start.Commit).All(IsAsCommitted))
        {
            WriteNamed(json, "repository", "gitCommit", start.Commit);
            return;
        }

        json.WriteStartObject();
        json.WriteString("name", "repository");
        json.WriteString("uri", "urn:dls:based-on-commit:" + start.Commit);
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, AttemptData data)
    {
        json.WriteStartObject();
        json.WriteString("name", $"dataset:{data.Name}:{data.Canvas}");
        json.WriteStartObject("digest");
        json.WriteString("dirHash", data.DirHash.ToHex());
        json.WriteString("dlsTree", data.Tree.ToHex());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, AttemptStart start, AttemptRecord record)
    {
        json.WriteStartObject("runDetails");
        json.WriteStartObject("builder");
        json.WriteString("id", Builder);
        json.WriteEndObject();
        json.WriteStartObject("metadata");
        json.WriteString("invocationId", start.Id);
        if (record.Started is { } started)
        {
            json.WriteString("startedOn", started);
        }

        if (record.Finished is { } finished)
        {
            json.WriteString("finishedOn", finished);
        }

        json.WriteEndObject();
        json.WriteStartArray("byproducts");
        if (record.Log is { } log)
        {
            WriteNamed(json, "log", "sha256", log.ToHex());
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter json, string name, string algorithm, string digest)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("digest");
        json.WriteString(algorithm, digest);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
