using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>An index file of a remote that cannot be used.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Wrong">What is wrong; fits after a colon.</param>
internal sealed record RemoteProblem(Oid Id, string Name, string Wrong);
