namespace DlStore.Cli;

/// <summary>One line that a user can type, and what it does; every visible command has at least one.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class ExampleAttribute(string line, string meaning) : Attribute
{
    public string Line => line;

    public string Meaning => meaning;
}
