using System.Text.Json;
using DlStore.Learning.Records;
using DlStore.Objects;

namespace DlStore.Operations.Exports;

/// <summary>What an attempt read and wrote, as data sets of OpenLineage, all in the namespace of the repository.</summary>
/// <param name="json">Within the event.</param>
/// <param name="space">The namespace.</param>
internal sealed class OpenLineageData(Utf8JsonWriter json, string space)
{
    private const string File = "FILE";
    private const string Model = "MODEL";
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Writes what it read, each once.</summary>
    /// <param name="start">What was decided.</param>
    /// <param name="initialName">The name of the initial weights as an output of another attempt, or null.</param>
    public void WriteInputs(AttemptStart start, string? initialName)
    {
        json.WriteStartArray("inputs");
        if (start.Data is { } data)
        {
            Write($"datasets/{data.Name}/{data.Canvas}", data.DirHash, File, facets => OpenLineageFacet.WriteOwn(
                facets, "dls_data", "DlsDataDatasetFacet", one =>
                {
                    one.WriteString("canvas", data.Canvas);
                    one.WriteString("layout", data.Layout);
                    one.WriteString("tree", data.Tree.ToString());
                }));
        }

        if (start.TestSetTree is { } testSet)
        {
            Write($"testsets/{start.TestSet}", testSet, File);
        }

        if (start.Initial is { } initial)
        {
            Write(initialName ?? $"objects/{initial.Oid}", initial.Oid, Model);
        }

        foreach (AttemptInput input in start.Inputs)
        {
            Write($"objects/{input.Oid}", input.Oid, File);
        }

        foreach (AttemptSource source in start.Sources)
        {
            Write($"sources/{source.Path}", source.Tree, File, facets => WriteSource(facets, source), source.Remote);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what it made; nothing for a start.</summary>
    /// <param name="weightsName">The name of its weights.</param>
    /// <param name="outputsName">The name of the tree of its outputs.</param>
    /// <param name="record">What came of it.</param>
    public void WriteOutputs(string weightsName, string outputsName, AttemptRecord? record)
    {
        _names.Clear();
        json.WriteStartArray("outputs");
        if (record?.Weights is { Inherited: false } weights)
        {
            Write(weightsName, weights.Oid, Model, size: weights.Size);
        }

        if (record?.Outputs is { } outputs)
        {
            Write(outputsName, outputs, File);
        }

        json.WriteEndArray();
    }

    /// <summary>Tells whether the files of a source are those of its commit.</summary>
    public static bool IsAsCommitted(AttemptSource source) => source.Dirty.Count == 0 && source.Withheld.Count == 0;

    private void Write(string name, Oid version, string type,
        Action<Utf8JsonWriter>? more = null, string? origin = null, long? size = null)
    {
        if (!_names.Add(name))
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("namespace", space);
        json.WriteString("name", name);
        json.WriteStartObject("facets");
        OpenLineageFacet.Write(json, "version", "1-0-1", "DatasetVersionDatasetFacet",
            one => one.WriteString("datasetVersion", version.ToString()));
        OpenLineageFacet.Write(json, "datasetType", "1-0-1", "DatasetTypeDatasetFacet", one => one.WriteString("datasetType", type));
        OpenLineageFacet.Write(json, "dataSource", "1-0-1", "DatasourceDatasetFacet", one =>
        {
            one.WriteString("name", origin ?? space);
            OpenLineageFacet.WriteKnown(one, "uri", OpenLineageFacet.UriOf(origin ?? space));
        });
        more?.Invoke(json);
        json.WriteEndObject();
        if (size is { } bytes)
        {
            json.WriteStartObject("outputFacets");
            OpenLineageFacet.Write(json, "outputStatistics", "1-0-2", "OutputStatisticsOutputDatasetFacet", one =>
            {
                one.WriteNumber("size", bytes);
                one.WriteNumber("fileCount", 1);
            });
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter facets, AttemptSource source) =>
        OpenLineageFacet.WriteOwn(facets, "dls_source", "DlsSourceDatasetFacet", one =>
        {
            one.WriteString("path", source.Path);
            one.WriteNumber("files", source.Files);
            if (IsAsCommitted(source))
            {
                OpenLineageFacet.WriteKnown(one, "commit", source.Commit);
                return;
            }

            OpenLineageFacet.WriteKnown(one, "basedOnCommit", source.Commit);
            one.WriteNumber("changedFiles", source.Dirty.Count);
            one.WriteNumber("withheldFiles", source.Withheld.Count);
        });
}
