namespace DlStore.Data.Findings;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Training on it would be wrong or would crash; blocks a task unless its code is accepted.</summary>
    Error,
    /// <summary>Likely a mistake, or a consumer passes it over in silence.</summary>
    Warning,
    /// <summary>Worth knowing.</summary>
    Note,
}

/// <summary>One thing that lint found: <c>CODE severity file:line message fix</c>.</summary>
/// <param name="Code">A stable code of <see cref="LintCode"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file, relative to what was checked; empty for the whole.</param>
/// <param name="Line">The line, from 1; 0 for the whole file.</param>
/// <param name="Message">What is wrong, lower case, no full stop.</param>
/// <param name="Fix">What to do, or null.</param>
public sealed record Finding(string Code, Severity Severity, string File, int Line, string Message, string? Fix)
{
    /// <summary>Gets the place as text: <c>file:line</c>, or the file alone.</summary>
    public string Place => Line > 0 ? $"{File}:{Line}" : File;
}
