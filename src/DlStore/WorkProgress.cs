namespace DlStore;

/// <summary>
/// How far a piece of work has come. The library reports it as often as it likes, from any thread; who listens decides how often to look.
/// </summary>
/// <param name="Stage">What is being done, one or two words for people (<c>hashing</c>); a new stage starts a new count.</param>
/// <param name="Items">Items done in this stage.</param>
/// <param name="ItemsTotal">Items in this stage, or -1 while unknown.</param>
/// <param name="Bytes">Bytes done in this stage.</param>
/// <param name="BytesTotal">Bytes in this stage, or -1 while unknown.</param>
public readonly record struct WorkProgress(string Stage, long Items, long ItemsTotal, long Bytes, long BytesTotal);
