namespace DlStore.Git;

/// <summary>A <c>.dls</c> file in git whose path dls does not work with.</summary>
/// <param name="Path">The path with <c>.dls</c>, escaped for people.</param>
/// <param name="Reason">Fits after a colon.</param>
internal sealed record RefusedName(string Path, string Reason);
