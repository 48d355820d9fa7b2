namespace DlStore.Cli;

/// <summary>The exit codes of a command beyond 0, 1 and 2, which every command has; help lists them.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExitsAttribute(params int[] codes) : Attribute
{
    public IReadOnlyList<int> Codes => codes;
}
