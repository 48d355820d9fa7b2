using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Remotes;

/// <summary>How long whoever moves bytes has to wait.</summary>
public sealed class PaceTests
{
    [Fact]
    public void The_average_holds_for_all_together_and_nothing_is_saved_up()
    {
        SteppedClock clock = new();
        Pace pace = new(1000, clock);

        Assert.Equal(TimeSpan.FromSeconds(0.5), pace.Take(500));
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Take(500));
        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, pace.Take(0));
        Assert.Equal(TimeSpan.FromSeconds(2), pace.Take(2000));
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Take(-1000));
        clock.Pass(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromSeconds(3), pace.Take(3000));
        Assert.Equal(TimeSpan.Zero, pace.Take(-10_000));
    }

    [Fact]
    public async Task A_wait_ends_when_the_work_is_stopped()
    {
        using TempDir temp = new();
        byte[] bytes = new byte[1000];
        string path = temp.Write("file", bytes);
        using PacedRemote remote = new(
            new DirectoryRemote("lab", (DirectoryUrl)RemoteUrl.Parse(temp.At("remote"), "/")), new Pace(1, TimeProvider.System));
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(200));
        long told = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => remote.PutFileAsync("a", path, DlStore.Objects.Oid.Of(bytes), n => told += n, stop.Token));

        Assert.Equal(1000, told);
        Assert.Null(await remote.FindSizeAsync("a", CancellationToken.None));
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
