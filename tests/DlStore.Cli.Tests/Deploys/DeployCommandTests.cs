using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>The commands as a person uses them: what they print and their exit codes.</summary>
public sealed class DeployCommandTests : IDisposable
{
    private readonly DeployScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_threshold_chosen_after_a_test_is_recorded_and_shown()
    {
        _scene.MakeTask("a");

        Assert.Contains("threshold 0.85", Dls("deploy", "a", "--target", "gaa", "--threshold", "0.85").Expect(0).Output,
            StringComparison.Ordinal);
        string status = Dls("deploy", "status").Expect(0).Output;
        Assert.Contains("threshold 0.85", status, StringComparison.Ordinal);
        Assert.Contains("input 300x300", status, StringComparison.Ordinal);
        Assert.Contains("\"threshold\": \"0.85\"", File.ReadAllText(_scene.At(".dls/current/deployment.json")), StringComparison.Ordinal);
        Assert.Contains("deployed: ", Dls("deploy", "a", "--target", "gaa", "--accept", "threshold=0.7,preprocess=rgb").Expect(0).Output,
            StringComparison.Ordinal);
        Assert.Contains("preprocess rgb, threshold 0.7", Dls("deploy", "status").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("live already", Dls("deploy", "a", "--target", "gaa", "--accept", "threshold=0.7,preprocess=rgb").Expect(0).Output,
            StringComparison.Ordinal);
        Dls("undeploy", "gaa").Expect(0);
        Assert.Contains("threshold 0.85", Dls("deploy", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threshold", "high", "a threshold is a number")]
    [InlineData("--threshold", "-1", "a threshold is a number")]
    [InlineData("--threshold", "nan", "a threshold is a number")]
    [InlineData("--threshold", "7", "deploy with --threshold '7': a threshold is a number from 0 to 1\nhint: write one such as --threshold")]
    [InlineData("--accept", "threshold=1.01", "deploy with --accept 'threshold=1.01': a threshold is a number from 0 to 1")]
    [InlineData("--accept", "threshold", "it is not NAME=VALUE")]
    [InlineData("--accept", "=1", "it is not NAME=VALUE")]
    [InlineData("--accept", "treshold=0.5", "is no name that is known")]
    [InlineData("--accept", "threshold=0.5,threshold=0.6", "is given twice")]
    public void A_word_about_the_weights_that_means_nothing_is_refused(string option, string value, string why)
    {
        _scene.MakeTask("a");

        RunResult refused = Dls("deploy", "a", "--target", "gaa", $"{option}={value}").Expect(2);

        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At(".dls")));
    }

    [Fact]
    public void A_threshold_is_chosen_once()
    {
        _scene.MakeTask("a");

        string error = Dls("deploy", "a", "--target", "gaa", "--threshold", "0.5", "--accept", "threshold=0.6").Expect(2).Error;

        Assert.Contains("deploy with --threshold '0.5': --accept gives one too", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_that_is_not_there_is_told_with_what_looks_at_it()
    {
        _scene.MakeTask("a");
        Directory.Delete(_scene.Home, recursive: true);

        string error = Dls("deploy", "a", "--target", "gaa").Expect(1).Error;

        Assert.Contains("hint: `dls target check gaa` looks at what is there", error, StringComparison.Ordinal);
        Assert.Contains("does not exist: make it there", Dls("target", "check", "gaa").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target", "")]
    [InlineData("--target", ",")]
    [InlineData("--kind", " ")]
    public void An_option_that_names_nothing_is_not_one_that_was_left_out(string option, string value)
    {
        _scene.MakeTask("a");

        Assert.Contains("names nothing", Dls("deploy", "a", option, value).Expect(2).Error, StringComparison.Ordinal);

        Assert.False(Directory.Exists(_scene.At(".dls")));
    }

    [Fact]
    public void A_task_can_be_removed_once_neither_it_is_live_nor_an_undeploy_would_bring_it_back()
    {
        _scene.MakeTask("a");
        _scene.MakeTask("b");
        _scene.Commit();
        Dls("deploy", "a", "--target", "gaa").Expect(0);
        Dls("deploy", "b", "--target", "gaa").Expect(0);

        Assert.Contains("target gaa: deployment 2 ", Dls("task", "rm", "a").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("target gaa: deployment 3 ", Dls("task", "rm", "b").Expect(1).Error, StringComparison.Ordinal);
        Dls("undeploy", "gaa").Expect(0);
        Dls("task", "rm", "b").Expect(0);
        Dls("task", "rm", "a").Expect(1);
        Dls("undeploy", "gaa").Expect(0);
        Dls("task", "rm", "a").Expect(0);

        _scene.Commit();
        Assert.Contains("all right: 0 tasks, 0 attempts, 5 deployments", Dls("audit").Expect(0).Output, StringComparison.Ordinal);
    }

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
