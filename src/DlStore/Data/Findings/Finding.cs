using System.Text.Json.Serialization;

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
    /// <summary>Gets how many images a reader leaves out because of this; 0 for most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ImagesLost { get; init; }

    /// <summary>Gets how many boxes a reader leaves out because of this; 0 for most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int BoxesLost { get; init; }

    /// <summary>Gets what an import does with what was found if its code is accepted, or null: it is taken as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? IfAccepted { get; init; }

    /// <summary>Gets how many things were found here; more than one where a finding sums up.</summary>
    [JsonIgnore]
    public int Count { get; init; } = 1;

    /// <summary>Gets the place as text: <c>file:line</c>, or the file alone.</summary>
    public string Place => Line > 0 ? $"{File}:{Line}" : File;
}
