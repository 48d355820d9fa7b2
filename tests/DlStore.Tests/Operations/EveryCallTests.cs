using DlStore.Remotes;
using DlStore.Remotes.S3;
using DlStore.Remotes.Sftp;
using DlStore.TestKit;
using DlStore.Tests.Ssh;
using Xunit.Abstractions;

namespace DlStore.Tests.Operations;

public sealed class DirectoryEveryCallTests(TransferRepo template, ITestOutputHelper output)
    : EveryCallContract(template, output), IClassFixture<TransferRepo>, IDisposable
{
    private readonly TempDir _places = new();
    private int _count;

    public void Dispose() => _places.Dispose();

    protected override Func<IRemote> NewPlace()
    {
        string path = _places.At($"p{++_count}");
        return () => new DirectoryRemote("lab", (DirectoryUrl)RemoteUrl.Parse("file://" + path, "/"));
    }
}

/// <summary>Over the system's ssh.</summary>
public sealed class SshEveryCallTests(TransferRepo template, SshFixture ssh, ITestOutputHelper output)
    : EveryCallContract(template, output), IClassFixture<TransferRepo>, IClassFixture<SshFixture>, IDisposable
{
    private readonly TempDir _places = new();
    private int _count;

    public void Dispose() => _places.Dispose();

    protected override Func<IRemote> NewPlace()
    {
        SshUrl url = (SshUrl)RemoteUrl.Parse($"ssh://t{_places.At($"p{++_count}")}", "/");
        RemoteSurroundings around = new(_places.Path, ssh.Server.Environment, ssh.Server.ConfigPath, TimeProvider.System);
        return () => new SshRemote("lab", url, new RemoteOptions(), around);
    }
}

[Collection("S3")]
public sealed class S3EveryCallTests(TransferRepo template, S3Server server, ITestOutputHelper output)
    : EveryCallContract(template, output), IClassFixture<TransferRepo>
{
    protected override Func<IRemote> NewPlace()
    {
        S3Url url = (S3Url)RemoteUrl.Parse($"s3://{S3Server.Bucket}/{server.NewPrefix()}", "/");
        return () => new S3Remote("lab", url, new RemoteOptions { Endpoint = server.Endpoint }, S3Server.Keys, S3Sizes.Usual);
    }
}
