using System.Collections.Concurrent;
using System.Diagnostics;
using DlStore.Io;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Cli.Tests.Crash;

/// <summary>Kill -9 at every named point of every verb that writes (promise 7 of the design).</summary>
public sealed class CrashSweepTests(ITestOutputHelper output)
{
    private static readonly ConcurrentDictionary<string, IReadOnlyCollection<string>> _reached = [];

    public static TheoryData<string> Names => [.. CrashScenarios.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_killed_command_loses_nothing_and_a_rerun_finishes(string name)
    {
        Stopwatch watch = Stopwatch.StartNew();
        IReadOnlyCollection<string> points = Run(name);

        output.WriteLine($"{watch.Elapsed.TotalSeconds:0} s: {string.Join(' ', points.Order(StringComparer.Ordinal))}");
        Assert.NotEmpty(points);
    }

    [Fact]
    public void Every_named_point_is_passed_by_some_command()
    {
        HashSet<string> passed = [.. CrashScenarios.All.SelectMany(s => Run(s.Name))];

        // Those of deployments need a target, those of tasks a run, those of the merge driver a git; they have tests of their own.
        Assert.Equal(
            "", string.Join(' ', CrashPoint.All.Except(Deploys.DeployCrashTests.ClientPoints).Where(static p => !p.StartsWith("task.",
            StringComparison.Ordinal) && !p.StartsWith("merge.", StringComparison.Ordinal) && !p.StartsWith("collect.", StringComparison.Ordinal)).Except(passed.Select(p => p.Split(':')[0]))));
    }

    /// <summary>Each scenario once, whichever test asks first.</summary>
    private static IReadOnlyCollection<string> Run(string name)
    {
        lock (_reached)
        {
            return _reached.TryGetValue(name, out IReadOnlyCollection<string>? points)
                ? points
                : _reached[name] = CrashSweep.Run(CrashScenarios.All.Single(s => s.Name == name));
        }
    }
}
