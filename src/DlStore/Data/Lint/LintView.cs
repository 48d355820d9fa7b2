namespace DlStore.Data.Lint;

/// <summary>What a reader makes of a set.</summary>
/// <param name="Consumer">The reader.</param>
/// <param name="List">What it opens to find the images it trains on.</param>
/// <param name="Items">How many images it gets from there.</param>
/// <param name="Dropped">How many images or boxes it passes over in silence.</param>
/// <param name="Crashes">How many places stop it.</param>
/// <param name="Classes">The classes in the order of the ids that it gives them.</param>
public sealed record LintView(LintConsumer Consumer, string List, int Items, int Dropped, int Crashes, IReadOnlyList<string> Classes);
