using DlStore.Learning.Logs;

namespace DlStore.Tests.Learning;

public sealed class StepClockTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_time_left_follows_from_the_rate_and_what_passed_since_the_last_step()
    {
        StepClock clock = new();
        Assert.Null(clock.Left(100, Start));
        clock.See(0, Start);
        Assert.Null(clock.Left(100, Start));
        clock.See(10, Start.AddMinutes(10));

        Assert.Equal(60, clock.StepsPerHour!.Value, 6);
        Assert.Equal(TimeSpan.FromMinutes(90), clock.Left(100, Start.AddMinutes(10)));
        Assert.Equal(TimeSpan.FromMinutes(80), clock.Left(100, Start.AddMinutes(20)));
        Assert.Equal(TimeSpan.Zero, clock.Left(100, Start.AddHours(9)));
        Assert.Equal(TimeSpan.Zero, clock.Left(5, Start.AddMinutes(10)));
    }

    [Fact]
    public void Only_the_recent_rate_counts()
    {
        StepClock clock = new();
        DateTimeOffset at = Start;
        for (int step = 0; step < 300; step++)
        {
            at += step < 150 ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1);
            clock.See(step, at);
            clock.See(step, at.AddSeconds(30));
        }

        Assert.Equal(60, clock.StepsPerHour!.Value, 6);
    }

    [Fact]
    public void A_program_that_was_started_again_begins_anew()
    {
        StepClock clock = new();
        clock.See(500, Start);
        clock.See(600, Start.AddHours(1));
        clock.See(0, Start.AddHours(2));

        Assert.Null(clock.StepsPerHour);
        clock.See(20, Start.AddHours(3));
        Assert.Equal(20, clock.StepsPerHour!.Value, 6);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Hours_that_are_none_are_not_known(double hours) => Assert.Null(StepClock.FromHours(hours));

    [Fact]
    public void Hours_that_a_program_names_are_taken() => Assert.Equal(TimeSpan.FromMinutes(90), StepClock.FromHours(1.5));
}
