namespace DlStore.Data.Findings;

/// <summary>One stable code of lint.</summary>
/// <param name="Code">Upper case and underscores; never reused for another meaning.</param>
/// <param name="Severity">How bad it is unless a consumer's rules say more.</param>
/// <param name="Meaning">One line.</param>
public sealed record LintCode(string Code, Severity Severity, string Meaning)
{
    /// <summary>Makes a finding of this code.</summary>
    /// <param name="file">The file, relative to what is checked; empty for the whole.</param>
    /// <param name="line">The line, from 1; 0 for the whole file.</param>
    /// <param name="message">What is wrong, lower case, no full stop.</param>
    /// <param name="fix">What to do, or null.</param>
    /// <returns>The finding, as bad as the code is.</returns>
    public Finding At(string file, int line, string message, string? fix = null) => new(Code, Severity, file, line, message, fix);
}
