namespace DlStore.Data;

/// <summary>One stable code of lint.</summary>
/// <param name="Code">Upper case and underscores; never reused for another meaning.</param>
/// <param name="Severity">How bad it is unless a consumer's rules say more.</param>
/// <param name="Meaning">One line.</param>
public sealed record LintCode(string Code, Severity Severity, string Meaning);
