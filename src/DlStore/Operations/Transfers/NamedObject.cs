using DlStore.Objects;

namespace DlStore.Operations.Transfers;

/// <summary>An object to fetch that no pointer of the work tree need name.</summary>
/// <param name="Oid">The object.</param>
/// <param name="Kind">Blob or tree.</param>
/// <param name="Name">What it is, for messages.</param>
internal sealed record NamedObject(Oid Oid, ObjectKind Kind, string Name);
