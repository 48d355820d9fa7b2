using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>A machine without an ssh program shares data with others through an ssh remote.</summary>
public sealed class BuiltinSshTests : IDisposable
{
    private readonly SshServer _server = new();
    private readonly TempRepo _repo = new();

    [Fact]
    public void Without_an_ssh_program_data_is_pushed_cloned_and_pulled()
    {
        Dictionary<string, string> environment = WithoutSsh(_server.MakeClientHome());
        byte[] large = Seeded.Bytes(new System.Random(7), 3_000_000);
        Directory.CreateDirectory(_repo.Beside("far"));
        string url = $"ssh://127.0.0.1:{_server.Port}{_repo.Beside("far/store")}";
        Run(_repo.Path, environment, "init").Expect(0);
        Run(_repo.Path, environment, "remote", "add", "lab", url, "--default").Expect(0);
        _repo.Write("data/large.bin", large);
        _repo.Write("data/small.txt", "small"u8.ToArray());
        Run(_repo.Path, environment, "add", "data").Expect(0);
        _repo.Git(["add", "-A"]);
        _repo.Git(["commit", "-qm", "data"]);

        Run(_repo.Path, environment, "push").Expect(0);
        _repo.Git(["clone", "-q", _repo.Path, _repo.Beside("clone")]);
        Run(_repo.Beside("clone"), environment, "pull").Expect(0);

        Assert.Equal(large, File.ReadAllBytes(_repo.Beside("clone/data/large.bin")));
        Assert.Equal("small", File.ReadAllText(_repo.Beside("clone/data/small.txt")));
    }

    [Fact]
    public void An_unknown_host_is_refused_before_anything_is_sent()
    {
        Dictionary<string, string> environment = WithoutSsh(_server.MakeClientHome(known: "known_none"));
        Run(_repo.Path, environment, "init").Expect(0);
        Run(_repo.Path, environment, "remote", "add", "lab", $"ssh://127.0.0.1:{_server.Port}{_repo.Beside("far")}", "--default").Expect(0);
        _repo.Write("data/small.txt", "small"u8.ToArray());
        Run(_repo.Path, environment, "add", "data").Expect(0);
        _repo.Git(["add", "-A"]);
        _repo.Git(["commit", "-qm", "data"]);

        RunResult result = Run(_repo.Path, environment, "push");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Host key verification failed", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_repo.Beside("far")));
    }

    [Fact]
    public void The_client_is_configured_in_the_clone_and_a_host_says_that_it_needs_the_program()
    {
        Dictionary<string, string> environment = WithoutSsh(_server.MakeClientHome());
        Run(_repo.Path, environment, "init").Expect(0);

        Run(_repo.Path, environment, "config", "dls.ssh", "builtin").Expect(0);
        Assert.Equal(2, Run(_repo.Path, environment, "config", "dls.ssh", "putty").ExitCode);
        Assert.Equal(2, Run(_repo.Path, environment, "config", "dls.sshPassphrase", "my secret").ExitCode);
        Assert.Equal("builtin", _repo.Git(["config", "--local", "dls.ssh"]));
        Run(_repo.Path, environment, "host", "add", "gpu", "127.0.0.1").Expect(0);
        RunResult check = Run(_repo.Path, environment, "host", "check", "gpu");

        Assert.NotEqual(0, check.ExitCode);
        Assert.Contains("there is no ssh program in PATH", check.Output + check.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _repo.Dispose();
        _server.Dispose();
    }

    private static RunResult Run(string directory, Dictionary<string, string> environment, params string[] words) =>
        DlsProcess.Run(directory, environment, words);

    /// <summary>Makes an environment whose PATH has all programs but ssh's.</summary>
    private Dictionary<string, string> WithoutSsh(string home)
    {
        string programs = Directory.CreateDirectory(_repo.Beside("bin")).FullName;
        foreach (string program in (string[])["git", "sh", "dash", "env", "cat", "sed", "uname", "basename", "dirname"])
        {
            string? found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(d => $"{d}/{program}").FirstOrDefault(File.Exists);
            if (found is not null)
            {
                File.CreateSymbolicLink($"{programs}/{program}", found);
            }
        }

        return DlsProcess.With(_repo.Environment, ("HOME", home), ("PATH", programs));
    }
}
