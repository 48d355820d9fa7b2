using System.Collections.Concurrent;
using System.Text.Json;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.TestKit;

/// <summary>One command to be killed at every point it passes.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Directory">The work tree it runs in, relative to the scene.</param>
/// <param name="Command">Its arguments.</param>
/// <param name="Prepare">Brings the scene to where the command starts.</param>
public sealed record CrashScenario(string Name, string Directory, string[] Command, Action<Scene> Prepare)
{
    /// <summary>
    /// Gets a value indicating whether the command itself takes files away, so that a status in between may call them deleted.
    /// </summary>
    public bool Deletes { get; init; }

    /// <summary>
    /// Gets a value indicating whether <c>dls add</c> of everything managed is run between crash and rerun: it must change no pointer.
    /// </summary>
    public bool AddsBetween { get; init; }

    /// <summary>Gets how the names of the points begin at which to kill; empty for all that are passed.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Gets the points at which all is done, so that the same command again has nothing left to find.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Gets parts of paths whose files are derived and may be made anew.</summary>
    public IReadOnlyList<string> Derived { get; init; } = [];

    /// <summary>Gets what has to be done between crash and rerun, as the command's error says.</summary>
    public Action<Scene>? Between { get; init; }

    /// <summary>Gets more to assert after the rerun.</summary>
    public Action<Scene>? Afterwards { get; init; }
}

/// <summary>
/// Kills a command with SIGKILL at each named point, and at the second passing of it, and asserts after each: the store is whole, status
/// tells the truth, no byte of the
/// user is lost, and a rerun ends as if nothing had happened.
/// </summary>
public static class CrashSweep
{
    private const int Killed = 128 + 9;
    private const int AtOnce = 3;

    /// <summary>Runs one scenario through all points.</summary>
    /// <param name="scenario">What to run.</param>
    /// <returns>The points that were reached.</returns>
    public static IReadOnlyCollection<string> Run(CrashScenario scenario)
    {
        using Scene before = new();
        scenario.Prepare(before);
        using Scene done = before.Copy();
        IReadOnlyList<string> specs = Learn(done, scenario);
        scenario.Afterwards?.Invoke(done);
        long deletedEarlier = Deleted(before, scenario);
        string expected = StateOf(done, scenario);
        TreeSnapshot files = TreeSnapshot.Of(done.At(scenario.Directory), ".git");
        ConcurrentBag<string> failures = [];
        Parallel.ForEach(specs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, spec =>
        {
            try
            {
                using Scene scene = before.Copy();
                Try(scene, before, scenario, spec, expected, files, deletedEarlier);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or InvalidOperationException or DlsException or IOException)
            {
                // All that fails is listed at the end, not only the first.
                failures.Add($"==== {scenario.Name} killed at {spec}:\n{e.Message}");
            }
        });
        Assert.True(failures.IsEmpty, $"{failures.Count} failures\n{string.Join('\n', failures.Order(StringComparer.Ordinal))}");
        return [.. specs];
    }

    /// <summary>
    /// Runs the command to its end and gives each point it passed, and those it passed twice a second time as <c>name:2</c>.
    /// </summary>
    private static IReadOnlyList<string> Learn(Scene scene, CrashScenario scenario)
    {
        string log = scene.At("points");
        DlsProcess.Run(
            scene.At(scenario.Directory), DlsProcess.With(scene.Environment, ("DLS_CRASH_LOG", log)), scenario.Command).Expect(0);
        string[] passed = File.Exists(log) ? [.. File.ReadAllLines(
            log).Where(p => scenario.Only.Count == 0 || scenario.Only.Any(o => p.StartsWith(o, StringComparison.Ordinal)))] : [];
        Assert.All(passed, p => Assert.Contains(p, CrashPoint.All));
        // The second pack is of interest where packs are made first; everywhere else it only costs time.
        bool everySecond = scenario.Command[0] == "add";
        IEnumerable<string> twice = passed.GroupBy(p => p)
            .Where(g => g.Count() > 1 && (everySecond || !g.Key.StartsWith("pack.", StringComparison.Ordinal))).Select(g => g.Key + ":2");
        return [.. passed.Distinct().Concat(twice).Where(p => !scenario.Except.Contains(p.Split(':')[0]))];
    }

    private static void Try(
        Scene scene, Scene before, CrashScenario scenario, string spec, string expected, TreeSnapshot files, long deletedEarlier)
    {
        string directory = scenario.Directory;
        scene.Crash(directory, spec, scenario.Command).Expect(Killed);
        AssertNothingLost(scene, before, scenario);
        AssertTruth(scene, before, scenario, files, deletedEarlier);
        scene.Dls(directory, "verify").Expect(0);
        if (scenario.AddsBetween)
        {
            AddInBetween(scene, directory);
        }

        scenario.Between?.Invoke(scene);
        scene.Dls(directory, scenario.Command).Expect(0);
        TreeSnapshot.AssertEqual(files, TreeSnapshot.Of(scene.At(directory), ".git"));
        string state = StateOf(scene, scenario);
        Assert.True(expected == state, $"another state than without a crash\n--- expected\n{expected}\n--- now\n{state}");
        scenario.Afterwards?.Invoke(scene);
    }

    /// <summary>
    /// Every byte that lay in the work tree is there, in the trash or in the store; every pointer is the old one or the new one.
    /// </summary>
    private static void AssertNothingLost(Scene scene, Scene before, CrashScenario scenario)
    {
        string now = scene.At(scenario.Directory);
        HashSet<string> left = Scene.Hashes(now);
        left.UnionWith(Scene.Hashes(Path.Combine(now, ".git/dls/trash")));
        using ObjectStore store = ObjectStore.Open(Path.Combine(now, ".git/dls"));
        foreach (KeyValuePair<string, string> item in TreeSnapshot.Of(before.At(scenario.Directory), ".git").Items)
        {
            bool isData = item.Value.StartsWith("file ", StringComparison.Ordinal) && !item.Key.StartsWith('.')
                && !item.Key.EndsWith("/.gitignore", StringComparison.Ordinal) && !item.Key.EndsWith(".dls", StringComparison.Ordinal)
                && !scenario.Derived.Any(d => item.Key.Contains(d, StringComparison.Ordinal));
            Assert.True(
                !isData || left.Contains(item.Value[^64..])
                    || (Oid.TryParseHex(item.Value.AsSpan()[^64..], out Oid oid) && store.Contains(oid)),
                $"'{item.Key}' is neither on disk nor in the trash nor in the store\n{Listing.Of(now)}");
        }
    }

    private static void AssertTruth(Scene scene, Scene before, CrashScenario scenario, TreeSnapshot files, long deletedEarlier)
    {
        RunResult status = scene.Dls(scenario.Directory, "status", "--json").Expect(0);
        using JsonDocument json = JsonDocument.Parse(status.Output);
        bool interrupted = false;
        foreach (JsonElement pointer in json.RootElement.GetProperty("pointers").EnumerateArray())
        {
            interrupted |= pointer.GetProperty("isInterrupted").GetBoolean();
            long deleted = pointer.GetProperty("counts").GetProperty("deleted").GetInt64();
            Assert.True(scenario.Deletes || deleted <= deletedEarlier,
                $"status claims {deleted} deleted files, the user deleted {deletedEarlier}\n{status}");
            Assert.True(pointer.GetProperty("problems").GetArrayLength() == 0, $"status has problems\n{status}");
        }

        // A path whose pointer is gone is told as such for as long as the base has it.
        bool isTold = interrupted || json.RootElement.GetProperty("gone").GetArrayLength() > 0;
        string now = DataOf(TreeSnapshot.Of(scene.At(scenario.Directory), ".git"));
        bool isMix = scenario.Command[0] is "checkout" or "pull"
            && now != DataOf(files)
            && now != DataOf(TreeSnapshot.Of(before.At(scenario.Directory), ".git"));
        Assert.True(
            !isMix || isTold,
            $"the work tree is neither old nor new, and status does not say that the checkout was interrupted\n{status}");
    }

    /// <summary>What pointers name. The pointers themselves, each old or new, are told by status path by path.</summary>
    private static string DataOf(TreeSnapshot tree) =>
        string.Join('\n', tree.Items.Where(static i => !IsOfDls(i.Key)).Select(static i => $"{i.Key} {i.Value}"));

    private static bool IsOfDls(string path) => path.EndsWith(".dls", StringComparison.Ordinal)
        || path.EndsWith(".gitignore", StringComparison.Ordinal)
        || path.Contains(".dls-tmp-", StringComparison.Ordinal);

    private static long Deleted(Scene before, CrashScenario scenario)
    {
        using JsonDocument json = JsonDocument.Parse(before.Dls(scenario.Directory, "status", "--json").Expect(0).Output);
        return json.RootElement.GetProperty(
            "pointers").EnumerateArray().Sum(p => p.GetProperty("counts").GetProperty("deleted").GetInt64());
    }

    /// <summary>
    /// The user changed nothing, so whatever a killed command left, add has nothing to record: done without a change, or refused.
    /// </summary>
    private static void AddInBetween(Scene scene, string directory)
    {
        string[] pointers = Directory.GetFiles(scene.At(directory), "*.dls");
        byte[][] bytes = [.. pointers.Select(File.ReadAllBytes)];
        foreach (string pointer in pointers)
        {
            string path = Path.GetFileNameWithoutExtension(pointer);
            RunResult added = scene.Dls(directory, "add", path);
            Assert.True(added.ExitCode is 0 or 1, added.ToString());
        }

        for (int i = 0; i < pointers.Length; i++)
        {
            Assert.True(bytes[i].AsSpan().SequenceEqual(File.ReadAllBytes(pointers[i])),
                $"add changed '{pointers[i]}' to\n{File.ReadAllText(pointers[i])}");
        }
    }

    /// <summary>What git has staged and what dls says of the disk; what it knows of the remote depends on how often it was asked.</summary>
    private static string StateOf(Scene scene, CrashScenario scenario)
    {
        string staged = scene.Git(scenario.Directory, "ls-files", "-s");
        string[] status = scene.Dls(scenario.Directory, "status", "-v").Expect(0).Output.Split('\n');
        return $"{staged}\n{string.Join('\n', status.Select(line => line.Split(';')[0]))}";
    }
}
