using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// What a command costs the disk does not grow with the number of its pointers: strace counts the flushes, and how often the files of
/// state are opened, for few pointers and for
/// many (docs/performance.md).
/// </summary>
public sealed class ManyPointersTests : IDisposable
{
    private const int Few = 5;
    private const int Many = 200;

    /// <summary>Pointer files that a command may open for each path: once to plan, once under the lock, once by git.</summary>
    private const int OpensOfPointerMax = 3;

    private readonly Scene _scene = new();

    /// <summary>Commands, each after the ones before it; <c>*</c> stands for every path.</summary>
    private static readonly (string Name, string Directory, string[] Command, Action<Scene, int>? Before)[] Steps =
    [
        ("add", "repo", ["add", "*"], static (s, n) => Write(s, "repo", n, 1)),
        ("add again", "repo", ["add", "*"], null),
        ("status", "repo", ["status"], static (s, _) => Publish(s)),
        ("pull", "clone", ["pull"], static (s, _) => s.Clone("repo", "clone")),
        ("add of changes", "repo", ["add", "*"], static (s, n) => Write(s, "repo", n, 2)),
        ("checkout", "repo", ["checkout"], static (s, _) => { s.Commit("repo", "two"); s.Git("repo", "checkout", "-q", "HEAD~"); }),
        ("checkout again", "repo", ["checkout"], null),
        ("rm", "repo", ["rm", "*"], null),
    ];

    [Fact]
    public void Flushes_and_opens_do_not_grow_with_the_number_of_pointers()
    {
        Dictionary<string, Counts> few = Count(Few);
        Dictionary<string, Counts> many = Count(Many);
        // Where others' data waits for the disk, files are flushed one by one, as is meant: then it is counted again.
        for (int left = 20; left > 0 && many.Values.Any(static c => c.Whole == 0 && c.Flushes > Many); left--)
        {
            many = Count(Many);
        }

        Assert.All(Steps, step =>
        {
            Counts f = few[step.Name];
            Counts m = many[step.Name];
            string said = $"{step.Name}: {Few} pointers {f}, {Many} pointers {m}";
            // Few files may be flushed one by one in place of one flush of the file system.
            Assert.True(m.Flushes <= f.Flushes + 2, said);
            // The store may merge its index files in between, which opens some.
            Assert.True(m.State <= f.State + (Few - 1), said);
            Assert.True(m.Pointers <= OpensOfPointerMax * Many, said);
        });
    }

    public void Dispose() => _scene.Dispose();

    private static void Write(Scene scene, string repo, int count, int version)
    {
        for (int i = 0; i < count; i++)
        {
            scene.Write($"{repo}/w/{i:000}.bin", $"content {i} of version {version}\n");
        }
    }

    private static void Publish(Scene scene)
    {
        scene.Commit("repo", "one");
        scene.Dls("repo", "push").Expect(0);
    }

    private Dictionary<string, Counts> Count(int pointers)
    {
        using Scene scene = _scene.Copy();
        scene.MakeRepo();
        string[] paths = [.. Enumerable.Range(0, pointers).Select(static i => $"w/{i:000}.bin")];
        Dictionary<string, Counts> counts = [];
        foreach ((string name, string directory, string[] command, Action<Scene, int>? before) in Steps)
        {
            before?.Invoke(scene, pointers);
            counts[name] = Trace(scene, directory, [.. command.SelectMany(w => w == "*" ? paths : [w])]);
            if (name == "add")
            {
                // Git gets the blobs of many pointers as one pack, not as a file each.
                Assert.Equal(pointers == Many, Directory.GetFiles(scene.At("repo/.git/objects/pack"), "*.pack").Length == 1);
                scene.Git("repo", "fsck", "--full", "--strict");
            }
        }

        return counts;
    }

    private static Counts Trace(Scene scene, string directory, string[] command)
    {
        // What others have written decides whether one flush of all is cheaper: nothing of that may be left.
        RunningProgram.Run("sync", [], scene.Root, scene.Environment).Expect(0);
        string log = scene.At("trace");
        string[] strace = ["-f", "-qq", "-e", "trace=fsync,fdatasync,syncfs,openat", "-o", log, .. DlsProcess.Command(command)];
        RunningProgram.Run("strace", strace, scene.At(directory), scene.Environment).Expect(0);
        string[] lines = File.ReadAllLines(log);
        return new Counts(
            lines.Count(static l => Regex.IsMatch(l, @" (fsync|fdatasync|syncfs)\(")),
            lines.Count(static l => l.Contains(" syncfs(", StringComparison.Ordinal)),
            lines.Count(static l => Regex.IsMatch(l, @"openat\(.*(/index|dls/base|/journal/[^""]*|\.gitignore)"", O_")),
            lines.Count(static l => l.Contains(".dls\", O_RDONLY", StringComparison.Ordinal)));
    }

    /// <summary>What was counted.</summary>
    /// <param name="Flushes">Calls of fsync, fdatasync and syncfs, by dls and by the git it starts.</param>
    /// <param name="Whole">Calls of syncfs.</param>
    /// <param name="State">Opens of git's index, the base, the journal and ignore files.</param>
    /// <param name="Pointers">Reading opens of pointer files.</param>
    private sealed record Counts(int Flushes, int Whole, int State, int Pointers);
}
