using DlStore.Operations.Deploys;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>Targets that ssh reaches, over a real sshd, with csh and fish as login shells too.</summary>
public sealed class DeployRemoteTests : IDisposable
{
    private readonly DeployScene _scene = new();
    private readonly SshServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _scene.Dispose();
    }

    [Theory]
    [InlineData("t", "plain")]
    [InlineData("tc", "it's \"a\" home!")]
    [InlineData("tf", "with blank $x")]
    public async Task A_target_behind_ssh_is_deployed_to_and_back_whatever_the_login_shell(string alias, string name)
    {
        string home = _scene.MakeHome(name);
        _scene.AddHost("lily", _server, alias);
        _scene.AddTarget("far", "lily", "ssd", home);
        _scene.MakeTask("a");
        _scene.MakeTask("b");

        await _scene.DeployAsync("a", "far");
        string a = DeployScene.Consumer(home);
        await _scene.DeployAsync("b", "far");
        Assert.Equal(DeployScene.WeightOf("bssd"), File.ReadAllBytes(Path.Combine(home, "weights/best_weight.pth")));
        Assert.False((await _scene.StatusAsync("far")).HasDrift);
        await _scene.UndeployAsync("far");
        Assert.Equal(a, DeployScene.Consumer(home));
        await _scene.UndeployAsync("far");
        Assert.Equal("", DeployScene.Consumer(home));
    }

    [Fact]
    public async Task A_near_target_is_taken_back_if_a_far_one_cannot_be_reached_and_none_is_touched()
    {
        _scene.AddHost("lily", _server, "tw");
        _scene.AddTarget("far", "lily", "ssd", _scene.MakeHome("far"));
        _scene.MakeTask("a");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", "gaa,far"));

        Assert.Equal(ErrorKind.Failed, error.Kind);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
        TargetStatus status = await _scene.StatusAsync("far");
        Assert.NotNull(status.Problem);
        Assert.Empty(status.Kinds);
    }

    [Theory]
    [InlineData("intent")]
    [InlineData("weight")]
    [InlineData("verified")]
    public async Task A_script_that_dies_there_is_settled_from_another_clone(string step)
    {
        string home = _scene.MakeHome("far");
        _scene.AddHost("lily", _server, "t");
        _scene.AddTarget("far", "lily", "ssd", home);
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        _scene.Commit();
        using DeployScene other = _scene.Clone("other");
        other.Repo.Git("config", "dls.sshConfig", _server.ConfigPath);
        await _scene.DeployAsync("a", "far");
        await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("b", "far", stop: "kill-" + step));

        DeployResult result = await other.DeployAsync("b", "far");

        Assert.Contains(result.Notes, static n => n.Contains("the unfinished deploy", StringComparison.Ordinal));
        Assert.Equal(DeployScene.WeightOf("bssd"), File.ReadAllBytes(Path.Combine(home, "weights/best_weight.pth")));
        Assert.False((await other.StatusAsync("far")).HasDrift);
        Assert.Equal((await other.LogAsync("far")).Count, Directory.GetFiles(other.Repo.At(".dlstore/deploys/far")).Length);
    }

    [Fact]
    public async Task A_connection_that_is_lost_in_the_middle_does_not_stop_the_switch()
    {
        string home = _scene.MakeHome("far");
        _scene.AddHost("lily", _server, "t");
        _scene.AddTarget("far", "lily", "ssd", home);
        Directory.CreateDirectory(Path.Combine(home, "weights"));
        File.WriteAllText(Path.Combine(home, "weights/best_weight.pth"), "old weights");
        // A large directory that is hashed while the connection is cut.
        for (int i = 0; i < 40; i++)
        {
            Directory.CreateDirectory(Path.Combine(home, "data_set"));
            File.WriteAllBytes(Path.Combine(home, $"data_set/{i}"), new byte[4_000_000]);
        }

        _scene.MakeTask("a");
        Task<Exception?> deploy = Task.Run(() => Record.ExceptionAsync(() => _scene.DeployAsync("a", "far")));
        for (int i = 0; i < 12000 && !Directory.Exists(Path.Combine(home, ".dls/lock")); i++)
        {
            await Task.Delay(25);
        }

        _server.KillSessions();
        Assert.IsType<DlsException>(await deploy);
        for (int i = 0; i < 12000 && Directory.Exists(Path.Combine(home, ".dls/lock")); i++)
        {
            await Task.Delay(25);
        }

        TargetStatus status = await _scene.StatusAsync("far");
        Assert.Null(status.Unfinished);
        Assert.Null(status.Lock);
        Assert.False(status.HasDrift);
        Assert.Equal(DeployScene.WeightOf("assd"), File.ReadAllBytes(Path.Combine(home, "weights/best_weight.pth")));
    }
}
