using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>The commands as a person uses them: what they print and their exit codes.</summary>
public sealed class DeployCommandTests : IDisposable
{
    private readonly DeployScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_day_with_deploy_status_log_show_and_undeploy()
    {
        _scene.MakeTask("a");
        Dls("deploy", "a", "--target", "gaa", "--dry-run").Expect(0);
        Assert.Contains("nothing was ever deployed", Dls("deploy", "status").Expect(0).Output, StringComparison.Ordinal);

        Assert.Contains("deployed: kind ssd on target gaa: task a, attempt 1",
            Dls("deploy", "a", "--target", "gaa").Expect(0).Output, StringComparison.Ordinal);

        string status = Dls("deploy", "status").Expect(0).Output;
        Assert.Contains("ssd: task a since ", status, StringComparison.Ordinal);
        Assert.Contains("threshold 0.99", status, StringComparison.Ordinal);
        Assert.Contains("\"task\":\"a\"", Dls("deploy", "status", "gaa", "--json").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(2, Dls("deploy", "log", "gaa").Expect(0).Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("ssd: task a since ", Dls("deploy", "show", "gaa").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("", Dls("deploy", "show", "gaa", "--at", "2001-01-01").Expect(0).Output);
        Dls("deploy", "show", "gaa", "--at", "yesterday").Expect(2);
        Dls("deploy", "unlock", "gaa").Expect(0);

        File.WriteAllText(_scene.Weight, "by hand");
        RunResult drift = Dls("deploy", "status").Expect(13);
        Assert.Contains("changed by hand at ", drift.Output, StringComparison.Ordinal);
        Dls("undeploy", "gaa").Expect(0);
        Dls("undeploy", "gaa").Expect(1);
        Dls("undeploy", "nowhere").Expect(2);
        Dls("deploy", "nothing").Expect(2);
        Assert.Contains("\"exitCode\":2", Dls("deploy", "nothing", "--json").Expect(2).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_cannot_be_reached_is_said_and_nothing_is_guessed()
    {
        _scene.MakeTask("a");
        Dls("deploy", "a", "--target", "gaa").Expect(0);
        Directory.Move(_scene.Home, _scene.Home + ".away");

        RunResult status = Dls("deploy", "status").Expect(1);

        Assert.Contains("not known: ", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("task a", status.Output, StringComparison.Ordinal);
        Dls("deploy", "log", "gaa").Expect(1);
        Dls("undeploy", "gaa").Expect(1);
        Directory.Move(_scene.Home + ".away", _scene.Home);
    }

    private RunResult Dls(params string[] arguments) => DlsProcess.Run(
        _scene.Repo.Path, TempRepo.SealedEnvironment(Path.GetDirectoryName(_scene.Home)!), arguments);
}
