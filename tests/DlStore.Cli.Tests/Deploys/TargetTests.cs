using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>
/// A target takes kinds that there are and has a home of its own; where the configuration says otherwise, that is what is said.
/// </summary>
public sealed class TargetTests : IDisposable
{
    private readonly DeployScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_target_of_a_kind_that_is_not_there_is_refused_with_those_that_are()
    {
        string before = Config();

        RunResult refused = Dls("target", "add", "new", "--kind", "ssd,nosuch", "--home", _scene.MakeHome("new")).Expect(2);

        Assert.Equal("error: add target 'new': there is no kind 'nosuch'\nhint: known kinds: ssd; `dls kind new nosuch` makes it\n",
            refused.Error);
        Assert.Equal(before, Config());
        Dls("kind", "new", "nosuch").Expect(0);
        Dls("target", "add", "new", "--kind", "ssd,nosuch", "--home", _scene.MakeHome("new")).Expect(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/.")]
    public void A_home_that_another_target_has_is_refused_however_it_is_written(string end)
    {
        _scene.WriteKind("resnet34", "");
        string before = Config();

        RunResult refused = Dls("target", "add", "new", "--kind", "resnet34", "--home", _scene.Home + end).Expect(1);
        RunResult same = Dls("target", "add", "new", "--kind", "ssd", "--home", _scene.Home + end).Expect(1);

        Assert.Equal($"error: add target 'new': target 'gaa' has that home already, '{_scene.Home}' on host 'local'\n"
            + "hint: name another home, or let 'gaa' take all of them: `kind = resnet34,ssd` of [target \"gaa\"] in .dlstore/config\n",
            refused.Error);
        Assert.Contains("hint: name another home, or use target 'gaa'\n", same.Error, StringComparison.Ordinal);
        Assert.Equal(before, Config());
        Dls("target", "add", "gaa", "--kind", "ssd", "--home", _scene.Home).Expect(0);
        Dls("target", "add", "below", "--kind", "ssd", "--home", _scene.At("below")).Expect(0);
    }

    [Fact]
    public void A_home_that_two_targets_have_by_hand_is_no_damage()
    {
        _scene.MakeTask("a");
        Dls("deploy", "a", "--target", "gaa").Expect(0);
        _scene.AddTarget("twin", "local", "ssd", _scene.Home + "/");

        RunResult log = Dls("deploy", "log", "twin").Expect(1);
        RunResult status = Dls("deploy", "status").Expect(1);
        RunResult deploy = Dls("deploy", "a", "--target", "gaa").Expect(1);
        RunResult undeploy = Dls("undeploy", "twin").Expect(1);
        RunResult doctor = Dls("doctor").Expect(4);
        RunResult check = Dls("target", "check").Expect(4);

        string other = $"its home '{_scene.Home}' has that of target 'gaa'";
        Assert.Contains(other, log.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("compare", log.Error, StringComparison.Ordinal);
        Assert.Contains(other, status.Output, StringComparison.Ordinal);
        Assert.Contains("ssd: task a since", status.Output, StringComparison.Ordinal);
        Assert.Contains("change target 'gaa': target 'twin' has that home already", deploy.Error, StringComparison.Ordinal);
        Assert.Contains("change target 'twin': target 'gaa' has that home already", undeploy.Error, StringComparison.Ordinal);
        Assert.Contains("target 'twin' has the home of target 'gaa'", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("target 'gaa' has the home of target 'twin'", check.Output, StringComparison.Ordinal);
        Assert.Contains("ssd", Dls("deploy", "log", "gaa").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_of_a_target_that_is_gone_is_named_by_doctor_and_check()
    {
        _scene.AddTarget("old", "local", "gone", _scene.MakeHome("old"));

        RunResult doctor = Dls("doctor").Expect(4);
        RunResult check = Dls("target", "check", "old").Expect(4);

        Assert.Contains("target 'old' takes kind 'gone', and there is no such kind", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("known kinds: ssd; `dls kind new gone` makes it", check.Output, StringComparison.Ordinal);
        Dls("target", "check", "gaa").Expect(0);
    }

    private string Config() => File.ReadAllText(_scene.Repo.At(".dlstore/config"));

    private RunResult Dls(params string[] arguments) =>
        DlsProcess.Run(_scene.Repo.Path, new Dictionary<string, string>(_scene.Repo.Environment), arguments);
}
