namespace DlStore;

/// <summary>How far long work has come; the command line decides whether and how often to draw it.</summary>
/// <param name="Stage">What is being done, one or two words.</param>
/// <param name="Items">Items done.</param>
/// <param name="ItemsTotal">Items in all, or -1 if unknown.</param>
/// <param name="Bytes">Bytes done.</param>
/// <param name="BytesTotal">Bytes in all, or -1 if unknown.</param>
public readonly record struct WorkProgress(string Stage, long Items, long ItemsTotal, long Bytes, long BytesTotal);
