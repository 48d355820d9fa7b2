namespace DlStore.Tests.Protocol;

/// <summary>One rule of docs/formats/remote-protocol.md that the model leaves out: each must lead to a loss that it finds.</summary>
public enum Flaw
{
    /// <summary>All rules.</summary>
    None,
    /// <summary>Pushes take no lease.</summary>
    NoLease,
    /// <summary>A push reads the epoch before it writes its lease, and not again.</summary>
    EpochBeforeLease,
    /// <summary>gc moves what it condemned without marking again.</summary>
    MarkOnce,
    /// <summary>A push that sees a collection relies on what is condemned.</summary>
    CondemnedCounts,
    /// <summary>A push rescues nothing: it looks whether the blob is there.</summary>
    NoRescue,
    /// <summary>gc does not look at rescues once more.</summary>
    NoRescueCheck,
    /// <summary>gc reads the rescues, then says what it deletes.</summary>
    RescuesReadBeforeDeleting,
    /// <summary>A push does not look at what is being deleted after its rescue.</summary>
    NoLookAfterRescue,
    /// <summary>Each collector takes the lock, whoever has it, and looks at no number.</summary>
    NoFencing,
    /// <summary>A collection that a dead collector began is gone on with, and not begun anew.</summary>
    GoesOnForTheDead,
    /// <summary>Pins are written to their place after a look at the lease.</summary>
    PinDirectly,
    /// <summary>A push whose lease is gone writes it again.</summary>
    LeaseComesBack,
    /// <summary>gc forgets dead leases but leaves their pending pins.</summary>
    PendingStays,
    /// <summary>Pushes write superseding indexes that lack condemned packs during a collection.</summary>
    MergeDuringCollection,
    /// <summary>gc condemns what it lists after the epoch is there.</summary>
    ListAfterEpoch,
    /// <summary>gc erases from the quarantine what was dead when it was condemned, without marking again.</summary>
    EraseWithoutMark,
    /// <summary>The index of a push may be one that is superseded: blobs alone give the same bytes again.</summary>
    SameIndexAgain,
    /// <summary>A collector does not look at the lock between listing the indexes and writing its own.</summary>
    NoLookBeforeIndex,
    /// <summary>Readers do not look again.</summary>
    ReadOnce,
}
