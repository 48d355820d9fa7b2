using DlStore.Io;
using DlStore.Objects;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Lineage;

/// <summary>gc beside other commands (R79), and what it prints.</summary>
public sealed class GcCommandTests : IDisposable
{
    private const int Rounds = 4;
    private readonly Scene _scene = new();

    public GcCommandTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void It_says_what_it_would_free_and_then_frees_it()
    {
        _scene.Write("repo/loose", Scene.Pattern(1_300_000, 1));
        _scene.Dls("repo", "add", "loose").Expect(0);
        _scene.Git("repo", "rm", "-qf", "loose.dls");
        _scene.Dls("repo", "checkout").Expect(0);

        Assert.Contains("nothing to delete", _scene.Dls("repo", "gc").Expect(0).Output, StringComparison.Ordinal);
        Assert.StartsWith("would free 1.24 MiB: 1 object that nothing names",
            _scene.Dls("repo", "gc", "--grace", "0s", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.StartsWith("freed 1.24 MiB: 1 object that nothing names",
            _scene.Dls("repo", "gc", "--grace", "0s").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "gc", "--grace", "soon").Expect(2);
    }

    [Fact]
    public void R79_adds_beside_gcs_lose_nothing()
    {
        for (int round = 0; round < Rounds; round++)
        {
            List<RunningProgram> running = [];
            for (int i = 0; i < 3; i++)
            {
                for (int n = 0; n < 40; n++)
                {
                    _scene.Write($"repo/own{i}/r{round}-{n}.txt", $"own {i} {round} {n}\n");
                }

                running.Add(DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["add", $"own{i}"]));
                running.Add(DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["gc", "--grace", "0s"]));
            }

            foreach (RunningProgram program in running)
            {
                using (program)
                {
                    program.Wait().Expect(0);
                }
            }
        }

        _scene.Commit("repo", "all");
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "fresh");
        _scene.Dls("fresh", "pull").Expect(0);
        for (int i = 0; i < 3; i++)
        {
            TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At($"repo/own{i}")), TreeSnapshot.Of(_scene.At($"fresh/own{i}")));
        }
    }

    [Fact]
    public void It_waits_for_an_add_under_way()
    {
        // Nothing names it: without the add that holds the lock, gc would delete it at once.
        _scene.Write("repo/a", "a\n");
        _scene.Dls("repo", "add", "a").Expect(0);
        _scene.Dls("repo", "rm", "a").Expect(0);
        Directory.Delete(_scene.At("repo/.git/dls/trash"), recursive: true);
        string path = _scene.At("repo/.git/dls/locks/store");
        FileLock held = FileLock.TakeShared(path, TimeSpan.FromSeconds(30));

        using RunningProgram gc = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["gc", "--grace", "0s"]);
        TaskFiles.Until(() => gc.HasExited || HasOpen(gc.Id, path), "gc asks for the lock");
        bool waits = !gc.HasExited;
        bool isThere = Holds("a\n");
        held.Dispose();
        gc.Wait().Expect(0);

        Assert.True(waits && isThere, "gc went on beside an add");
        Assert.False(Holds("a\n"), "what gc waited with was named after all, so that its waiting shows nothing");
    }

    private static bool HasOpen(int pid, string path)
    {
        try
        {
            return Directory.GetFiles($"/proc/{pid}/fd")
                .Select(static f => File.ResolveLinkTarget(f, returnFinalTarget: false)?.FullName).Contains(path);
        }
        catch (IOException)
        {
            // A descriptor that was listed is closed by now, or the program has ended: the next look tells.
            return false;
        }
    }

    private bool Holds(string text)
    {
        using ObjectStore store = ObjectStore.Open(_scene.At("repo/.git/dls"));
        return store.Contains(Oid.Of(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
