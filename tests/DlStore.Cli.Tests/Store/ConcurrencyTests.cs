using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Many dls at once in one work tree (R79): nothing is lost, and who has to wait is told for whom.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private const int Locked = 11;
    private const int Rounds = 3;
    private readonly Scene _scene = new();

    public ConcurrencyTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R79_eight_processes_add_push_and_verify_at_once()
    {
        _scene.Write("repo/shared/first", "first\n");
        _scene.Dls("repo", "add", "shared").Expect(0);
        _scene.Commit("repo", "one");
        for (int round = 0; round < Rounds; round++)
        {
            List<string[]> commands = [["push"], ["verify"]];
            for (int i = 0; i < 3; i++)
            {
                _scene.Write($"repo/own{i}/r{round}.txt", $"own {i} {round}\n");
                _scene.Write($"repo/shared/in{i}/r{round}.txt", $"shared {i} {round}\n");
                commands.Add(["add", $"own{i}"]);
                commands.Add(["add", $"shared/in{i}"]);
            }

            RunAll(commands);
            _scene.Commit("repo", $"round {round}");
        }

        for (int i = 0; i < 3; i++)
        {
            for (int round = 0; round < Rounds; round++)
            {
                Assert.Equal($"own {i} {round}\n", _scene.Dls("repo", "cat", $"own{i}/r{round}.txt").Expect(0).Output);
                Assert.Equal($"shared {i} {round}\n", _scene.Dls("repo", "cat", $"shared/in{i}/r{round}.txt").Expect(0).Output);
            }
        }

        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void Two_pushes_of_one_clone_at_once_both_end_well()
    {
        for (int i = 0; i < 400; i++)
        {
            _scene.Write($"repo/many/{i}.bin", Scene.Pattern(20_000, i));
        }

        _scene.Dls("repo", "add", "many").Expect(0);
        _scene.Commit("repo", "many");

        RunAll([["push"], ["push"], ["push"]]);

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void Two_clones_push_the_same_and_other_bytes_to_one_remote_at_once()
    {
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        List<(string, string[])> commands = [];
        for (int i = 0; i < 4; i++)
        {
            _scene.Clone("repo", $"clone{i}");
            _scene.RunProgram("cp", ["-a", "repo/data", $"clone{i}/data"], _scene.Root).Expect(0);
            File.Delete(_scene.At($"clone{i}/data.dls"));
            _scene.Git($"clone{i}", "rm", "-q", "--cached", "data.dls");
            _scene.Write($"clone{i}/data/own", $"{i}\n");
            _scene.Dls($"clone{i}", "add", "data").Expect(0);
            _scene.Commit($"clone{i}", $"clone {i}");
            commands.Add(($"clone{i}", ["push", "--tip", "--create"]));
        }

        commands.Add(("repo", ["push"]));
        Start(commands);

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
        for (int i = 0; i < 4; i++)
        {
            _scene.Clone($"clone{i}", $"again{i}");
            _scene.Dls($"again{i}", "pull").Expect(0);
            TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At($"clone{i}/data")), TreeSnapshot.Of(_scene.At($"again{i}/data")));
        }
    }

    [Fact]
    public void The_index_is_asked_and_rebuilt_by_many_at_once()
    {
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");

        for (int round = 0; round < Rounds; round++)
        {
            RunAll([["where", "data/run.sh"],
                ["index", "rebuild"], ["where", "data/empty"], ["index", "rebuild"], ["verify"], ["where", "data"]]);
        }

        Assert.Contains("pointer  data/run.sh", _scene.Dls("repo", "where", "data/run.sh").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Statuses_beside_adds_and_checkouts_tell_no_nonsense()
    {
        _scene.WriteSample("repo/data");
        RunAll([["add", "data"], ["status"], ["status"], ["checkout"], ["add", "data"], ["status"]]);

        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
    }

    private void RunAll(IEnumerable<string[]> commands) => Start([.. commands.Select(c => ("repo", c))]);

    private void Start(IReadOnlyList<(string Directory, string[] Command)> commands)
    {
        RunningProgram[] running = [.. commands.Select(c => DlsProcess.Start(_scene.At(c.Directory), _scene.Environment, c.Command))];
        foreach (RunningProgram program in running)
        {
            using (program)
            {
                RunResult result = program.Wait();
                Assert.DoesNotContain("database is locked", result.Error, StringComparison.OrdinalIgnoreCase);
                Assert.True(result.ExitCode is 0 || (result.ExitCode is Locked && result.Error.Contains("pid ", StringComparison.Ordinal)),
                    result.ToString());
                Assert.True(result.ExitCode is 0, "locked for a minute: " + result);
            }
        }
    }
}
