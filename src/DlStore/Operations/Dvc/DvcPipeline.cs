using DlStore.Data.Texts;

namespace DlStore.Operations.Dvc;

/// <summary>What a <c>dvc.yaml</c> says of the outs of its stages; the rest of it is not read.</summary>
internal sealed class DvcPipeline
{
    private readonly Dictionary<string, YamlNode> _stages = new(StringComparer.Ordinal);
    private readonly HashSet<(string Stage, string Path)> _gits = [];

    /// <summary>Gets what is known where there is no such file: stages run where it would lie.</summary>
    public static DvcPipeline None { get; } = new();

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <exception cref="DlsException">Kind Failed: it is not such a file; the line is named.</exception>
    public static DvcPipeline Read(ReadOnlySpan<byte> bytes, string name)
    {
        DvcPipeline pipeline = new();
        foreach (KeyValuePair<string, YamlNode> stage in SafeYaml.ParseWithAliases(bytes, name).Find("stages")?.RequireKeys() ?? [])
        {
            YamlNode definition = Find(stage.Value, "do") ?? stage.Value;
            pipeline._stages[stage.Key] = definition;
            foreach (string list in (string[])["outs", "metrics", "plots"])
            {
                foreach (YamlNode item in Find(definition, list)?.Items ?? [])
                {
                    pipeline.TakeOut(stage.Key, item);
                }
            }
        }

        return pipeline;
    }

    /// <summary>Finds where a stage runs, relative to the file.</summary>
    /// <param name="stage">Its name in the lock.</param>
    /// <returns>Null if it is computed.</returns>
    public string? WorkingDirectoryOf(string stage)
    {
        string wdir = _stages.TryGetValue(NameOf(stage), out YamlNode? definition) ? Find(definition, "wdir")?.Text ?? "." : ".";
        return wdir.Contains("${", StringComparison.Ordinal) ? null : wdir;
    }

    /// <summary>Tells whether a stage leaves an out to git.</summary>
    public bool IsGits(string stage, string path) => _gits.Contains((NameOf(stage), path));

    private void TakeOut(string stage, YamlNode item)
    {
        foreach (KeyValuePair<string, YamlNode> path in item.Keys ?? [])
        {
            if (path.Value.Keys is not null && path.Value.Find("cache")?.Text == "false")
            {
                _gits.Add((stage, path.Key));
            }
        }
    }

    /// <summary>A stage that is made of a list has one entry a key in the lock: <c>NAME@KEY</c>.</summary>
    private static string NameOf(string stage) => stage.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? stage[..at] : stage;

    /// <summary>A key, or the same key of what is merged in by <c>&lt;&lt;</c>.</summary>
    private static YamlNode? Find(YamlNode node, string key) =>
        node.Keys is null ? null : node.Find(key) ?? (node.Find("<<") is { Keys: not null } merged ? merged.Find(key) : null);
}
