using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>Looks at what a data set of a scene came to.</summary>
internal static class DatasetFacts
{
    /// <summary>Reads the lock of one canvas.</summary>
    public static LockedCanvas Lock(Scene scene, string name, string canvas = "own", string repo = "repo") =>
        DatasetLock.Find(scene.At(repo), PortableName.Parse(name, "data set"))!.Canvases[canvas];

    /// <summary>Reads the items of one canvas.</summary>
    public static IReadOnlyList<DatasetItemLine> Items(Scene scene, string name, string canvas = "own", string repo = "repo") =>
        DatasetItemLine.Parse(File.ReadAllBytes(scene.At($"{repo}/datasets/{name}/{canvas}/items.jsonl")), name);

    /// <summary>Reads a list of a directory in VOC layout.</summary>
    public static string[] List(string directory, string list) => Lines($"{directory}/ImageSets/Main/{list}.txt");

    /// <summary>Reads the lines of a file in which each line ends in LF and none is blank.</summary>
    public static string[] Lines(string file)
    {
        string text = File.ReadAllText(file);
        Assert.True(text.Length == 0 || text[^1] == '\n', $"'{file}' does not end in LF");
        string[] lines = text.Length == 0 ? [] : text[..^1].Split('\n');
        Assert.DoesNotContain(lines, static l => l.Trim().Length == 0 || l.Contains('\r', StringComparison.Ordinal));
        return lines;
    }

    /// <summary>Computes the hash of a directory as anybody can.</summary>
    public static string DirHash(Scene scene, string directory) =>
        "sha256:" + scene.RunProgram("sh", ["-c", "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"],
            directory).Expect(0).Output.Split(' ')[0];
}
