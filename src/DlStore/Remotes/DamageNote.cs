namespace DlStore.Remotes;

/// <summary>Who found a place damaged, and when.</summary>
/// <param name="By">The verb: verify, fetch or push.</param>
/// <param name="At">When.</param>
public sealed record DamageNote(string By, DateTimeOffset At);
