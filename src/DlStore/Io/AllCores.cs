using System.Runtime.ExceptionServices;

namespace DlStore.Io;

/// <summary>Does the same with many things on all cores, and fails with the first failure itself instead of a collection of them.</summary>
internal static class AllCores
{
    /// <summary>Works through a sequence.</summary>
    /// <param name="items">Read by one thread at a time.</param>
    /// <param name="threads">How many threads, at least 1.</param>
    /// <param name="work">Called once an item, on any thread, in any order.</param>
    /// <param name="cancel">Stops between items.</param>
    public static void Each<T>(IEnumerable<T> items, int threads, Action<T> work, CancellationToken cancel)
    {
        try
        {
            Parallel.ForEach(items, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, work);
        }
        catch (AggregateException e)
        {
            // One reason is enough: the others are the same, or follow from it.
            ExceptionDispatchInfo.Throw(e.InnerExceptions.FirstOrDefault(static i => i is DlsException) ?? e.InnerExceptions[0]);
        }
    }
}
