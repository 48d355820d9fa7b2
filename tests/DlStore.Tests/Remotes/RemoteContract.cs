using System.Text;
using DlStore.Objects;
using DlStore.Remotes;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>What every remote that is written to must do, besides what every one must; a subclass each.</summary>
public abstract class RemoteContract(ITestOutputHelper output) : RemoteReadingContract(output)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly CancellationToken Cancelled = new(canceled: true);

    /// <summary>Gets the remote's size from which a send is resumed, or 0 if it never is.</summary>
    protected abstract long ResumesFrom { get; }

    /// <summary>Gets a value indicating whether the far side can hash a file.</summary>
    protected abstract bool CanHash { get; }

    /// <summary>Reads all bytes that a later reader would see, past the remote's own code.</summary>
    protected abstract byte[]? Peek(string name);

    /// <summary>Lists unfinished uploads.</summary>
    protected abstract IReadOnlyList<string> Leftovers();

    [Fact]
    public async Task A_small_file_is_put_once_and_never_changed()
    {
        IRemote remote = Open();

        Assert.Equal(PutResult.Sent, await remote.PutAsync("pins/id/commit", "first"u8.ToArray(), replace: false, None));
        Assert.Equal(PutResult.AlreadyThere, await remote.PutAsync("pins/id/commit", "first"u8.ToArray(), replace: false, None));
        Assert.Equal(PutResult.AlreadyThere, await remote.PutAsync("pins/id/commit", "other"u8.ToArray(), replace: false, None));
        Assert.Equal(
            PutResult.AlreadyThere, await remote.PutAsync("pins/id/commit", "longer than the first"u8.ToArray(), replace: false, None));
        await remote.FlushAsync(None);

        Assert.True(await remote.ExistsAsync(None));
        Assert.Equal("first"u8.ToArray(), await remote.ReadAsync("pins/id/commit", 5, None));
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadAsync("pins/id/commit", 4, None))).Kind);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_small_file_with_other_bytes_is_replaced_when_asked()
    {
        IRemote remote = Open();
        await remote.PutAsync("pins/id/commit", "damaged"u8.ToArray(), replace: false, None);

        Assert.Equal(PutResult.Sent, await remote.PutAsync("pins/id/commit", "right"u8.ToArray(), replace: true, None));
        Assert.Equal(PutResult.AlreadyThere, await remote.PutAsync("pins/id/commit", "right"u8.ToArray(), replace: true, None));

        Assert.Equal("right"u8.ToArray(), Peek("pins/id/commit"));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_file_of_equal_size_and_other_bytes_is_replaced()
    {
        IRemote remote = Open();
        (string path, Oid oid, byte[] bytes) = MakeFile(3_000_000);
        byte[] wrong = [.. bytes];
        wrong[1_500_000] ^= 1;
        string other = Temp.Write("local/other", wrong);
        await remote.PutFileAsync("blobs/aa/bb/x", other, Oid.Of(wrong), null, None);

        Assert.Equal(PutResult.Sent, await remote.PutFileAsync("blobs/aa/bb/x", path, oid, null, None));

        Assert.Equal(bytes, Peek("blobs/aa/bb/x"));
        Assert.Empty(Leftovers());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_048_576)]
    [InlineData(3_000_001)]
    public async Task A_file_is_sent_and_comes_back(int length)
    {
        IRemote remote = Open();
        (string path, Oid oid, byte[] bytes) = MakeFile(length);
        long told = 0;
        long toldBack = 0;

        Assert.Equal(PutResult.Sent, await remote.PutFileAsync("blobs/aa/bb/x", path, oid, n => told += n, None));
        await remote.FlushAsync(None);
        Assert.Equal(PutResult.AlreadyThere, await Open().PutFileAsync("blobs/aa/bb/x", path, oid, null, None));
        Oid back = await remote.DownloadAsync("blobs/aa/bb/x", Temp.At("back"), length, n => toldBack += n, None);

        Assert.Equal(oid, back);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Temp.At("back")));
        Assert.Equal(bytes, Peek("blobs/aa/bb/x"));
        Assert.Equal((length, length), (told, toldBack));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task Bytes_that_do_not_hash_to_the_name_never_become_visible()
    {
        IRemote remote = Open();
        (string path, _, _) = MakeFile(2_000_000);

        DlsException e = await Fails(() => remote.PutFileAsync("packs/aa/x.pack", path, Oid.Of("other"u8), null, None));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Null(Peek("packs/aa/x.pack"));
        Assert.Empty(Leftovers());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("a/.")]
    [InlineData("a/")]
    public async Task Names_that_lead_elsewhere_are_refused(string name)
    {
        IRemote remote = Open();
        (string path, Oid oid, _) = MakeFile(10);

        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.PutAsync(name, "x"u8.ToArray(), replace: false, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.PutFileAsync(name, path, oid, null, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadAsync(name, 10, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadRangeAsync(name, 0, new byte[1], None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.DownloadAsync(name, Temp.At("to"), 1000, null, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => ListAsync(remote, name))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.FindHashAsync(name, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.MoveAsync(name, "a", None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.MoveAsync("a", name, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.RemoveAsync(name, None))).Kind);
    }

    [Fact]
    public async Task The_far_side_hashes_what_lies_there_or_says_that_it_cannot()
    {
        IRemote remote = Open();
        (string path, Oid oid, _) = MakeFile(300_000);
        await remote.PutFileAsync("packs/aa/x.pack", path, oid, null, None);

        Oid? told = await remote.FindHashAsync("packs/aa/x.pack", None);

        Assert.True(CanHash ? told == oid : told is null);
        Assert.Null(await remote.FindHashAsync("packs/aa/y.pack", None));
    }

    [Fact]
    public async Task A_file_is_moved_in_one_step_and_removed()
    {
        IRemote remote = Open();
        (string path, Oid oid, byte[] bytes) = MakeFile(70_000);
        await remote.PutFileAsync("packs/aa/x.pack", path, oid, null, None);
        await remote.PutAsync("quarantine/3/packs/aa/x.pack", "old"u8.ToArray(), replace: false, None);

        Assert.True(await remote.MoveAsync("packs/aa/x.pack", "quarantine/3/packs/aa/x.pack", None));
        Assert.False(await remote.MoveAsync("packs/aa/x.pack", "quarantine/3/packs/aa/x.pack", None));
        Assert.Null(Peek("packs/aa/x.pack"));
        Assert.Equal(bytes, Peek("quarantine/3/packs/aa/x.pack"));
        Assert.Null(await remote.FindSizeAsync("packs/aa/x.pack", None));

        Assert.True(await remote.RemoveAsync("quarantine/3/packs/aa/x.pack", None));
        await remote.RemoveAsync("quarantine/3/packs/aa/x.pack", None);
        Assert.Null(Peek("quarantine/3/packs/aa/x.pack"));
        Assert.Empty(await ListAsync(remote, "quarantine"));
        Assert.Equal(PutResult.Sent, await remote.PutFileAsync("packs/aa/x.pack", path, oid, null, None));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_listing_says_when_a_file_was_written_by_the_clock_of_the_remote()
    {
        IRemote remote = Open();
        await remote.PutAsync("leases/a", "1"u8.ToArray(), replace: false, None);
        DateTimeOffset first = await ChangedAsync(remote);
        await Task.Delay(1100);
        await remote.PutAsync("leases/a", "2"u8.ToArray(), replace: true, None);
        DateTimeOffset second = await ChangedAsync(remote);

        Assert.InRange(second - first, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1));
        Assert.InRange((DateTimeOffset.UtcNow - second).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));

        static async Task<DateTimeOffset> ChangedAsync(IRemote remote)
        {
            List<RemoteFile> files = [];
            await foreach (RemoteFile file in remote.ListAsync("leases", None))
            {
                files.Add(file);
            }

            return Assert.Single(files).Changed;
        }
    }

    [Fact]
    public async Task One_of_many_who_make_a_file_at_once_has_made_it()
    {
        byte[][] own = [.. Enumerable.Range(0, 12).Select(i => Encoding.UTF8.GetBytes($"writer {i}"))];
        IRemote[] remotes = [Open(), Open(), Open()];

        PutResult[] results = await Task.WhenAll(
            own.Select((bytes, i) => remotes[i % 3].PutAsync("gc/lock", bytes, replace: false, None)));

        int winner = Array.IndexOf(results, PutResult.Sent);
        Assert.Single(results, r => r == PutResult.Sent);
        Assert.Equal(own[winner], Peek("gc/lock"));
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        IRemote remote = Open();
        (string path, Oid oid, _) = MakeFile(3_000_000);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.PutAsync("a", "x"u8.ToArray(), replace: false, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.PutFileAsync("b", path, oid, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.ReadAsync("a", 10, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.DownloadAsync("a", Temp.At("to"), 1000, null, Cancelled));

        Assert.Null(Peek("a"));
        Assert.Null(Peek("b"));
    }

    [Fact]
    public async Task A_send_cancelled_half_way_leaves_nothing()
    {
        IRemote remote = Open();
        (string path, Oid oid, _) = MakeFile(6_000_000);
        using CancellationTokenSource source = new();
        long told = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.PutFileAsync(
            "b", path, oid, n => { told += n; if (told > 3_000_000) { source.Cancel(); } }, source.Token));

        Assert.Null(Peek("b"));
        Assert.Empty(Leftovers());
        Assert.Equal(PutResult.Sent, await remote.PutFileAsync("b", path, oid, null, None));
    }

    [Fact]
    public async Task Many_files_and_the_same_file_are_put_at_once()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(1_500_000);
        (string large, Oid largeOid, byte[] largeBytes) = MakeFile((int)Math.Max(1000, ResumesFrom * 2) + 12345);
        IRemote shared = Open();
        List<(string Name, byte[] Bytes)> own = [
            .. Enumerable.Range(0, 40).Select(i => ($"own/{i % 7}/{i}", Encoding.UTF8.GetBytes($"{i}")))];

        await Task.WhenAll(
            [
                .. own.Select(o => shared.PutAsync(o.Name, o.Bytes, replace: false, None)),
                .. Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? shared : Open()).PutFileAsync("same", path, oid, null, None)),
                .. Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? shared : Open()).PutFileAsync("large", large, largeOid, null, None)),
            ]);
        await shared.FlushAsync(None);

        Assert.Equal(bytes, Peek("same"));
        Assert.Equal(largeBytes, Peek("large"));
        Assert.All(own, o => Assert.Equal(o.Bytes, Peek(o.Name)));
        Assert.Equal(40, (await ListAsync(shared, "own")).Count);
        Assert.Empty(Leftovers());
    }
}
