using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>
/// Two people at two computers that share a git repository and a store, over ssh and in a bucket: each has a host name, a network and a
/// home of his own, and reaches nothing but the store.
/// </summary>
public sealed class TwoHostsTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly List<IsolatedHost> _hosts = [];

    [SkippableHostsFact]
    public async Task They_share_a_store_over_ssh()
    {
        using SshServer server = new();
        await ShareAsync(server.Port, $"t:{_scene.At("far")}", [], repo => _scene.Git(repo, "config", "dls.sshConfig", server.ConfigPath));
    }

    [SkippableHostsFact]
    public async Task They_share_a_store_in_a_bucket()
    {
        using S3Server server = new();
        foreach ((string name, string value) in S3Server.Keys)
        {
            _scene.Environment[name] = value;
        }

        await ShareAsync(new Uri(server.Endpoint).Port, $"s3://{S3Server.Bucket}/two", ["--endpoint", server.Endpoint], static _ => { });
    }

    public void Dispose()
    {
        _hosts.ForEach(static h => h.Dispose());
        _scene.Dispose();
    }

    private async Task ShareAsync(int port, string url, string[] options, Action<string> configure)
    {
        _scene.MakeRepo("shared");
        _hosts.AddRange([new IsolatedHost("annas-desk", port), new IsolatedHost("bens-desk", port)]);
        (Func<string[], RunResult> anna, Func<string[], RunResult> ben) = (At(0, "anna"), At(1, "ben"));
        Assert.Equal("annas-desk\n", Run(0, "anna", "hostname", []).Expect(0).Output);
        _scene.Clone("shared", "anna");
        configure("anna");
        anna(["remote", "add", "far", url, "--default", .. options]).Expect(0);
        _scene.Write("anna/data/base.bin", Scene.Pattern(2_000_000, 1));
        Record(anna, "anna", "base");
        anna(["push"]).Expect(0);
        _scene.Git("anna", "push", "-q", "../shared", "HEAD:refs/heads/team");

        _scene.Git(".", "clone", "-q", "-b", "team", "shared", "ben");
        configure("ben");
        ben(["pull"]).Expect(0);
        Assert.Equal(Scene.Pattern(2_000_000, 1), File.ReadAllBytes(_scene.At("ben/data/base.bin")));

        // Both at once, the same contents among them.
        _scene.Write("anna/ours/a.bin", Scene.Pattern(1_500_000, 2));
        _scene.Write("anna/ours/same.bin", Scene.Pattern(1_200_000, 4));
        _scene.Write("ben/theirs/b.bin", Scene.Pattern(1_500_000, 3));
        _scene.Write("ben/theirs/same.bin", Scene.Pattern(1_200_000, 4));
        Record(anna, "anna", "ours");
        Record(ben, "ben", "theirs");
        await Task.WhenAll(Task.Run(() => anna(["push"]).Expect(0)), Task.Run(() => ben(["push"]).Expect(0)));
        Assert.Contains(ben(["gc", "--remote", "far"]).ExitCode, (int[])[0, 3]);

        // Both have added a line at the end of it.
        _scene.Write("anna/.git/info/attributes", ".gitignore merge=union\n");
        _scene.Git("anna", "fetch", "-q", "../ben", "team:ben");
        _scene.Git("anna", "merge", "-q", "-m", "both", "ben");
        anna(["pull"]).Expect(0);
        Assert.Equal(Scene.Pattern(1_500_000, 3), File.ReadAllBytes(_scene.At("anna/theirs/b.bin")));
        Assert.Equal(Scene.Pattern(1_200_000, 4), File.ReadAllBytes(_scene.At("anna/theirs/same.bin")));
        anna(["push"]).Expect(0);
        foreach (Func<string[], RunResult> person in (Func<string[], RunResult>[])[anna, ben])
        {
            person(["verify", "--remote", "far"]).Expect(0);
            person(["verify"]).Expect(0);
        }
    }

    private void Record(Func<string[], RunResult> person, string repo, string message)
    {
        string[] changed = [.. new[] { "data", "ours", "theirs" }.Where(d => Directory.Exists(_scene.At($"{repo}/{d}")))];
        person(["add", .. changed]).Expect(0);
        _scene.Commit(repo, message);
    }

    private Func<string[], RunResult> At(int host, string repo) => arguments => Run(host, repo, _scene.UseExecutable(), arguments);

    private RunResult Run(int host, string repo, string program, string[] arguments)
    {
        string[] line = _hosts[host].CommandLine([program, .. arguments]);
        return RunningProgram.Run(line[0], line[1..], _scene.At(Directory.Exists(_scene.At(repo)) ? repo : "."), _scene.Environment);
    }
}
