using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>
/// Runs that go on alone, end by rule or by request, and come home from anywhere (R46, R53, R54; P05, P26, P34; promises 7, 10, 11).
/// </summary>
public sealed class TaskRunTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    [Fact]
    public void A_loss_that_is_not_a_number_ends_the_run_before_the_program_would()
    {
        TaskFiles.Make(_scene);

        RunResult created = Dls("task", "create", "t", "--set", "mode=nan").Expect(1);

        Assert.DoesNotContain("slept to the end", Dls("task", "log", "t").Expect(0).Output, StringComparison.Ordinal);
        JsonElement record = TaskFiles.Show(_scene, "repo", "t").GetProperty("record");
        Assert.Equal("failed", record.GetProperty("state").GetString());
        Assert.Equal("nan", record.GetProperty("alarms")[0].GetProperty("rule").GetString());
        Assert.Equal("step 3 loss -nan", record.GetProperty("alarms")[0].GetProperty("text").GetString());
        Assert.Contains("nan at line", created.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_client_loses_nothing_and_another_clone_brings_the_run_home()
    {
        TaskFiles.Make(_scene);
        using (RunningProgram dls = DlsProcess.Start(
            _scene.At("repo"), _scene.Environment, ["task", "create", "t", "--set", "mode=slow,steps=6"]))
        {
            while (!dls.ReadOutputSoFar().Contains("step 1", StringComparison.Ordinal))
            {
                Thread.Sleep(50);
            }

            dls.Kill();
        }

        _scene.Commit("repo", "t");
        Assert.Equal("running", TaskFiles.WaitFor(_scene, "repo", "t", "running"));
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "task", "collect", "t", "--wait").Expect(0);

        JsonElement record = TaskFiles.Show(_scene, "clone", "t").GetProperty("record");
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Contains("step 6", _scene.Dls("clone", "task", "log", "t").Expect(0).Output, StringComparison.Ordinal);
        _scene.Commit("clone", "home");
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
        // Twice is once: the first clone makes the same record.
        Dls("task", "collect", "t").Expect(0);
        Assert.Equal(File.ReadAllText(_scene.At("clone/tasks/t/attempts/1/outputs.dls")),
            File.ReadAllText(_scene.At("repo/tasks/t/attempts/1/outputs.dls")));
        Assert.Equal(File.ReadAllText(_scene.At("clone/tasks/t/attempts/1/attempt.json")),
            File.ReadAllText(_scene.At("repo/tasks/t/attempts/1/attempt.json")));
    }

    [Fact]
    public void Stop_lets_the_program_save_and_keeps_what_it_has()
    {
        TaskFiles.Make(_scene);
        Dls("task", "create", "t", "--set", "mode=hang", "--detach").Expect(0);
        TaskFiles.Until(
            () => Dls("task", "log", "t").Output.Contains("waiting", StringComparison.Ordinal), "the program waits for a signal");

        Dls("task", "stop", "t").Expect(0);
        TaskFiles.WaitFor(_scene, "repo", "t", "stopped");

        JsonElement record = TaskFiles.Show(_scene, "repo", "t").GetProperty("record");
        Assert.Contains(record.GetProperty("files").EnumerateArray(), static f => f.GetProperty("path").GetString() == "out/saved.bin");
        Assert.NotEqual(JsonValueKind.Null, record.GetProperty("weights").ValueKind);
        Dls("task", "stop", "t").Expect(1);
    }

    [Fact]
    public void A_failed_run_is_retried_under_its_name_and_keeps_its_own_log()
    {
        TaskFiles.Make(_scene);
        Dls("task", "create", "t", "--set", "mode=fail").Expect(1);

        Dls("task", "retry", "t", "--set", "mode=ok").Expect(0);

        Assert.Contains("Traceback", Dls("task", "log", "t", "--attempt", "1").Expect(0).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", Dls("task", "log", "t", "--attempt", "2").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("done", TaskFiles.Show(_scene, "repo", "t", 2).GetProperty("record").GetProperty("state").GetString());
        RunResult again = Dls("task", "retry", "t").Expect(1);
        Assert.Contains("ended well", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_arrives_while_the_run_goes_on_and_hostile_lines_are_harmless()
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/trainer/train.sh", "printf 'step 1 loss 0.5\\n'; printf '\\033]0;owned\\007\\033[31mred\\n'; until [ -e '"
            + _scene.At("seen") + "' ]; do sleep 0.1; done; mkdir -p out; echo w > out/best.bin\n");
        Dls("task", "create", "t", "--trust", "--detach").Expect(0);
        using RunningProgram follow = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["task", "log", "t", "-f"]);
        TaskFiles.Until(() => follow.ReadOutputSoFar().Contains("step 1", StringComparison.Ordinal), "the first line of the log arrives");

        // The run cannot end before this file is there, so the line came while it went on.
        string running = Dls("task", "list").Output;
        _scene.Write("seen", "");
        follow.Wait([]).Expect(0);
        TaskFiles.WaitFor(_scene, "repo", "t", "done");
        Assert.Contains("running", running, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", File.ReadAllText(_scene.At("repo/tasks/t/attempts/1/attempt.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_of_a_run_lines_its_phases_up()
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/trainer/train.sh",
            $"until [ -e '{_scene.At("trained")}' ]; do sleep 0.1; done; mkdir -p out; echo w > out/best.bin\n");
        _scene.Write("repo/trainer/test.sh",
            $"until [ -e '{_scene.At("tested")}' ]; do sleep 0.1; done; printf 'a.jpg\\tclose\\tclose\\t0.9\\n' > results.tsv\n");
        Dls("task", "create", "t", "--trust", "--detach").Expect(0);
        string status = "";
        bool Says(string text) => (status = Dls("task", "status", "t").Output).Contains(text, StringComparison.Ordinal);

        TaskFiles.Until(() => Says("train now") || Says(" now, test waits, collect waits"), "it trains");
        Assert.Contains("t/net #1: send done, train ", status, StringComparison.Ordinal);
        _scene.Write("trained", "");
        TaskFiles.Until(() => Says("test now, collect waits") || Says(" now, collect waits"), "it tests");
        Assert.Matches(@"send done, train( [\d:]+)? done, test( [\d:]+)? now, collect waits", status);
        _scene.Write("tested", "");
        TaskFiles.WaitFor(_scene, "repo", "t", "done");
        Assert.DoesNotContain("waits", Dls("task", "status", "t").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_planted_password_is_nowhere_afterwards()
    {
        const string Password = "Xq7-planted-secret-93";
        TaskFiles.Make(_scene);
        _scene.Write("repo/trainer/buildrc", $"SSD_HOST=gpu\nSSD_PASS={Password}\n");
        _scene.Write("repo/trainer/config.py", $"user = 'a'\npassword = '{Password}'\n");
        _scene.Write("repo/trainer/deploy.sh", $"sshpass -p {Password} ssh gpu\n");
        _scene.Environment["DLS_TEST_PASSWORD"] = Password;

        RunResult created = Dls("task", "create", "t", "--trust").Expect(0);
        _scene.Git("repo", "reset", "-q", "--", "trainer");
        _scene.Git("repo", "commit", "-q", "-m", "t");
        Dls("push").Expect(0);

        Assert.Contains("buildrc", created.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, created.Error + created.Output, StringComparison.Ordinal);
        JsonElement source = TaskFiles.Show(_scene, "repo", "t").GetProperty("start").GetProperty("sources")[0];
        Assert.Equal(["buildrc", "config.py", "deploy.sh"],
            source.GetProperty("withheld").EnumerateArray().Select(static w => w.GetString()!.Split(' ')[0]));
        foreach (string place in (string[])["repo/.git", "remote", "home/.dls", "repo/tasks"])
        {
            RunResult grep = _scene.RunProgram("grep", ["-r", "-l", "-a", Password, _scene.At(place)], _scene.Root);
            Assert.True(grep.ExitCode == 1, $"the password is in {grep.Output}");
        }

        // Packs are compressed: what is in them is looked at unpacked.
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "tasks/t/attempts/1/source", "tasks/t/attempts/1/outputs").Expect(0);
        Assert.Equal(1, _scene.RunProgram("grep", ["-r", "-l", "-a", Password, _scene.At("clone")], _scene.Root).ExitCode);
    }

    [Fact]
    public void A_clone_runs_nothing_until_it_is_trusted_and_a_change_has_to_be_trusted_again()
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/trainer/train.sh", $"echo ran >> {_scene.At("marker")}; mkdir -p out; echo w > out/best.bin\n");
        _scene.Commit("repo", "hostile");
        _scene.Clone("repo", "clone");

        foreach (string[] verb in (string[][])[["task", "create", "t"],
            ["task", "list"], ["kind", "list"], ["kind", "show", "net"], ["status"], ["trust"]])
        {
            RunResult result = _scene.Dls("clone", verb);
            Assert.True(verb is ["task", "create", ..] ? result.ExitCode == 14 : result.ExitCode == 0, result.ToString());
        }

        RunResult refused = _scene.Dls("clone", "task", "create", "t").Expect(14);
        Assert.Contains("sh train.sh", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("marker")));
        _scene.Dls("clone", "trust", "net").Expect(0);
        _scene.Dls("clone", "task", "create", "t").Expect(0);
        Assert.True(File.Exists(_scene.At("marker")));
        File.AppendAllText(_scene.At("clone/trainer/test.sh"), "echo more\n");
        _scene.Dls("clone", "task", "create", "u").Expect(14);
    }

    [Fact]
    public void A_run_that_would_take_longer_than_its_limit_is_told_and_then_ended()
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "limit: 15s\n");
        Dls("task", "create", "t", "--set", "mode=slow,steps=1000", "--trust", "--detach").Expect(0);
        string status = "";
        TaskFiles.Until(() => (status = Dls("task", "status", "t").Output).Contains("the kind stops it after", StringComparison.Ordinal)
            || status.Contains("failed", StringComparison.Ordinal), "status tells of the limit");
        TaskFiles.WaitFor(_scene, "repo", "t", "failed");

        Assert.Contains("the kind stops it after", status, StringComparison.Ordinal);
        Assert.Contains("longer than the kind allows",
            TaskFiles.Show(_scene, "repo", "t").GetProperty("record").GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_supervisor_that_is_killed_makes_the_run_lost_and_its_log_still_comes_home()
    {
        TaskFiles.Make(_scene);
        Dls("task", "create", "t", "--set", "mode=hang", "--detach").Expect(0);
        TaskFiles.Until(() => Dls("task", "log", "t").Output.Contains("waiting", StringComparison.Ordinal), "the program waits");
        string run = Directory.EnumerateDirectories(_scene.At("home/.dls/runs")).Single();
        string pid = File.ReadAllText($"{run}/state/pid").Split(' ')[0];
        string program = File.ReadAllText($"{run}/state/program").Trim();
        _scene.RunProgram("kill", ["-9", pid], _scene.Root).Expect(0);
        _scene.RunProgram("kill", ["-9", "--", $"-{program}"], _scene.Root);

        TaskFiles.WaitFor(_scene, "repo", "t", "lost");

        Assert.Contains("waiting", Dls("task", "log", "t").Expect(0).Output, StringComparison.Ordinal);
        Dls("task", "retry", "t", "--set", "mode=ok").Expect(0);
    }

    [Fact]
    public void A_task_is_reproduced_and_a_broken_link_is_named()
    {
        TaskFiles.Make(_scene);
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: [own]\n");
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "dataset: game\n");
        _scene.Write(
            "repo/trainer/train.sh", "echo 'step 1 loss 0.5'; mkdir -p out; cat data_set/classes.txt > out/best.bin; echo 'new best'\n");
        Dls("add", "projects/close/master/image.jpg").Expect(0);
        _scene.Commit("repo", "data");
        Dls("task", "create", "t", "--trust", "--accept", "TWIN").Expect(0);
        _scene.Commit("repo", "t");

        RunResult same = Dls("task", "reproduce", "t").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        string record = _scene.At("repo/tasks/t/attempts/1/attempt.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"loss\": \"0.5\"", "\"loss\": \"0.4\"", StringComparison.Ordinal));
        RunResult other = Dls("task", "reproduce", "t").Expect(4);

        Assert.Contains("reproduced, to the byte", same.Output, StringComparison.Ordinal);
        Assert.Contains("the chain breaks at metrics", other.Output, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "worktree", "list").Split('\n').Skip(1).FirstOrDefault() ?? "");
    }

    [Fact]
    public void A_task_of_a_kind_that_was_never_committed_is_reproduced_from_the_kind_kept_with_it()
    {
        TaskFiles.Make(_scene);
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "# not committed\n");
        Dls("task", "create", "t", "--trust").Expect(0);
        byte[] kind = File.ReadAllBytes(_scene.At("repo/.dlstore/kinds/net.yaml"));
        Assert.Equal(kind, File.ReadAllBytes(_scene.At("repo/tasks/t/attempts/1/kind.yaml")));
        _scene.Write("repo/.dlstore/kinds/net.yaml", TaskFiles.Kind + "parameters: {mode: other}\n");

        Assert.Contains("t, attempt 1: reproduced", Dls("task", "reproduce", "t").Expect(0).Output, StringComparison.Ordinal);
    }
}
