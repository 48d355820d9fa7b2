using DlStore.Objects;
using DlStore.Remotes;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>A remote whose every call fails once before and once after its work, behind the one that tries again.</summary>
public sealed class RetryingRemoteTests(ITestOutputHelper output) : RemoteContract(output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly PlannedFault[] Twice =
    [
        .. Enum.GetValues<RemoteCall>().SelectMany(static c => (PlannedFault[])
            [new PlannedFault(c, 1, RemoteFault.Error), new PlannedFault(c, 3, RemoteFault.Error)]),
    ];

    protected override long ResumesFrom => 8 << 20;

    protected override bool CanHash => true;

    private string Root => Temp.At("remote");

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_nothing_is_done_twice()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(100_000);
        FaultyRemote faulty = new(Inner(),
            new(RemoteCall.PutFile, 1, RemoteFault.ErrorAfter), new(RemoteCall.Remove, 1, RemoteFault.ErrorAfter));
        using RetryingRemote remote = Around(faulty);
        long told = 0;

        Assert.Equal(PutResult.AlreadyThere, await remote.PutFileAsync("a", path, oid, n => told += n, None));
        Assert.Equal(bytes, Peek("a"));
        Assert.Equal(bytes.Length, told);
        await remote.RemoveAsync("a", None);
        Assert.Null(Peek("a"));
        Assert.Equal(2, faulty.Struck);
    }

    [Fact]
    public async Task What_goes_on_failing_is_told_after_a_few_tries()
    {
        FaultyRemote faulty = new(Inner(), new PlannedFault(RemoteCall.Read, 0, RemoteFault.Error));
        using RetryingRemote remote = Around(faulty);

        DlsException e = await Fails(() => remote.ReadAsync("a", 10, None));

        Assert.True(e.IsPassing);
        Assert.Equal(RetryingRemote.TriesMax, faulty.Struck);
    }

    [Fact]
    public async Task What_will_not_pass_is_not_tried_again()
    {
        FaultyRemote faulty = new(Inner());
        using RetryingRemote remote = Around(faulty);
        await remote.PutAsync("a", "too long"u8.ToArray(), replace: false, None);

        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadAsync("a", 3, None))).Kind);

        Assert.Single(faulty.Calls, c => c.Call == RemoteCall.Read);
    }

    [Fact]
    public async Task A_listing_that_breaks_half_way_fails_and_is_not_begun_again()
    {
        using RetryingRemote remote = new(new BreakingList(Inner()), TimeSpan.FromMilliseconds(1));
        await remote.PutAsync("d/a", "x"u8.ToArray(), replace: false, None);
        await remote.PutAsync("d/b", "x"u8.ToArray(), replace: false, None);
        List<string> names = [];

        await Assert.ThrowsAsync<DlsException>(async () =>
        {
            await foreach (RemoteFile file in remote.ListAsync("d", None))
            {
                names.Add(file.Name);
            }
        });

        Assert.Single(names);
    }

    protected override IRemote Make() => Around(new FaultyRemote(Inner(), Twice));

    protected override byte[]? Peek(string name) => File.Exists(Path.Combine(Root, name))
        ? File.ReadAllBytes(Path.Combine(Root, name)) : null;

    protected override IReadOnlyList<string> Leftovers() => Directory.Exists(Path.Combine(Root, "tmp"))
        ? Directory.GetFiles(Path.Combine(Root, "tmp")) : [];

    private static RetryingRemote Around(IRemote inner) => new(inner, TimeSpan.FromMilliseconds(1));

    private DirectoryRemote Inner() => new("lab", (DirectoryUrl)RemoteUrl.Parse("file://" + Root, Temp.Path));

    private sealed class BreakingList(IRemote inner) : WrappedRemote(inner)
    {
        public override async IAsyncEnumerable<RemoteFile> ListAsync(
            string directory, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (RemoteFile file in Inner.ListAsync(directory, cancel))
            {
                yield return file;
                throw new DlsException(ErrorKind.Failed, "the line was cut") { IsPassing = true };
            }
        }
    }
}
