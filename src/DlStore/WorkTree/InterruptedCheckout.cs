using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A checkout of one path that began and did not end, as the journal has it.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="Target">What is being written out.</param>
/// <param name="Tag">16 hex digits in the names of temp files.</param>
public sealed record InterruptedCheckout(RelPath Path, Oid Target, string Tag)
{
    /// <summary>Gets the beginning of the names of this checkout's temp files.</summary>
    public string TempPrefix => $".dls-tmp-{Tag}-";
}
