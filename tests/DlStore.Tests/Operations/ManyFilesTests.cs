using DlStore.Operations.Store;
using DlStore.TestKit;
using DlStore.Tests.Learning;
using DlStore.WorkTree;
using Xunit.Abstractions;

namespace DlStore.Tests.Operations;

/// <summary>One directory with a hundred thousand files, through every verb that lists it.</summary>
[Collection(AloneTests.Name)]
public sealed class ManyFilesTests(ITestOutputHelper output)
{
    private const int Count = 100_000;

    // The process has run other tests: the pool of arrays keeps what they rented.
    private readonly long _before = GC.GetTotalMemory(true);

    [Fact]
    public void A_hundred_thousand_files_in_one_directory_are_added_listed_trashed_and_restored_in_bounded_time()
    {
        using OpenedRepo made = new();
        Directory.CreateDirectory(made.At("many"));
        string[] paths = [.. Enumerable.Range(0, Count).Select(static i => $"many/{i:D6}.txt")];
        foreach (string path in paths)
        {
            File.WriteAllText(made.At(path), path);
        }

        using Repo repo = made.Open();
        Bounded("add", () => Assert.Equal(
            Count, Add.Run(repo, new AddOptions { Paths = [made.At("many")] }, CancellationToken.None).Paths[0].Pointer.Files));
        Bounded("status", () => Assert.True(Status.Run(repo, new StatusOptions(), CancellationToken.None).Pointers[0].IsClean));
        Bounded("ls", () => Assert.Equal(Count, Ls.Run(repo, made.At("many"), null, true, CancellationToken.None).Count()));
        TrashEntry? entry = null;
        Bounded("trash, one by one", () => entry = repo.Trash.Move(made.Path, paths, "a test"));
        Bounded("trash list", () => Assert.Equal(Count, Assert.Single(repo.Trash.List()).Paths.Count));
        Bounded("trash restore", () => Assert.Equal(Count, repo.Trash.Restore(entry!.Id, null).Restored.Count));
        Bounded("rm", () => entry = Rm.Run(repo, new RmOptions { Paths = [made.At("many")] }).Trashed);
        repo.Trash.Restore(entry!.Id, null);
        Assert.Equal(Count, Directory.GetFiles(made.At("many")).Length);
        Assert.Empty(repo.Trash.List());
    }

    private void Bounded(string what, Action act)
    {
        // Of this process, in which nothing else runs meanwhile: what a clock on the wall shows depends on the machine's other work.
        TimeSpan before = Environment.CpuUsage.TotalTime;
        act();
        TimeSpan took = Environment.CpuUsage.TotalTime - before;
        output.WriteLine($"{what}: {took.TotalMilliseconds:0} ms of CPU, {GC.GetTotalMemory(false) >> 20} MiB in memory");
        Assert.True(took < TimeSpan.FromSeconds(90), $"{what} took {took} of CPU");
        long kept = GC.GetTotalMemory(true) - _before;
        Assert.True(kept < 512L << 20, $"{what} keeps {kept} bytes");
    }
}
