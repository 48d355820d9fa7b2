using DlStore.Lineage;
using DlStore.Objects;

namespace DlStore.Operations.Lineage;

/// <summary>What sort of thing a lineage is asked for.</summary>
internal enum SubjectKind
{
    /// <summary>A stored object.</summary>
    Object,

    /// <summary>A task.</summary>
    Task,

    /// <summary>One attempt; the name is its id.</summary>
    Attempt,

    /// <summary>A version of a data set.</summary>
    Dataset,

    /// <summary>A project.</summary>
    Project,

    /// <summary>The bytes of a master or annotation.</summary>
    Master,

    /// <summary>A target.</summary>
    Target,
}

/// <summary>What a lineage is asked for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, where it has one.</param>
/// <param name="Oid">Its digest, where it has one.</param>
/// <param name="Dataset">The version, for a data set.</param>
internal sealed record LineageSubject(SubjectKind Kind, string Name, Oid Oid = default, KnownDataset? Dataset = null);
