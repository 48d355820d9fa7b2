using DlStore.Operations.Deploys;
using DlStore.Targets;
using DlStore.TestKit;
using Microsoft.Win32.SafeHandles;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>Several at once: consumers that read while it is switched, and people who deploy at the same time.</summary>
public sealed class DeployTogetherTests : IDisposable
{
    private const int Deployments = 100;

    /// <summary>Between two reads: readers that never rest take the processors from the deployments that they are to watch.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private readonly DeployScene _scene = new();
    private long _weightReads;
    private long _currentReads;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task R63_readers_never_see_a_missing_half_or_mixed_state_during_100_deployments()
    {
        // Different classes for each, so that a mix would show.
        _scene.MakeTask("a", classes: "a1,a2", weightSize: 3_000_000);
        _scene.MakeTask("b", classes: "b1,b2", weightSize: 3_000_000);
        await _scene.DeployAsync("a");
        using CancellationTokenSource stop = new();
        Task file = Task.Run(() => ReadWeights(stop.Token));
        Task current = Task.Run(() => ReadCurrent(stop.Token));
        int deployed = 0;
        try
        {
            // On a machine with other work the readers may get little of it: then it takes more deployments to give each enough to see.
            for (; deployed < Deployments || (deployed < 10 * Deployments
                && Math.Min(Interlocked.Read(ref _weightReads), Interlocked.Read(ref _currentReads)) <= Deployments); deployed++)
            {
                await _scene.DeployAsync(deployed % 2 == 0 ? "b" : "a");
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        await file;
        await current;
        Assert.True(_weightReads > Deployments && _currentReads > Deployments,
            $"{_weightReads} and {_currentReads} reads beside {deployed} deployments mean nothing");
        Assert.Equal(deployed + 2, (await _scene.LogAsync()).Count);
    }

    [Fact]
    public async Task Of_two_people_who_deploy_at_once_one_wins_and_the_other_is_told_who()
    {
        foreach (string task in (string[])["a", "b"])
        {
            _scene.MakeTask(task);
        }

        _scene.Commit();
        using DeployScene other = _scene.Clone("other");
        int refused = 0;
        for (int round = 0; round < 6; round++)
        {
            using Barrier barrier = new(2);
            // Both have planned and staged before either switches; a limit that a loaded machine can reach would let the second plan on top
            // of the first.
            void Meet(
                string home, string release) => Assert.True(barrier.SignalAndWait(TimeSpan.FromMinutes(10)), "the other never staged");
            string mine = round % 2 == 0 ? "a" : "b";
            string theirs = round % 2 == 0 ? "b" : "a";
            if (round > 0)
            {
                // Something else than both is live, so that both have something to do.
                await _scene.UndeployAsync();
            }

            Task<Exception?> first = Task.Run(() => Record.ExceptionAsync(() => _scene.DeployAsync(mine, staged: Meet)));
            Task<Exception?> second = Task.Run(() => Record.ExceptionAsync(() => other.DeployAsync(theirs, staged: Meet)));
            Exception?[] errors = await Task.WhenAll(first, second);

            DlsException lost = Assert.IsType<DlsException>(Assert.Single(errors, static e => e is not null));
            Assert.Equal(ErrorKind.Locked, lost.Kind);
            refused++;
            string winner = errors[0] is null ? mine : theirs;
            Assert.Equal(DeployScene.WeightOf(winner + "ssd"), File.ReadAllBytes(_scene.Weight));
            Assert.False((await _scene.StatusAsync()).HasDrift);
            Assert.False(Directory.Exists(_scene.At(".dls/lock")));
        }

        Assert.Equal(6, refused);
        // Each has copies of the entries of both, as far as they were there when it deployed last.
        await _scene.UndeployAsync();
        Assert.Equal((await _scene.LogAsync()).Select(static e => e.FileName()),
            Directory.GetFiles(_scene.Repo.At(".dlstore/deploys/gaa")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        // Releases that lost are gone: one is left for each deployment.
        Assert.Equal((await _scene.LogAsync()).Count(static e => e.Action == DeployAction.Deploy),
            Directory.GetDirectories(_scene.At(".dls/releases")).Length);
    }

    [Fact]
    public async Task A_copy_that_was_changed_here_is_never_written_over()
    {
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        await _scene.DeployAsync("a");
        string copy = Directory.GetFiles(_scene.Repo.At(".dlstore/deploys/gaa"))[0];
        File.WriteAllText(copy, "changed");

        DeployResult result = await _scene.DeployAsync("b");

        Assert.Equal("changed", File.ReadAllText(copy));
        Assert.Contains(result.Notes, static n => n.Contains("is not what the journal of target 'gaa' has", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_with_a_gap_is_refused()
    {
        _scene.MakeTask("a");
        await _scene.DeployAsync("a");
        File.Delete(Directory.GetFiles(_scene.At(".dls/journal"), "0001-*")[0]);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.UndeployAsync());

        Assert.Equal(ErrorKind.Corrupt, error.Kind);
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        Assert.Contains("does not follow", (await _scene.StatusAsync()).Problem, StringComparison.Ordinal);
    }

    private void ReadWeights(CancellationToken stop)
    {
        byte[] a = DeployScene.WeightOf("assd", 3_000_000);
        byte[] b = DeployScene.WeightOf("bssd", 3_000_000);
        byte[] buffer = new byte[a.Length + 1];
        for (; !stop.IsCancellationRequested; Interlocked.Increment(ref _weightReads))
        {
            ReadOnlySpan<byte> seen = ReadInto(buffer, _scene.Weight);
            Assert.True(seen.SequenceEqual(a) || seen.SequenceEqual(b), $"half a file of {seen.Length} bytes");
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Enters the directory once for each read, as a consumer does that changes into it.</summary>
    private void ReadCurrent(CancellationToken stop)
    {
        byte[] a = DeployScene.WeightOf("assd", 3_000_000);
        byte[] buffer = new byte[a.Length + 1];
        for (; !stop.IsCancellationRequested; Interlocked.Increment(ref _currentReads))
        {
            string entered = Directory.ResolveLinkTarget(_scene.At(".dls/current"), returnFinalTarget: true)!.FullName;
            bool isA = ReadInto(buffer, Path.Combine(entered, "weight")).SequenceEqual(a);
            string[] expected = isA ? ["a1", "a2"] : ["b1", "b2"];
            Assert.Equal(expected, File.ReadAllLines(Path.Combine(entered, "classes.txt")));
            Assert.Equal(expected, File.ReadAllLines(Path.Combine(entered, "data/classes.txt")));
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Opens and reads anew, into the same memory: fresh pages for each read would cost more than the reading.</summary>
    private static ReadOnlySpan<byte> ReadInto(byte[] buffer, string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        int length = 0;
        for (int n; (n = RandomAccess.Read(file, buffer.AsSpan(length), length)) > 0;)
        {
            length += n;
        }

        return buffer.AsSpan(0, length);
    }
}
