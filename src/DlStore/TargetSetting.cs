namespace DlStore;

/// <summary>Where weights are put to use, as <c>[target "name"]</c> of .dlstore/config says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">The host it is on; <c>local</c> is this machine.</param>
/// <param name="Kinds">The kinds whose weights it takes, at least one, sorted.</param>
/// <param name="Home">Absolute path of its directory on that host.</param>
public sealed record TargetSetting(string Name, string Host, IReadOnlyList<string> Kinds, string Home);
