using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Deploys;
using DlStore.Targets;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>What deploy and undeploy do on a target of this machine (R59-R67).</summary>
public sealed class DeployTests : IDisposable
{
    private readonly DeployScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task R59_weights_class_list_and_data_are_in_place_byte_by_byte()
    {
        _scene.MakeTask("game1");

        DeployResult result = await _scene.DeployAsync("game1");

        Assert.Equal(DeployScene.WeightOf("game1ssd"), File.ReadAllBytes(_scene.Weight));
        Assert.Equal("close\nopen\n", File.ReadAllText(_scene.At("weights/classes.txt")));
        Assert.Equal("game1_1\n", File.ReadAllText(_scene.At("data_set/ImageSets/Main/train.txt")));
        Assert.Equal(Scene.Hashes(_scene.Repo.At("tasks/game1/attempts/1/data")), Scene.Hashes(_scene.At("data_set/")));
        Assert.Null(new FileInfo(_scene.Weight).LinkTarget);
        Assert.Equal($".dls/releases/{(await _scene.LogAsync())[1].Name}/data", new FileInfo(_scene.At("data_set")).LinkTarget);
        Assert.Equal(DeployScene.WeightOf("game1ssd"), File.ReadAllBytes(_scene.At(".dls/current/weight")));
        Assert.Equal("close\nopen\n", File.ReadAllText(_scene.At(".dls/current/classes.txt")));
        Assert.True(File.Exists(_scene.At(".dls/current/data/classes.txt")));
        Assert.Equal(UnitState.Deployed, Assert.Single(result.Units).State);
        Assert.Equal(2, result.Copies.Count);
        Assert.Equal([(DeployAction.Found, DeployOutcome.Done), (DeployAction.Deploy, DeployOutcome.Done)],
            (await _scene.LogAsync()).Select(static e => (e.Action, e.Outcome)));
        Assert.Contains(result.Copies[1], _scene.Repo.Git("diff", "--cached", "--name-only"), StringComparison.Ordinal);
        Assert.DoesNotContain(".dls-", DeployScene.Consumer(_scene.Home), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At(".dls/lock")));
    }

    [Fact]
    public async Task Deploying_what_is_live_already_changes_nothing()
    {
        _scene.MakeTask("game1");
        await _scene.DeployAsync("game1");
        TreeSnapshot before = TreeSnapshot.Of(_scene.Home);

        DeployResult again = await _scene.DeployAsync("game1");

        Assert.Equal(UnitState.LiveAlready, Assert.Single(again.Units).State);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.Home));
    }

    [Fact]
    public async Task R62_a_b_undeploy_c_undeploy_gives_a_and_then_what_was_there_before()
    {
        Directory.CreateDirectory(_scene.At("weights"));
        File.WriteAllText(_scene.Weight, "old weights");
        File.SetUnixFileMode(_scene.Weight, (UnixFileMode)0x1B0);
        Directory.CreateDirectory(_scene.At("data_set/Annotations"));
        File.WriteAllText(_scene.At("data_set/Annotations/old.xml"), "<old/>");
        File.CreateSymbolicLink(_scene.At("data_set/link"), "Annotations/old.xml");
        string before = DeployScene.Consumer(_scene.Home);
        foreach (string task in (string[])["a", "b", "c"])
        {
            _scene.MakeTask(task);
        }

        DeployResult first = await _scene.DeployAsync("a");
        string a = DeployScene.Consumer(_scene.Home);
        await _scene.DeployAsync("b");
        Assert.NotEqual(a, DeployScene.Consumer(_scene.Home));
        await _scene.UndeployAsync();
        Assert.Equal(a, DeployScene.Consumer(_scene.Home));
        await _scene.DeployAsync("c");
        await _scene.UndeployAsync();
        Assert.Equal(a, DeployScene.Consumer(_scene.Home));
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.At(".dls/current/weight")));
        await _scene.UndeployAsync();

        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
        Assert.False(Path.Exists(_scene.At(".dls/current")));
        Assert.Contains(first.Units[0].Notes, static n => n.Contains("two renames", StringComparison.Ordinal));
        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.UndeployAsync());
        Assert.Contains("nothing to undo", error.Message, StringComparison.Ordinal);
        await _scene.DeployAsync("b");
        Assert.Equal(DeployScene.WeightOf("bssd"), File.ReadAllBytes(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
    }

    [Fact]
    public async Task Undeploying_the_first_leaves_no_trace_where_nothing_was()
    {
        _scene.MakeTask("a");
        await _scene.DeployAsync("a");

        await _scene.UndeployAsync();

        Assert.Equal("", DeployScene.Consumer(_scene.Home));
    }

    [Fact]
    public async Task R67_status_equals_what_is_there_and_names_what_was_changed_by_hand()
    {
        _scene.MakeTask("a");
        await _scene.DeployAsync("a");
        TargetStatus good = await _scene.StatusAsync();
        Assert.False(good.HasDrift);
        LiveKind kind = Assert.Single(good.Kinds);
        Assert.Equal("a", kind.Task);
        Assert.Equal("0.99", kind.Accept["threshold"]);
        Assert.Equal(Oid.Of(File.ReadAllBytes(_scene.Weight)), kind.Files.Single(static f => f.Role == FileRole.Weight).Found);

        File.WriteAllText(_scene.Weight, "by hand");
        File.SetLastWriteTimeUtc(_scene.Weight, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        File.Delete(_scene.At("data_set/classes.txt"));
        File.WriteAllText(_scene.At("data_set/JPEGImages/a_1.jpg"), "other");
        File.WriteAllText(_scene.At("data_set/more.txt"), "more");
        TargetStatus bad = await _scene.StatusAsync();

        LiveFile weight = bad.Kinds[0].Files.Single(static f => f.Role == FileRole.Weight);
        Assert.Equal((LiveState.Changed, "2026-01-02T03:04:05Z"), (weight.State, weight.ChangedAt));
        LiveFile data = bad.Kinds[0].Files.Single(static f => f.Role == FileRole.Data);
        Assert.Equal(["changed JPEGImages/a_1.jpg", "missing classes.txt", "extra more.txt"],
            data.Below.Select(static d => $"{DriftSorts.Name(d.What)} {d.Name}"));
    }

    [Fact]
    public async Task Bytes_that_somebody_put_there_by_hand_are_kept_and_come_back()
    {
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        await _scene.DeployAsync("a");
        File.WriteAllText(_scene.Weight, "by hand");

        DeployResult result = await _scene.DeployAsync("b");

        Assert.Contains(
            result.Units[0].Notes, static n => n.Contains("'weights/best_weight.pth' was changed by hand", StringComparison.Ordinal));
        Assert.Equal(DeployScene.WeightOf("bssd"), File.ReadAllBytes(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal("by hand", File.ReadAllText(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal("", DeployScene.Consumer(_scene.Home));
    }

    [Fact]
    public async Task A_link_in_place_of_the_weights_is_replaced_and_comes_back()
    {
        _scene.MakeTask("a");
        Directory.CreateDirectory(_scene.At("weights"));
        File.WriteAllText(_scene.At("weights/other.pth"), "a trainer writes here");
        File.CreateSymbolicLink(_scene.Weight, "other.pth");
        string before = DeployScene.Consumer(_scene.Home);

        await _scene.DeployAsync("a");

        Assert.Equal("a trainer writes here", File.ReadAllText(_scene.At("weights/other.pth")));
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        await _scene.UndeployAsync();
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
    }

    [Fact]
    public async Task R66_a_byte_that_changed_in_transit_is_found_and_the_old_state_stays()
    {
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        await _scene.DeployAsync("a");
        string before = DeployScene.Consumer(_scene.Home);
        foreach (string file in (string[])["weight", "data/JPEGImages/b_1.jpg"])
        {
            DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b", staged: (home, release) =>
            {
                string path = $"{home}/.dls/releases/{release}/{file}";
                byte[] bytes = File.ReadAllBytes(path);
                bytes[17] ^= 1;
                File.WriteAllBytes(path, bytes);
            }));
            Assert.Equal(ErrorKind.Corrupt, error.Kind);
            Assert.Equal(before, DeployScene.Consumer(_scene.Home));
        }

        Assert.Equal(2, (await _scene.LogAsync()).Count);
        Assert.Single(Directory.GetDirectories(_scene.At(".dls/releases")));
        Assert.False((await _scene.StatusAsync()).HasDrift);
    }

    [Theory]
    [InlineData(RunState.Failed, false, "exit code 1")]
    [InlineData(RunState.Stopped, false, "ended as stopped")]
    [InlineData(RunState.Lost, false, "ended as lost")]
    [InlineData(RunState.Absent, false, "ended as absent")]
    [InlineData(RunState.DoneUntested, false, "not tested")]
    [InlineData(RunState.Done, true, "older than the run")]
    public async Task What_an_attempt_did_not_make_well_is_refused(RunState state, bool inherited, string says)
    {
        _scene.MakeTask("a", state: state, inherited: inherited);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a"));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
    }

    [Fact]
    public async Task What_was_allowed_by_name_is_recorded()
    {
        _scene.MakeTask("a", state: RunState.DoneUntested, inherited: true);

        await _scene.DeployAsync("a", more: static o => o with { AllowUntested = true, AllowInherited = true });

        Assert.Equal(["inherited", "untested"], (await _scene.LogAsync())[^1].Allowed);
    }

    [Fact]
    public async Task R65_weights_with_the_class_list_of_another_set_are_refused()
    {
        _scene.MakeTask("a", setClasses: "open,close");
        _scene.MakeTask("b", facts: "7");

        DlsException other = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a"));
        DlsException count = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b"));

        Assert.Contains("class 0 is 'close' for the weights and 'open' in the data set", other.Message, StringComparison.Ordinal);
        Assert.Contains("its weights have 7 classes and its class list has 2", count.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
    }

    [Fact]
    public async Task R61_a_missing_blob_stops_it_before_any_target_is_touched()
    {
        string second = _scene.MakeHome("second");
        _scene.AddTarget("second", "local", "ssd", second);
        _scene.MakeTask("a");
        string store = _scene.Repo.At(".git/dls/packs");
        foreach (string pack in Directory.GetFiles(store, "*", SearchOption.AllDirectories))
        {
            File.Delete(pack);
        }

        Directory.Delete(_scene.Repo.At(".git/dls/index"), recursive: true);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", "gaa,second"));

        Assert.Equal(ErrorKind.Missing, error.Kind);
        Assert.NotEmpty(error.Items);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
        Assert.Empty(Directory.GetFileSystemEntries(second));
    }

    [Fact]
    public async Task P43_several_places_have_to_be_named()
    {
        string second = _scene.MakeHome("second");
        _scene.AddTarget("second", "local", "ssd", second);
        _scene.MakeTask("a");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", ""));

        Assert.Equal(ErrorKind.Usage, error.Kind);
        Assert.Equal(2, error.Items.Count);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
        await _scene.DeployAsync("a", "", more: static o => o with { All = true });
        Assert.Equal(File.ReadAllBytes(_scene.Weight), File.ReadAllBytes(Path.Combine(second, "weights/best_weight.pth")));
    }

    [Fact]
    public async Task R60_one_kind_leaves_the_other_untouched_and_each_goes_back_alone()
    {
        _scene.WriteKind("resnet34", "");
        _scene.AddTarget("both", "local", "ssd, resnet34", _scene.MakeHome("both"));
        _scene.MakeTask("s");
        _scene.MakeTask("r", "resnet34");
        _scene.MakeReusing("two", ("ssd", "s"), ("resnet34", "r"));
        string home = Path.Combine(Path.GetDirectoryName(_scene.Home)!, "both");

        await _scene.DeployAsync("two", "both", more: static o => o with { Kinds = ["ssd"] });
        string onlySsd = DeployScene.Consumer(home);
        Assert.False(Path.Exists($"{home}/resnet34"));
        await _scene.DeployAsync("two", "both", more: static o => o with { Kinds = ["resnet34"] });

        Assert.Equal(DeployScene.WeightOf("sssd"), File.ReadAllBytes($"{home}/weights/best_weight.pth"));
        Assert.Equal(DeployScene.WeightOf("rresnet34"), File.ReadAllBytes($"{home}/resnet34/weights/best_weight.pth"));
        Assert.Equal(DeployScene.WeightOf("rresnet34"), File.ReadAllBytes($"{home}/.dls/current-resnet34/weight"));
        Assert.Equal(DeployScene.WeightOf("sssd"), File.ReadAllBytes($"{home}/.dls/current-ssd/weight"));
        await Assert.ThrowsAsync<DlsException>(() => _scene.UndeployAsync("both"));
        await _scene.UndeployAsync("both", kinds: "resnet34");
        Assert.Equal(onlySsd, DeployScene.Consumer(home));
    }

    [Fact]
    public async Task If_one_target_fails_those_before_it_are_taken_back()
    {
        string second = _scene.MakeHome("second");
        _scene.AddTarget("second", "local", "ssd", second);
        File.WriteAllText(Path.Combine(second, "weights"), "a file where a directory must be");
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        await _scene.DeployAsync("a");
        string before = DeployScene.Consumer(_scene.Home);
        string other = DeployScene.Consumer(second);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b", "gaa,second"));

        Assert.Contains(error.Items, static i => i.Contains("target 'gaa', kind 'ssd': taken back", StringComparison.Ordinal));
        Assert.Equal(before, DeployScene.Consumer(_scene.Home));
        Assert.Equal(other, DeployScene.Consumer(second));
        Deployment last = (await _scene.LogAsync())[^1];
        Assert.Equal((DeployAction.Undeploy, "'second' failed"), (last.Action, last.Why));
    }

    [Fact]
    public async Task Whatever_stops_the_second_target_the_first_is_taken_back()
    {
        string second = _scene.MakeHome("second");
        _scene.AddTarget("second", "local", "ssd", second);
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        await _scene.DeployAsync("a", "gaa,second");
        string[] before = [DeployScene.Consumer(_scene.Home), DeployScene.Consumer(second)];

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b", "gaa,second", switching: home =>
            _ = home == second ? throw new IOException("the line dropped") : home));

        Assert.Equal((ErrorKind.Failed, "deploy to target 'second': the line dropped"), (error.Kind, error.Message));
        Assert.Equal(["target 'gaa', kind 'ssd': taken back"], error.Items);
        Assert.Equal(before, (string[])[DeployScene.Consumer(_scene.Home), DeployScene.Consumer(second)]);
        Assert.Single(Directory.GetDirectories(Path.Combine(second, ".dls/releases")));
    }

    [Fact]
    public async Task A_refusal_comes_before_anything_is_settled()
    {
        string second = _scene.MakeHome("second");
        _scene.AddTarget("second", "local", "ssd", second);
        _scene.MakeTask("a");
        _scene.MakeTask("b", facts: "7");
        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", stop: "kill-intent"));
        Assert.NotNull((await _scene.StatusAsync()).Unfinished);
        string[] journal = Journal();

        DlsException unnamed = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", ""));
        DlsException classes = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b", "gaa,second"));

        Assert.Contains("none was named", unnamed.Message, StringComparison.Ordinal);
        Assert.Contains("7 classes", classes.Message, StringComparison.Ordinal);
        Assert.Equal(journal, Journal());

        string[] Journal() => [.. Directory.GetFiles(_scene.At(".dls/journal")).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task The_smoke_command_may_veto_and_runs_only_if_this_clone_allows_it()
    {
        _scene.WriteKind(
            "ssd", "deploy: {weight: w.pth, smoke: 'test -s weight && test -f data/classes.txt && echo bad model >&2 && false'}\n");
        _scene.MakeTask("a");
        DlsException untrusted = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a"));
        Assert.Equal(ErrorKind.Untrusted, untrusted.Kind);

        using (DlStore.Repo repo = _scene.Repo.Open())
        {
            Data.Names.PortableName name = Data.Names.PortableName.Parse("ssd", "kind");
            new Data.Recipes.TrustList(
                repo.CommonDirectory).Allow([Learning.Kinds.KindTrust.Smoke(Learning.Kinds.KindReader.Read(repo.WorkTree, name))!]);
        }

        DlsException vetoed = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a"));

        Assert.Contains("refuses it", vetoed.Message, StringComparison.Ordinal);
        Assert.Equal("", DeployScene.Consumer(_scene.Home));
        Assert.Empty(await _scene.LogAsync());
    }

    [Theory]
    [InlineData(".dls/x")]
    [InlineData("../x")]
    public async Task Paths_that_lead_elsewhere_are_refused(string path)
    {
        _scene.WriteKind("ssd", $"deploy: {{weight: '{path}'}}\n");
        _scene.MakeTask("a");

        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a"));

        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
    }

    [Theory]
    [InlineData("with blank")]
    [InlineData("it's \"quoted\" $HOME `id` \\ ;*")]
    [InlineData("学習 home")]
    public async Task A_home_of_any_name_works(string name)
    {
        using DeployScene scene = new(name);
        scene.MakeTask("a");
        scene.MakeTask("b");

        await scene.DeployAsync("a");
        string a = DeployScene.Consumer(scene.Home);
        await scene.DeployAsync("b");
        await scene.UndeployAsync();

        Assert.Equal(a, DeployScene.Consumer(scene.Home));
        Assert.False((await scene.StatusAsync()).HasDrift);
    }

    [Fact]
    public async Task Dry_run_touches_nothing()
    {
        _scene.MakeTask("a");

        DeployResult plan = await _scene.DeployAsync("a", more: static o => o with { DryRun = true });

        Assert.Equal(UnitState.Planned, Assert.Single(plan.Units).State);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
        Assert.False(Directory.Exists(_scene.Repo.At(".dlstore/deploys")));
    }
}
