using DlStore.Operations.Deploys;
using DlStore.Targets;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>
/// Promises 7 and 9: whatever dies at whatever step, each consumer path is the old one or the new one, and the next command settles it.
/// </summary>
public sealed class DeployCrashTests : IDisposable
{
    private readonly DeployScene _scene = new();

    public void Dispose() => _scene.Dispose();

    /// <summary>Gets the points at which the client is killed here.</summary>
    public static IReadOnlyList<string> ClientPoints { get; } = ["deploy.staged", "deploy.switched", "deploy.copied", "undeploy.switched"];

    /// <summary>Every step of the script, in its order.</summary>
    public static TheoryData<string> Steps() => new(
        "locked", "found", "intent", "prepared", "classes", "moved", "data", "weight", "current", "verified", "done");

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_script_killed_at_any_step_leaves_old_or_new_and_the_next_command_settles_it(string step)
    {
        string before = MakeOld();
        _scene.MakeTask("a");
        _scene.MakeTask("b");

        // The first deployment converts a real directory, the second one replaces a release.
        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", stop: "kill-" + step));
        AssertWhole(old: "old weights", task: "a");
        TargetStatus status = await _scene.StatusAsync();
        Assert.Null(status.Problem);
        bool begun = status.Unfinished is not null;
        Assert.Equal(step is not ("locked" or "found" or "done"), begun);
        Assert.Equal(status.Lock is not null, Directory.Exists(_scene.At(".dls/lock")));

        await _scene.UnlockAsync();
        Assert.False((await _scene.StatusAsync()).HasDrift);
        Assert.Null((await _scene.StatusAsync()).Unfinished);
        string settled = DeployScene.Consumer(_scene.Home);
        bool isNew = File.ReadAllText(_scene.Weight) != "old weights";
        Assert.Equal(isNew, settled != before);

        // Not settled by hand, but by the next deployment.
        if (!isNew)
        {
            await _scene.DeployAsync("a");
        }

        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b", stop: "kill-" + (step is "found" or "moved" ? "data" : step)));
        DeployResult result = await _scene.DeployAsync("b");
        Assert.Equal(DeployScene.WeightOf("bssd"), File.ReadAllBytes(_scene.Weight));
        Assert.False((await _scene.StatusAsync()).HasDrift);
        Assert.Equal(
            step is not ("locked" or "done"), result.Notes.Any(static n => n.Contains("unfinished deploy", StringComparison.Ordinal)));
        Assert.DoesNotContain(".dls-", DeployScene.Consumer(_scene.Home), StringComparison.Ordinal);

        // And all the way back.
        await _scene.UndeployAsync();
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_step_that_fails_brings_the_old_state_back(string step)
    {
        string before = MakeOld();
        _scene.MakeTask("a");

        if (step == "done")
        {
            // Everything is done and recorded by then.
            await _scene.DeployAsync("a", stop: "fail-" + step);
            return;
        }

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", stop: "fail-" + step));

        Assert.Contains("told to fail at " + step, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
        Assert.Null((await _scene.StatusAsync()).Unfinished);
        Assert.False(Directory.Exists(_scene.At(".dls/lock")));
        IReadOnlyList<Deployment> log = await _scene.LogAsync();
        Assert.Equal(
            step is not ("locked" or "found"), log.Any(static e => e is { Action: DeployAction.Deploy, Outcome: DeployOutcome.Undone }));
        await _scene.DeployAsync("a");
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
    }

    [Theory]
    [InlineData("classes")]
    [InlineData("data")]
    [InlineData("weight")]
    public async Task A_way_back_that_is_killed_too_is_settled_as_well(string step)
    {
        string before = MakeOld();
        _scene.MakeTask("a");
        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", stop: $"fail-current+kill-{step}"));

        IReadOnlyList<string> done = await _scene.UnlockAsync();

        Assert.Contains(done, static d => d.Contains("was undone", StringComparison.Ordinal));
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
    }

    [Theory]
    [InlineData("intent")]
    [InlineData("data")]
    [InlineData("weight")]
    [InlineData("verified")]
    public async Task An_undeploy_that_is_killed_is_settled(string step)
    {
        string before = MakeOld();
        _scene.MakeTask("a");
        await _scene.DeployAsync("a");

        await Assert.ThrowsAsync<DlsException>(() => _scene.UndeployAsync(stop: "kill-" + step));
        AssertWhole(old: "old weights", task: "a");
        await _scene.UnlockAsync();

        Assert.False((await _scene.StatusAsync()).HasDrift);
        if (File.ReadAllText(_scene.Weight) != "old weights")
        {
            await _scene.UndeployAsync();
        }

        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
    }

    [Fact]
    public async Task What_was_changed_after_a_crash_is_kept_when_the_old_state_comes_back()
    {
        MakeOld();
        _scene.MakeTask("a");
        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", stop: "kill-weight"));
        File.WriteAllText(_scene.Weight, "somebody repaired it by hand");

        await _scene.UnlockAsync();

        Assert.Equal("old weights", File.ReadAllText(_scene.Weight));
        Assert.Contains(Directory.GetFiles(_scene.At(".dls/before"), "*", SearchOption.AllDirectories),
            static f => File.ReadAllText(f) == "somebody repaired it by hand");
    }

    [Fact]
    public async Task A_client_that_dies_after_staging_leaves_the_old_state_and_no_lock()
    {
        _scene.MakeTask("a");
        RunResult result = DlsProcess.Run(_scene.Repo.Path, DlsProcess.With(
            TempRepo.SealedEnvironment(_scene.MakeHome("user")), ("DLS_CRASH_AT", "deploy.staged")), ["deploy", "a", "--target", "gaa"]);

        Assert.Equal(137, result.ExitCode);
        Assert.Equal("", DeployScene.Consumer(_scene.Home));
        Assert.False(Directory.Exists(_scene.At(".dls/lock")));
        await _scene.DeployAsync("a");
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
    }

    [Theory]
    [InlineData("deploy.switched")]
    [InlineData("deploy.copied")]
    public async Task Copies_that_a_killed_client_did_not_make_are_made_by_the_next(string point)
    {
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        RunResult result = DlsProcess.Run(_scene.Repo.Path, DlsProcess.With(
            TempRepo.SealedEnvironment(_scene.MakeHome("user")), ("DLS_CRASH_AT", point)), ["deploy", "a", "--target", "gaa"]);
        Assert.Equal(137, result.ExitCode);
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));

        await _scene.DeployAsync("b");

        Assert.Equal((await _scene.LogAsync()).Select(static e => e.FileName()),
            Directory.GetFiles(_scene.Repo.At(".dlstore/deploys/gaa")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, _scene.Repo.Git("ls-files", ".dlstore/deploys").Split('\n').Length);
    }

    [Fact]
    public async Task A_client_killed_after_an_undeploy_left_it_undone_and_the_next_copies_the_entry()
    {
        _scene.MakeTask("a");
        await _scene.DeployAsync("a");
        RunResult result = DlsProcess.Run(_scene.Repo.Path, DlsProcess.With(
            TempRepo.SealedEnvironment(_scene.MakeHome("user")), ("DLS_CRASH_AT", "undeploy.switched")), ["undeploy", "gaa"]);
        Assert.Equal(137, result.ExitCode);
        Assert.Equal("", DeployScene.Consumer(_scene.Home));

        await _scene.DeployAsync("a");

        Assert.Equal((await _scene.LogAsync()).Count, Directory.GetFiles(_scene.Repo.At(".dlstore/deploys/gaa")).Length);
    }

    [Fact]
    public async Task A_client_killed_while_the_script_runs_does_not_stop_the_script()
    {
        MakeOld();
        _scene.MakeTask("a");
        string stopped = Path.Combine(_scene.MakeHome("tools"), "stopped");
        Dictionary<string, string> environment = DlsProcess.With(TempRepo.SealedEnvironment(_scene.MakeHome("user")), ("USER", "tester"));
        environment["PATH"] = $"{Path.GetDirectoryName(stopped)}:{environment["PATH"]}";
        WriteSlowMv(Path.GetDirectoryName(stopped)!, stopped);
        using RunningProgram client = DlsProcess.Start(_scene.Repo.Path, environment, ["deploy", "a", "--target", "gaa"]);
        await WaitAsync(() => File.Exists(stopped));
        TargetStatus locked = await _scene.StatusAsync();
        Assert.Contains("pid", locked.Lock, StringComparison.Ordinal);
        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a"));
        Assert.Equal(ErrorKind.Locked, error.Kind);
        Assert.Contains("committer@example.com, pid", error.Message.Replace(">", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Locked, (await Assert.ThrowsAsync<DlsException>(() => _scene.UnlockAsync())).Kind);
        Assert.Equal("old weights", File.ReadAllText(_scene.Weight));

        client.Kill();
        File.Delete(stopped);
        await WaitAsync(() => !Directory.Exists(_scene.At(".dls/lock")));

        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        Assert.Null((await _scene.StatusAsync()).Unfinished);
        Assert.False((await _scene.StatusAsync()).HasDrift);
    }

    /// <summary>Writes an mv that waits before it renames the weights, for as long as a file is there.</summary>
    private static void WriteSlowMv(string directory, string stopped)
    {
        string mv = Path.Combine(directory, "mv");
        File.WriteAllText(mv, $"#!/bin/sh\ncase $* in *best_weight.pth.dls-*) : >'{stopped}'; while [ -e '"
            + $"{stopped}' ]; do sleep 0.05; done ;; esac\nexec /bin/mv \"$@\"\n");
        File.SetUnixFileMode(mv, (UnixFileMode)0x1ED);
    }

    private static async Task WaitAsync(Func<bool> until)
    {
        for (int i = 0; i < 6000 && !until(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(until(), "it did not happen within five minutes");
    }

    private string MakeOld()
    {
        Directory.CreateDirectory(_scene.At("weights"));
        File.WriteAllText(_scene.Weight, "old weights");
        Directory.CreateDirectory(_scene.At("data_set/Annotations"));
        File.WriteAllText(_scene.At("data_set/Annotations/old.xml"), "<old/>");
        return DeployScene.Consumer(_scene.Home);
    }

    /// <summary>Each path is whole: old or new; only the directory may be missing between its two renames.</summary>
    private void AssertWhole(string old, string task)
    {
        byte[] weight = File.ReadAllBytes(_scene.Weight);
        Assert.True(weight.AsSpan().SequenceEqual(DeployScene.WeightOf(task + "ssd"))
            || weight.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(old)));
        string list = _scene.At("weights/classes.txt");
        Assert.True(!File.Exists(list) || File.ReadAllText(list) == "close\nopen\n");
        Assert.True(!Directory.Exists(_scene.At("data_set"))
            || File.Exists(_scene.At("data_set/Annotations/old.xml")) || File.Exists(_scene.At("data_set/classes.txt")));
    }
}
