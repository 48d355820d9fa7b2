using Xunit.Abstractions;

namespace DlStore.Tests.Protocol;

/// <summary>
/// The protocol of docs/formats/remote-protocol.md over every order of its steps: what is pinned is there, and garbage goes. And each rule that is
/// left out is missed.
/// </summary>
public sealed class ProtocolModelTests(ITestOutputHelper output)
{
    private const int StatesMax = 3_000_000;
    private const string Erased = "two collectors, a blob that is erased";

    private static readonly Dictionary<string, Scene> _scenes = new()
    {
        { "a push of a blob", new Scene(true, 1, 1, Crashes: 1, Pauses: 1) },
        { "a push of a pack", new Scene(false, 1, 1, Crashes: 1, Pauses: 1) },
        { "a push of a blob, a lost answer", new Scene(true, 1, 1, Lost: 1, Pauses: 1) },
        { "a push of a pack, a lost answer", new Scene(false, 1, 1, Lost: 1, Pauses: 1) },
        { "a push of a blob, its lease is dropped", new Scene(true, 1, 1, Crashes: 1, Pauses: 2) { Drops = true } },
        { "a push of a pack, its lease is dropped", new Scene(false, 1, 1, Crashes: 1, Pauses: 1) { Drops = true } },
        { "a push of a pack, both its leases are dropped", new Scene(false, 1, 1, Pauses: 2) { Drops = true } },
        { "two collections of a blob, a lease is dropped", new Scene(true, 1, 1, Collections: 2, Pauses: 1) { Drops = true } },
        { "a reader of a blob", new Scene(true, 1, 1, HasReader: true, Collections: 2) },
        { "a reader of a pack", new Scene(false, 1, 1, HasReader: true, Collections: 2) },
        { "two pushes of a blob", new Scene(true, 2, 1) },
        { "two pushes of a pack", new Scene(false, 2, 1) },
        { "two collectors, a blob", new Scene(true, 1, 2, Pauses: 1) { HasBegun = true } },
        { "two collections of a blob, a sleep", new Scene(true, 1, 1, Collections: 2, Pauses: 1) },
        { "two collections of a pack", new Scene(false, 1, 1, Collections: 2, Pauses: 1) },
    };

    /// <summary>Where to look first for what only shows there; all other rules are missed by a single push.</summary>
    private static readonly Dictionary<Flaw, string> _near = new()
    {
        { Flaw.MergeDuringCollection, "two pushes of a pack" },
        { Flaw.ReadOnce, "a reader of a pack" },
        { Flaw.NoFencing, "two collectors, a blob" },
        { Flaw.NoLookBeforeIndex, "two collectors, a blob" },
        { Flaw.GoesOnForTheDead, "two collectors, a blob" },
        { Flaw.EraseWithoutMark, Erased },
    };

    /// <summary>Larger ones, for a test run with DLS_MODEL=deep in its environment.</summary>
    private static readonly Dictionary<string, Scene> _deep = new()
    {
        { "two pushes of a blob, a kill and a lost answer", new Scene(true, 2, 1, Crashes: 1, Lost: 1) },
        { "two pushes of a pack, a kill and a lost answer", new Scene(false, 2, 1, Crashes: 1, Lost: 1) },
        { "two pushes of a blob, a sleep", new Scene(true, 2, 1, Pauses: 1) },
        { "two pushes of a pack, a sleep", new Scene(false, 2, 1, Pauses: 1) },
        { Erased, new Scene(true, 1, 2, Collections: 3, Pauses: 1) { HasBegun = true } },
        { "two collectors, a blob, a kill and a lost answer", new Scene(true, 1, 2, Crashes: 1, Lost: 1, Pauses: 1) },
        { "two collectors, a blob, two sleeps", new Scene(true, 1, 2, Pauses: 2) },
        { "two collections of a blob, two collectors", new Scene(true, 1, 2, Collections: 2, Pauses: 1) },
    };

    private static readonly bool _isDeep = Environment.GetEnvironmentVariable("DLS_MODEL") == "deep";

    public static TheoryData<string> Scenes => [.. _isDeep ? _scenes.Keys.Concat(_deep.Keys) : _scenes.Keys];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void What_is_pinned_is_there_and_garbage_goes(string name)
    {
        ModelResult result = new ProtocolModel(_scenes.TryGetValue(name, out Scene? scene) ? scene : _deep[name]).Run(_isDeep ? int.MaxValue : StatesMax);

        output.WriteLine($"{name}: {result.States} states");
        Assert.True(result.Wrong is null, $"{name}: {result.Wrong}\n{string.Join('\n', result.Steps)}");
    }

    public static TheoryData<Flaw> Flaws => [.. Enum.GetValues<Flaw>().Where(static f => f != Flaw.None)];

    [Theory]
    [MemberData(nameof(Flaws))]
    public void Each_rule_that_is_left_out_loses_something(Flaw flaw)
    {
        foreach ((string name, Scene scene) in _scenes.Append(KeyValuePair.Create(Erased, _deep[Erased]))
            .OrderBy(s => s.Key == _near.GetValueOrDefault(flaw) ? 0 : 1))
        {
            ModelResult result = new ProtocolModel(scene with { Flaw = flaw }).Run(StatesMax);
            if (result.Wrong is not null)
            {
                output.WriteLine($"{flaw} in {name}, {result.States} states: {result.Wrong}\n{string.Join('\n', result.Steps)}");
                return;
            }
        }

        Assert.Fail($"the model does not miss {flaw}");
    }
}
