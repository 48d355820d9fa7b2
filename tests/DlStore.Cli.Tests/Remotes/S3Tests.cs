using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>The program and a real S3 service: two clones share a store in a bucket.</summary>
public sealed class S3Tests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private readonly Scene _scene = new();

    private string Url { get; } = $"s3://{S3Server.Bucket}/team/{Guid.NewGuid():N}";

    [Fact]
    public void Two_clones_share_a_store_in_a_bucket()
    {
        Add();
        RunResult pushed = _scene.Dls("repo", "push", "--remote", "cloud").Expect(0);
        Assert.DoesNotContain("not confirmed", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("nothing new", Text(_scene.Dls("repo", "push", "--remote", "cloud").Expect(0)), StringComparison.Ordinal);

        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--remote", "cloud").Expect(0);
        Assert.Equal("a\n", File.ReadAllText(_scene.At("clone/data/a.txt")));
        Assert.Equal(new byte[3_000_000], File.ReadAllBytes(_scene.At("clone/data/large.bin")));
        Assert.Contains("on cloud: in pin ", Text(_scene.Dls("clone", "status").Expect(0)), StringComparison.Ordinal);
        _scene.Dls("clone", "verify", "--remote", "cloud").Expect(0);
        Assert.Contains("1 commit of this repository pinned", Text(_scene.Dls("clone", "remote", "check", "cloud").Expect(0)), StringComparison.Ordinal);

        _scene.Write("clone/data/b.txt", "b\n");
        _scene.Dls("clone", "add", "data").Expect(0);
        _scene.Commit("clone", "two");
        _scene.Dls("clone", "push", "--remote", "cloud").Expect(0);
        _scene.Git("repo", "pull", "-q", "../clone", "main");
        _scene.Dls("repo", "pull", "--remote", "cloud").Expect(0);
        Assert.Equal("b\n", File.ReadAllText(_scene.At("repo/data/b.txt")));
    }

    [Fact]
    public async Task Damage_in_the_bucket_is_found()
    {
        Add();
        _scene.Dls("repo", "push", "--remote", "cloud").Expect(0);
        string key = (await server.Client.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request
        {
            BucketName = S3Server.Bucket,
            Prefix = Url.Split('/', 4)[3] + "/blobs/",
        })).S3Objects.Single().Key;
        server.Put(key, [.. Enumerable.Repeat((byte)1, 3_000_000)]);

        RunResult verified = _scene.Dls("repo", "verify", "--remote", "cloud").Expect(13);

        Assert.Contains(key.Split('/')[^1], Text(verified), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("push")]
    [InlineData("push", "--json")]
    [InlineData("verify", "--json")]
    [InlineData("remote", "check", "cloud")]
    public void No_key_is_ever_shown(params string[] command)
    {
        Add();
        _scene.Environment["AWS_SECRET_ACCESS_KEY"] = "wrongSecretThatMustNotBeShown";

        RunResult failed = _scene.Dls("repo", command[0] == "remote" ? command : [.. command, "--remote", "cloud"]);

        Assert.NotEqual(0, failed.ExitCode);
        Assert.NotEqual(70, failed.ExitCode);
        Assert.Contains("the secret key is not the one", Text(failed), StringComparison.Ordinal);
        string all = Text(failed) + string.Concat(
            Directory.EnumerateFiles(_scene.At("repo"), "*", SearchOption.AllDirectories).Select(static f => File.ReadAllText(f)));
        Assert.DoesNotContain("wrongSecretThatMustNotBeShown", all, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Server.AccessKey, all, StringComparison.Ordinal);
    }

    public void Dispose() => _scene.Dispose();

    private static string Text(RunResult result) => result.Output + result.Error;

    private void Add()
    {
        foreach ((string name, string value) in S3Server.Keys)
        {
            _scene.Environment[name] = value;
        }

        _scene.MakeRepo();
        _scene.Dls("repo", "remote", "add", "cloud", Url, "--endpoint", server.Endpoint, "--default").Expect(0);
        _scene.Write("repo/data/a.txt", "a\n");
        _scene.Write("repo/data/large.bin", new byte[3_000_000]);
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
    }
}
