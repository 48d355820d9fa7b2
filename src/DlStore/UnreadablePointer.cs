using DlStore.Io;

namespace DlStore;

/// <summary>A pointer of the work tree that says nothing dls could act on: damaged, a symlink, or left unmerged by git.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="Wrong">One sentence that names the pointer file and what is wrong with it.</param>
/// <param name="Hint">What to type, relative to where the user stands.</param>
/// <param name="Clash">What both sides did, if git has not merged it; else null.</param>
public sealed record UnreadablePointer(RelPath Path, string Wrong, string Hint, PointerClash? Clash)
{
    /// <summary>Gives it as the failure of a command that needs this pointer.</summary>
    /// <returns>Kind Failed for a merge that is not done, Corrupt for damage.</returns>
    internal DlsException ToException() => new(
        Clash is null ? ErrorKind.Corrupt : ErrorKind.Failed, Wrong, Hint)
    { Items = Clash?.Describe() ?? [] };
}
