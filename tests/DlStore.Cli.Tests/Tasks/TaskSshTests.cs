using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>
/// Tasks on a real sshd: with and without a control master, with other login shells, wrong keys, lost lines, odd paths, a clock an hour
/// off.
/// </summary>
public sealed class TaskSshTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly SshServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _scene.Dispose();
    }

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    private void Make(string host, string root = "~/.dls", string kind = TaskFiles.Kind)
    {
        TaskFiles.Make(_scene);
        _scene.Git("repo", "config", "dls.sshConfig", _server.ConfigPath);
        Dls("host", "add", host, host, "--root", root, "--quiet").Expect(0);
        _scene.Write("repo/.dlstore/kinds/net.yaml", kind + $"host: {host}\n");
        _scene.Commit("repo", "host");
    }

    [Theory]
    [InlineData("t")]
    [InlineData("tm")]
    [InlineData("tc")]
    [InlineData("tf")]
    public void A_task_runs_on_a_host_whatever_its_login_shell(string host)
    {
        Make(host);

        RunResult created = Dls("task", "create", "try1", "--trust").Expect(0);

        JsonElement record = TaskFiles.Show(_scene, "repo", "try1").GetProperty("record");
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Contains($"started on {host}", created.Output, StringComparison.Ordinal);
        Assert.Contains("step 3 loss", created.Output, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateDirectories($"{_server.Home}/.dls/runs"));
        Assert.False(Directory.Exists(_scene.At("home/.dls")));
        Dls("task", "rm", "try1").Expect(0);
        Assert.Empty(Directory.EnumerateDirectories($"{_server.Home}/.dls/runs"));
    }

    [Theory]
    [InlineData("tw", "key")]
    [InlineData("tu", "ssh-keyscan")]
    [InlineData("tx", "host key")]
    public void A_host_that_cannot_be_trusted_or_entered_stops_before_anything_is_recorded(string host, string hint)
    {
        Make(host);

        RunResult created = Dls("task", "create", "try1", "--trust");

        Assert.NotEqual(0, created.ExitCode);
        Assert.Contains(hint, created.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(host, created.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/tasks")));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void Blanks_and_quotes_are_allowed_in_every_path()
    {
        string kind = TaskFiles.Kind.Replace("source: trainer", "source: \"my trainer's dir\"", StringComparison.Ordinal)
            .Replace("out/best.bin", "out dir/it's best.bin", StringComparison.Ordinal)
                .Replace("'out/*.bin'", "\"out dir/*.bin\"", StringComparison.Ordinal)
            + "inputs: [{from: \"in put/a 'b' $c.txt\", to: \"x y/it's in.txt\"}]\n";
        Make("t", "~/d ls/it's", kind);
        _scene.Write("repo/in put/a 'b' $c.txt", "input\n");
        _scene.Write("repo/my trainer's dir/train.sh",
            "echo 'step 1 loss 0.5'; mkdir -p 'out dir'; cat \"x y/it's in.txt\" > \"out dir/it's best.bin\"\n");
        _scene.Write("repo/my trainer's dir/test.sh", "printf 'a.jpg\\tx\\tx\\t1\\n' > results.tsv\n");
        _scene.Commit("repo", "odd names");

        Dls("task", "create", "t", "--trust").Expect(0);

        JsonElement record = TaskFiles.Show(_scene, "repo", "t").GetProperty("record");
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Contains(
            record.GetProperty("files").EnumerateArray(), static f => f.GetProperty("path").GetString() == "out dir/it's best.bin");
    }

    [Fact]
    public void A_run_goes_on_when_every_connection_is_cut_and_the_follower_finds_it_again()
    {
        Make("t");
        using RunningProgram dls = DlsProcess.Start(
            _scene.At("repo"), _scene.Environment, ["task", "create", "t", "--trust", "--set", "mode=slow,steps=8"]);
        while (!dls.ReadOutputSoFar().Contains("step 2", StringComparison.Ordinal))
        {
            Assert.False(dls.HasExited, "it ended before it was cut");
            Thread.Sleep(50);
        }

        _server.KillSessions();
        RunResult result = dls.Wait().Expect(0);

        string[] steps = [.. result.Output.Split('\n').Where(static l => l.StartsWith("step ", StringComparison.Ordinal))];
        Assert.Equal(Enumerable.Range(1, 8).Select(static i => $"step {i} loss 0.{100 - i}"), steps);
        Assert.Equal("done", TaskFiles.Show(_scene, "repo", "t").GetProperty("record").GetProperty("state").GetString());
    }

    [Fact]
    public void A_clock_that_is_an_hour_off_changes_nothing_but_is_told()
    {
        Make("t");
        Dls("task", "create", "t", "--trust", "--set", "mode=slow,steps=5", "--detach").Expect(0);
        TaskFiles.WaitFor(_scene, "repo", "t", "running");
        TimeProvider late = new ShiftedClock(TimeSpan.FromHours(1));

        RunResult running = InProcess.Dls(_scene, "repo", late, "task", "status", "t");
        Assert.Contains("running", running.Output, StringComparison.Ordinal);
        InProcess.Dls(_scene, "repo", late, "task", "collect", "t", "--wait").Expect(0);

        JsonElement record = TaskFiles.Show(_scene, "repo", "t").GetProperty("record");
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.InRange(record.GetProperty("clockAhead").GetInt64(), -3610, -3590);
    }

    [Fact]
    public void A_source_that_lies_on_the_host_is_captured_with_its_changes_and_its_secrets_stay_there()
    {
        string program = $"{_server.Home}/old trainer";
        TaskFiles.Write(_scene, "elsewhere");
        _scene.RunProgram("cp", ["-r", _scene.At("elsewhere/trainer"), program], _scene.Root).Expect(0);
        _scene.RunProgram("sh", ["-c", "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm one && echo '# "
            + "changed' >> train.sh && echo new > 'new file' && echo 'PASS=hunter22' > buildrc"], program).Expect(0);
        Make("t", kind: TaskFiles.Kind.Replace("source: trainer", "source: 'host:~/old trainer'", StringComparison.Ordinal));

        Dls("task", "create", "t", "--trust").Expect(0);
        _scene.Commit("repo", "t");
        Dls("pull", "tasks/t/attempts/1/source").Expect(0);

        JsonElement source = TaskFiles.Show(_scene, "repo", "t").GetProperty("start").GetProperty("sources")[0];
        Assert.Equal(
            _scene.RunProgram("git", ["rev-parse", "HEAD"], program).Expect(0).Output.Trim(), source.GetProperty("commit").GetString());
        Assert.Equal(["buildrc"], source.GetProperty("withheld").EnumerateArray().Select(static w => w.GetString()!.Split(' ')[0]));
        Assert.Contains("# changed", File.ReadAllText(_scene.At("repo/tasks/t/attempts/1/source/train.sh")), StringComparison.Ordinal);
        Assert.Equal("new\n", File.ReadAllText(_scene.At("repo/tasks/t/attempts/1/source/new file")));
        Assert.False(File.Exists(_scene.At("repo/tasks/t/attempts/1/source/buildrc")));
    }

    [Fact]
    public void Two_kinds_on_two_hosts_do_not_touch_each_other()
    {
        TaskFiles.Make(_scene, "one", "two");
        _scene.Git("repo", "config", "dls.sshConfig", _server.ConfigPath);
        Dls("host", "add", "t", "t", "--quiet").Expect(0);
        Dls("host", "add", "tm", "tm", "--root", "~/other", "--quiet").Expect(0);
        _scene.Write("repo/.dlstore/kinds/one.yaml", TaskFiles.Kind + "host: t\n");
        _scene.Write("repo/.dlstore/kinds/two.yaml", TaskFiles.Kind + "host: tm\n");
        _scene.Commit("repo", "hosts");

        Dls("task", "create", "a", "--kind", "one", "--trust").Expect(0);
        Assert.False(Directory.Exists($"{_server.Home}/other"));
        Dls("task", "create", "b", "--all", "--trust").Expect(0);

        Assert.Single(Directory.EnumerateDirectories($"{_server.Home}/other/runs"));
        Assert.Equal(2, Directory.EnumerateDirectories($"{_server.Home}/.dls/runs").Count());
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
