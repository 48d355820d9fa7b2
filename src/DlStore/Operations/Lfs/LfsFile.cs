using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Lfs;

/// <summary>A file of git's index whose content is a pointer of git-lfs.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Pointer">What it names.</param>
/// <param name="Entry">Its entry in git's index.</param>
internal sealed record LfsFile(RelPath Path, LfsPointer Pointer, GitIndexEntry Entry)
{
    private const int Executable = 0x81ED;

    /// <summary>Gets a value indicating whether git has it as executable.</summary>
    public bool IsExecutable => Entry.Mode == Executable;
}
