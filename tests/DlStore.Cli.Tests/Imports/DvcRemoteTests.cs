using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>Bytes that only a remote of DVC's has: a directory, a real ssh server, a real S3 service.</summary>
public sealed class DvcRemoteTests(S3Server bucket) : IClassFixture<S3Server>, IDisposable
{
    private readonly DvcScene _dvc = new();

    public void Dispose() => _dvc.Dispose();

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public void A_directory(string version)
    {
        MoveCacheTo(_dvc.Scene.At("store"), version);
        Configure("    url = ../../store\n");

        RunResult run = _dvc.Import().Expect(0);

        Assert.Contains("(from remote lab)", run.Output, StringComparison.Ordinal);
        Assert.Contains("dls remote add lab", run.Error, StringComparison.Ordinal);
        RequireWhole();
    }

    [Fact]
    public void A_host_behind_ssh()
    {
        using SshServer server = new();
        MoveCacheTo(_dvc.Scene.At("store"), "3");
        _dvc.Git("config", "dls.sshConfig", server.ConfigPath);
        Configure($"    url = ssh://t{_dvc.Scene.At("store")}\n");

        Assert.Contains("(from remote lab)", _dvc.Import().Expect(0).Output, StringComparison.Ordinal);

        RequireWhole();
    }

    [Fact]
    public void A_bucket()
    {
        string prefix = $"dvc/{Guid.NewGuid():N}";
        MoveCacheTo(_dvc.Scene.At("store"), "3");
        foreach (string file in Directory.GetFiles(_dvc.Scene.At("store"), "*", SearchOption.AllDirectories))
        {
            bucket.Put($"{prefix}/{Path.GetRelativePath(_dvc.Scene.At("store"), file)}", File.ReadAllBytes(file));
        }

        Directory.Delete(_dvc.Scene.At("store"), recursive: true);
        foreach ((string name, string value) in S3Server.Keys)
        {
            _dvc.Scene.Environment[name] = value;
        }

        Configure($"    url = s3://{S3Server.Bucket}/{prefix}\n    endpointurl = {bucket.Endpoint}\n    region = us-east-1\n"
            + "    access_key_id = notRead\n    secret_access_key = notRead\n");

        RunResult run = _dvc.Import().Expect(0);

        Assert.Contains("(from remote lab)", run.Output, StringComparison.Ordinal);
        Assert.Contains($"/dls --endpoint {bucket.Endpoint}", run.Error, StringComparison.Ordinal);
        RequireWhole();
    }

    [Fact]
    public void A_damaged_file_a_place_that_cannot_be_read_and_one_that_is_not_there_are_named()
    {
        MoveCacheTo(_dvc.Scene.At("store"), "3");
        string md5 = DvcScene.Md5("alpha\n"u8.ToArray());
        string file = _dvc.Scene.At($"store/files/md5/{md5[..2]}/{md5[2..]}");
        File.SetUnixFileMode(file, (UnixFileMode)0x1A4);
        File.WriteAllText(file, "wrong\n");
        Configure("    url = ../../store\n['remote \"cloud\"']\n    url = gs://bucket/x\n['remote \"gone\"']\n    url = ../../gone\n");

        string output = _dvc.Import().Expect(3).Output;

        Assert.Contains("damaged data", output, StringComparison.Ordinal);
        Assert.Contains("remote 'lab' (../../store): damaged", output, StringComparison.Ordinal);
        Assert.Contains("remote 'cloud' (gs://bucket/x): dls does not read 'gs'", output, StringComparison.Ordinal);
        Assert.Contains("remote 'gone' (../../gone): not there", output, StringComparison.Ordinal);
        Assert.Equal("", _dvc.Git("status", "--porcelain"));
    }

    [Fact]
    public void The_cache_may_lie_elsewhere()
    {
        using DvcScene dvc = new("../../shared cache");
        dvc.AddSample("data");
        dvc.Commit();
        dvc.Drop("data");
        Assert.True(Directory.Exists(dvc.Scene.At("shared cache/files/md5")));

        Assert.Contains("(from cache)", dvc.Import().Expect(0).Output, StringComparison.Ordinal);
    }

    private void MoveCacheTo(string store, string version)
    {
        _dvc.AddSample("data", version);
        Directory.Move(_dvc.At(".dvc/cache"), store);
        _dvc.Commit();
        _dvc.Drop("data");
    }

    private void Configure(string remote)
    {
        _dvc.Write(".dvc/config", $"[core]\n    remote = lab\n['remote \"lab\"']\n{remote}");
        _dvc.Commit();
    }

    private void RequireWhole()
    {
        _dvc.Scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal("alpha\n", _dvc.Read("data/a.txt"));
        Assert.Equal("beta\r\n", _dvc.Read("data/sub/two words.txt"));
        Assert.Equal(Scene.Pattern(2_000_000, 3), File.ReadAllBytes(_dvc.At("data/sub/画像.bin")));
        _dvc.Scene.Dls("repo", "verify").Expect(0);
    }
}
