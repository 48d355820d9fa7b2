namespace DlStore.Operations.Tasks;

/// <summary>One link between what was recorded and what came out again.</summary>
/// <param name="Link"><c>kind</c>, <c>source</c>, <c>data</c>, <c>initial</c>, <c>run</c>, <c>metrics</c>, <c>result</c> or
/// <c>weights</c>.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Text">What was compared with what.</param>
public sealed record ReproducedLink(string Link, bool Holds, string Text);

/// <summary>What reproducing an attempt came to.</summary>
/// <param name="Task">The task.</param>
/// <param name="N">The attempt's number.</param>
/// <param name="Run">The id of the new run, or null if it did not get so far.</param>
/// <param name="Links">The links, in the order of the chain.</param>
/// <param name="SameBytes">Whether the weights are the same to the byte.</param>
public sealed record TaskReproduceResult(string Task, int N, string? Run, IReadOnlyList<ReproducedLink> Links, bool SameBytes)
{
    /// <summary>Gets the first link that is broken, or null.</summary>
    public ReproducedLink? Broken => Links.FirstOrDefault(static l => !l.Holds);
}
