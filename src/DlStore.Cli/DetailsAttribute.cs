namespace DlStore.Cli;

/// <summary>More about a command than its summary says: whole sentences, wrapped by the help page.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class DetailsAttribute(string text) : Attribute
{
    public string Text => text;
}
