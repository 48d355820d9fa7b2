using System.Text;
using DlStore.Objects;
using DlStore.TestKit;
using DlStore.WorkTree;
using Xunit.Abstractions;

namespace DlStore.Tests.WorkTree;

public sealed class ScannerTests(ITestOutputHelper output) : IDisposable
{
    private static readonly DateTime Past = new(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TempDir _temp = new();

    private string Root => _temp.MakeDirectory("tree");

    private string Cache => _temp.At("cache");

    [Fact]
    public void An_unchanged_tree_is_not_hashed_twice()
    {
        Fill(30);

        Assert.Equal(30, Scan().Hashed);
        Scanned second = Scan();
        Scanned third = Scan();

        Assert.Equal((0, true), (second.Hashed, second.IsAsCached));
        Assert.Equal((0, true), (third.Hashed, third.IsAsCached));
        Assert.Equal(second.Totals, ScanWithoutCache().Totals);
    }

    [Fact]
    public void Only_what_changed_is_hashed()
    {
        Fill(30);
        Scan();
        File.WriteAllText(_temp.At("tree/d1/f1"), "changed");
        File.WriteAllText(_temp.At("tree/d1/new"), "new");
        File.Delete(_temp.At("tree/d2/f2"));
        Directory.Move(_temp.At("tree/d0"), _temp.At("tree/moved"));

        Scanned second = Scan();

        // Moved files are under another path: they are read again.
        Assert.Equal(2 + 10, second.Hashed);
        Assert.False(second.IsAsCached);
        Assert.Equal(ScanWithoutCache().Totals, second.Totals);
        Assert.Equal(0, Scan().Hashed);
    }

    [Fact]
    public void A_file_changed_within_the_racy_window_is_hashed_again()
    {
        string file = _temp.Write("tree/f", "first");
        long now = Stat(file).Ctime;
        Scan(racyFrom: now);

        Assert.Equal(1, Scan(racyFrom: now).Hashed);
        Assert.Equal(1, Scan(racyFrom: now + 1).Hashed);
        Assert.Equal(0, Scan(racyFrom: now + 1).Hashed);
    }

    [Fact]
    public void Same_size_and_restored_times_do_not_hide_a_change()
    {
        string file = _temp.Write("tree/f", "first");
        File.SetLastWriteTimeUtc(file, Past);
        Scanned first = Scan();
        File.WriteAllText(file, "other");
        File.SetLastWriteTimeUtc(file, Past);

        Scanned second = Scan();

        Assert.Equal(1, second.Hashed);
        Assert.NotEqual(first.Totals.Oid, second.Totals.Oid);
    }

    [Fact]
    public void A_file_put_in_the_place_of_another_is_hashed()
    {
        string file = _temp.Write("tree/f", "first");
        string other = _temp.Write("other", "other");
        File.SetLastWriteTimeUtc(file, Past);
        File.SetLastWriteTimeUtc(other, Past);
        Scan();
        File.Move(other, file, overwrite: true);

        Assert.Equal(1, Scan().Hashed);
    }

    [Fact]
    public void Modes_links_and_kinds_are_seen()
    {
        string file = _temp.Write("tree/f", "x");
        Oid plain = Scan().Totals.Oid;
        File.SetUnixFileMode(file, (UnixFileMode)0x1ED);
        Oid executable = Scan().Totals.Oid;
        File.Delete(file);
        File.CreateSymbolicLink(file, "x");
        Oid link = Scan().Totals.Oid;
        File.Delete(file);
        Directory.CreateDirectory(file);
        Oid directory = Scan().Totals.Oid;

        Assert.Equal(4, new HashSet<Oid> { plain, executable, link, directory }.Count);
        Assert.Equal(Expected(TreeMode.Executable), executable);
        Assert.Equal(Expected(TreeMode.Symlink), link);
    }

    [Fact]
    public void Pipes_and_refused_names_are_told_and_left_out()
    {
        _temp.Write("tree/fine", "x");
        _temp.Write("tree/sub/.GIT", "x");
        RunResult made = RunningProgram.Run("mkfifo", [_temp.At("tree/pipe")], Root, TempRepo.SealedEnvironment(_temp.Path));
        Assert.Equal(0, made.ExitCode);
        byte[] odd = [.. Encoding.UTF8.GetBytes(Root), (byte)'/', 0xFF, 0xFE];
        DlStore.Io.Sys.Close(
            DlStore.Io.Sys.OpenAt(DlStore.Io.Posix.AtFdCwd, odd, DlStore.Io.Posix.WriteOnly | DlStore.Io.Posix.Create, 0x1A4));

        DiskTree tree = Scanner.Scan(Root, null, null, null, 2, CancellationToken.None);

        Assert.True(DlStore.Io.Sys.UnlinkAt(DlStore.Io.Posix.AtFdCwd, odd, isDirectory: false));
        Assert.Equal(["\\xff\\xfe", "pipe", "sub/.GIT"], tree.Refused.Select(r => r.Path));
        Assert.Contains("named pipe", tree.Refused[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Directories_nested_too_deep_are_told()
    {
        string deep = string.Join('/', Enumerable.Repeat("d", TreeNode.DepthMax + 1));
        _temp.Write($"tree/{deep}/f", "x");

        DiskTree tree = Scanner.Scan(Root, null, null, null, 2, CancellationToken.None);
        new FileIngest(tree, null, null, 1 << 20, 2, null).Run(CancellationToken.None);
        tree.Seal(null, null);

        Assert.Contains("deeper", Assert.Single(tree.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_history_gives_the_tree_of_a_fresh_scan()
    {
        Random random = Seeded.Start(output);
        Fill(20);
        for (int step = 0; step < 25; step++)
        {
            for (int n = random.Next(4); n > 0; n--)
            {
                Change(random);
            }

            Assert.Equal(ScanWithoutCache().Totals, Scan(racyFrom: random.Next(2) == 0 ? long.MaxValue : 0).Totals);
            if (random.Next(6) == 0)
            {
                using FileStream cache = File.Open(Cache, FileMode.Open);
                cache.Position = random.NextInt64(cache.Length);
                cache.WriteByte(0x5A);
            }
        }
    }

    public void Dispose() => _temp.Dispose();

    private sealed record Scanned(long Hashed, TreeTotals Totals, bool IsAsCached);

    private static Oid Expected(TreeMode mode)
    {
        TreeWriter writer = new((_, _) => { });
        writer.Add("f"u8, mode, 1, Oid.Of("x"u8), 0);
        return writer.Finish().Oid;
    }

    private static DlStore.Io.FileStat Stat(string path)
    {
        Assert.True(DlStore.Io.Sys.TryStat(path, out DlStore.Io.FileStat stat));
        return stat;
    }

    private void Change(Random random)
    {
        string file = _temp.At($"tree/d{random.Next(5)}/f{random.Next(12)}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        switch (random.Next(4))
        {
            case 0:
                File.Delete(file);
                break;
            case 1 when Directory.GetDirectories(Root).Length > 1:
                Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
                break;
            default:
                File.WriteAllText(file, $"{random.Next(10)}");
                break;
        }
    }

    private void Fill(int count)
    {
        for (int i = 0; i < count; i++)
        {
            File.SetLastWriteTimeUtc(_temp.Write($"tree/d{i % 3}/f{i}", $"content {i}"), Past);
        }
    }

    /// <summary>
    /// Scans with the cache and writes it anew. The file system's clock has to pass what was written, or nothing could be trusted.
    /// </summary>
    private Scanned Scan(long racyFrom = long.MaxValue)
    {
        Tick();
        using StatCache? cache = StatCache.Open(Cache);
        Scanned scanned = Scan(cache, out DiskTree tree);
        tree.WriteCache(Cache, racyFrom);
        Tick();
        return scanned;
    }

    private Scanned ScanWithoutCache() => Scan(null, out _);

    private Scanned Scan(StatCache? cache, out DiskTree tree)
    {
        tree = Scanner.Scan(Root, cache, null, null, 2, CancellationToken.None);
        (long hashed, _) = new FileIngest(tree, null, null, 1 << 20, 2, null).Run(CancellationToken.None);
        tree.Seal(null, null);
        return new Scanned(hashed, tree.Totals, tree.IsAsCached);
    }

    private void Tick()
    {
        long start = Stat(_temp.Write("clock", "")).Mtime;
        while (Stat(_temp.Write("clock", "")).Mtime == start)
        {
            Thread.Sleep(1);
        }
    }
}
