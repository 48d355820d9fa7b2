namespace DlStore.WorkTree.Merges;

/// <summary>Whose version of a clash is written.</summary>
internal enum KeptSide
{
    /// <summary>This side's.</summary>
    Ours,
    /// <summary>The other side's.</summary>
    Theirs,
    /// <summary>What both started from: the only one that takes no side, where git merges two ancestors to make a third.</summary>
    Base,
}
