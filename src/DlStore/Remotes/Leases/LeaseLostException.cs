using System.Diagnostics.CodeAnalysis;

namespace DlStore.Remotes.Leases;

/// <summary>A push was taken for dead, or what it had read of a collection holds no longer: it has to begin anew.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "push catches it and begins anew; nobody else sees it")]
internal sealed class LeaseLostException() : Exception("the lease was lost");
