namespace DlStore.Remotes.Leases;

/// <summary>A push was taken for dead, or what it had read of a collection holds no longer: it has to begin anew.</summary>
internal sealed class LeaseLostException() : Exception("the lease was lost");
