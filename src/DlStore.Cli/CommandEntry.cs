namespace DlStore.Cli;

/// <summary>One row of the command table.</summary>
/// <param name="Words">What the user types after <c>dls</c>: <c>add</c>, <c>remote add</c>.</param>
/// <param name="Group">The heading under which the overview lists it.</param>
/// <param name="Summary">One line, verb first, lower case, no full stop.</param>
/// <param name="Create">Makes the command with its default options.</param>
internal sealed record CommandEntry(string Words, string Group, string Summary, Func<Command> Create)
{
    /// <summary>Left out of help, completion and the manual (for git hooks and drivers).</summary>
    public bool Hidden { get; init; }

    public string FullName => "dls " + Words;
}
