using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>
/// Several Unix users and one store in a directory of their group. Whoever runs the tests without privileges plays all of them himself:
/// then only the umask is tried.
/// </summary>
public sealed class SharedStoreTests : IDisposable
{
    private const int Group = 64500;
    private const int Anna = 64501;
    private const int Ben = 64502;
    private const int Stranger = 64503;
    private readonly Scene _scene = new();

    public SharedStoreTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/weights.bin", Seeded.Bytes(new System.Random(1), 20 << 20));
        _scene.Dls("repo", "add", "data", "weights.bin", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
        _scene.RunProgram("cp", ["-a", "repo", "ben"], _scene.Root).Expect(0);
        Directory.CreateDirectory(_scene.At("remote"));
        Give("repo", Anna);
        Give("ben", Ben);
        ShareWith("2770");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("077")]
    [InlineData("022")]
    public void Two_users_of_a_group_share_a_store_whatever_their_umask(string umask)
    {
        As(Anna, umask, "repo", "push", "--create").Expect(0);
        Change("ben", Ben);
        As(Ben, umask, "ben", "push", "--all").Expect(0);
        _scene.RunProgram("rm", ["-rf", _scene.At("ben/.git/dls/packs"), _scene.At("ben/.git/dls/blobs")], _scene.Root).Expect(0);
        As(Ben, umask, "ben", "fetch", "--all").Expect(0);
        As(Ben, umask, "ben", "verify").Expect(0);

        As(Ben, umask, "ben", "gc", "--remote", "lab").Expect(0);
        As(Anna, umask, "repo", "gc", "--remote", "lab").Expect(0);
        As(Anna, umask, "repo", "verify", "--remote", "lab").Expect(0);
        As(Ben, umask, "ben", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void What_a_killed_push_of_another_left_stops_nobody()
    {
        string killed = string.Join(' ', "DLS_CRASH_AT=remote.part", "exec", "\"$@\"");
        As(Anna, "022", "repo", killed, ["push", "--create"]);
        Assert.NotEmpty(Directory.GetFiles(_scene.At("remote/tmp"), "*.part"));

        As(Ben, "022", "ben", "push", "--create").Expect(0);

        As(Anna, "022", "repo", "push").Expect(0);
        As(Anna, "022", "repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void Who_may_only_read_pulls_and_is_told_why_he_cannot_push()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        As(Anna, "022", "repo", "push", "--create").Expect(0);
        ShareWith("2750");
        Change("ben", Ben);
        _scene.RunProgram("find", [_scene.At("remote"), "-type", "d", "-exec", "chmod", "g-w", "{}", "+"], _scene.Root).Expect(0);
        string[] before = Listed();

        RunResult pushed = As(Ben, "022", "ben", "push").Expect(1);

        Assert.Contains("permission denied", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("remote 'lab'", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("hint: ", pushed.Error, StringComparison.Ordinal);
        Assert.Equal(before, Listed());
        As(Ben, "022", "ben", "verify", "--remote", "lab").Expect(0);
        As(Ben, "022", "ben", "fetch").Expect(0);
        RunResult strange = As(Stranger, "022", "repo", "remote", "check", group: Stranger);
        Assert.NotEqual(0, strange.ExitCode);
        Assert.DoesNotContain("unexpected", strange.Error, StringComparison.Ordinal);
    }

    private string[] Listed() => [.. Directory.GetFiles(_scene.At("remote"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private void Change(string repo, int user)
    {
        Give(repo, 0);
        _scene.Write($"{repo}/data/ben.txt", "by ben\n");
        _scene.Dls(repo, "add", "data", "--quiet").Expect(0);
        _scene.Commit(repo, "by ben");
        Give(repo, user);
    }

    private void Give(string directory, int user)
    {
        if (Environment.IsPrivilegedProcess)
        {
            _scene.RunProgram("chown", ["-R", $"{user}:{Group}", directory], _scene.Root).Expect(0);
        }
    }

    private void ShareWith(string mode)
    {
        _scene.RunProgram("chmod", [mode, "remote"], _scene.Root).Expect(0);
        if (Environment.IsPrivilegedProcess)
        {
            _scene.RunProgram("chown", [$"{Anna}:{Group}", "remote"], _scene.Root).Expect(0);
            // chown takes the bit away.
            _scene.RunProgram("chmod", [mode, "remote"], _scene.Root).Expect(0);
        }
    }

    private RunResult As(int user, string umask, string directory, params string[] arguments) =>
        As(user, umask, directory, "exec \"$@\"", arguments);

    private RunResult As(int user, string umask, string directory, string verb, string noun, int group) =>
        As(user, umask, directory, "exec \"$@\"", [verb, noun], group);

    private RunResult As(int user, string umask, string directory, string shell, string[] arguments, int group = Group)
    {
        string[] command = ["-c", $"umask {umask}; {shell}", "sh", .. DlsProcess.Command(arguments)];
        return Environment.IsPrivilegedProcess
            ? _scene.RunProgram("setpriv", [$"--reuid={user}", $"--regid={group}", "--clear-groups", "--", "sh", .. command], _scene.At(directory))
            : _scene.RunProgram("sh", command, _scene.At(directory));
    }
}
