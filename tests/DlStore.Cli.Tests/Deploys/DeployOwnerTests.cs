using DlStore.Operations.Deploys;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>Whoever could read what was in place can read what takes its place, and nobody else (capistrano's class of reports).</summary>
public sealed class DeployOwnerTests : IDisposable
{
    private readonly DeployScene _scene = new();

    /// <summary>A group that this user may give files to: another one than usual for root.</summary>
    private readonly string _group;

    public DeployOwnerTests() => _group = Ask("id", "-u") == "0" ? "1" : Ask("id", "-G").Split(' ')[^1];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_weight_keeps_the_group_owner_and_mode_of_the_one_that_it_replaces_there_and_back()
    {
        Directory.CreateDirectory(_scene.At("weights"));
        File.WriteAllText(_scene.Weight, "old weights");
        Change("chgrp", _group, _scene.Weight);
        Change("chmod", "640", _scene.Weight);
        string before = Ask("stat", "-c", "%a %u:%g", _scene.Weight);
        _scene.MakeTask("a");
        _scene.MakeTask("b");

        await _scene.DeployAsync("a");
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(_scene.Weight));
        Assert.Equal(before, Ask("stat", "-c", "%a %u:%g", _scene.Weight));
        // Not by way of the release either.
        Assert.Equal(before, Ask("stat", "-c", "%a %u:%g", _scene.At(".dls/current/weight")));
        await _scene.DeployAsync("b");
        await _scene.UndeployAsync();
        Assert.Equal(before, Ask("stat", "-c", "%a %u:%g", _scene.Weight));
        await _scene.UndeployAsync();

        Assert.Equal("old weights", File.ReadAllText(_scene.Weight));
        Assert.Equal(before, Ask("stat", "-c", "%a %u:%g", _scene.Weight));
    }

    [Fact]
    public async Task A_weight_behind_a_link_keeps_the_group_and_mode_of_what_the_link_led_to()
    {
        Directory.CreateDirectory(_scene.At("weights"));
        File.WriteAllText(_scene.At("v1.pth"), "old weights");
        Change("chgrp", _group, _scene.At("v1.pth"));
        Change("chmod", "640", _scene.At("v1.pth"));
        File.CreateSymbolicLink(_scene.Weight, "../v1.pth");
        _scene.MakeTask("a");

        await _scene.DeployAsync("a");

        Assert.Equal($"640 {_group}", Ask("stat", "-c", "%a %g", _scene.Weight));
        Assert.Equal("old weights", File.ReadAllText(_scene.At("v1.pth")));
    }

    [Fact]
    public async Task Data_let_in_whom_the_directory_let_in_that_they_replace()
    {
        Directory.CreateDirectory(_scene.At("data_set/JPEGImages"));
        File.WriteAllText(_scene.At("data_set/JPEGImages/old.jpg"), "old");
        Change("chgrp", "-R", _group, _scene.At("data_set"));
        Change("chmod", "750", _scene.At("data_set"));
        _scene.MakeTask("a");

        await _scene.DeployAsync("a");

        string data = _scene.At("data_set/");
        Assert.True(File.Exists(Path.Combine(data, "classes.txt")));
        Assert.Equal($"drwxr-x--- {_group}", Ask("stat", "-L", "-c", "%A %g", data));
        Assert.Equal(_group, Ask("stat", "-c", "%g", Path.Combine(data, "JPEGImages/a_1.jpg")));
        await _scene.UndeployAsync();
        Assert.Equal($"drwxr-x--- {_group}", Ask("stat", "-L", "-c", "%A %g", data));
        Assert.Equal("old", File.ReadAllText(_scene.At("data_set/JPEGImages/old.jpg")));
    }

    [Fact]
    public async Task A_home_that_is_not_there_is_an_objection_of_check_and_deploy_alike()
    {
        _scene.AddTarget("lost", "local", "ssd", _scene.At("not/there"));
        _scene.MakeTask("a");

        TargetCheckResult check;
        using (Repo repo = _scene.Repo.Open())
        {
            check = Assert.Single(await TargetCheck.RunAsync(repo, "lost", CancellationToken.None));
        }

        DlsException refused = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", "lost"));

        Assert.Contains("does not exist: make it there", Assert.Single(check.Problems), StringComparison.Ordinal);
        Assert.Contains("make it there first", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("not")));
    }

    private void Change(string program, params string[] arguments) => RunningProgram.Run(
        program, arguments, _scene.Home, new Dictionary<string, string>()).Expect(0);

    private string Ask(string program, params string[] arguments) => RunningProgram.Run(
        program, arguments, _scene.Home, new Dictionary<string, string>()).Expect(0).Output.Trim();
}
