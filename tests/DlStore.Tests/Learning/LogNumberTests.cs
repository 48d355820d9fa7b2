using DlStore.Learning.Logs;

namespace DlStore.Tests.Learning;

public sealed class LogNumberTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Hours_that_are_none_are_not_known(double hours) => Assert.Null(LogNumber.Hours(hours));

    [Fact]
    public void Hours_that_a_program_names_are_taken() => Assert.Equal(TimeSpan.FromMinutes(90), LogNumber.Hours(1.5));
}
