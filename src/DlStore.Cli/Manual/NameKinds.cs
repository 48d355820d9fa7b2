namespace DlStore.Cli.Manual;

/// <summary>
/// Says which names of the repository an argument or an option's value takes, by what help calls it, so that shells can offer them
/// (<c>dls names KIND</c>).
/// </summary>
internal static class NameKinds
{
    private static readonly string[] Makers =
        ["remote add", "host add", "host import", "target add", "project new", "project import", "kind new", "task create", "task import",
            "dataset import", "get", "import"];

    private static readonly string[] Plain =
        ["add", "get", "import", "init", "clone", "dataset import", "project import", "project crop", "project harvest", "host import"];

    /// <summary>Gives the kind of names of an argument; null if it takes none.</summary>
    /// <param name="words">The command.</param>
    /// <param name="meta">What help calls the argument.</param>
    public static string? OfValue(string words, string meta) => meta switch
    {
        "TASK" => "tasks",
        "TARGET" => "targets",
        "KIND" => "kinds",
        "PROJECT" => "projects",
        "PATH" when !Plain.Contains(words) => "paths",
        "NAME" when !Makers.Contains(words) => OfNoun(words.Split(' ')[0]),
        "FROM" or "TO" when words.StartsWith("remote ", StringComparison.Ordinal) => "remotes",
        "A" or "B" when words.StartsWith("task ", StringComparison.Ordinal) => "tasks",
        _ => null,
    };

    /// <summary>Gives the kind of names of an option's value; null if it takes none.</summary>
    /// <param name="option">The option's long name.</param>
    public static string? OfOption(string option) => option switch
    {
        "remote" or "to" => "remotes",
        "rev" or "commit" => "revs",
        "host" => "hosts",
        "kind" => "kinds",
        "target" => "targets",
        _ => null,
    };

    private static string? OfNoun(string noun) => noun switch
    {
        "remote" => "remotes",
        "host" => "hosts",
        "target" => "targets",
        "dataset" => "datasets",
        "testset" => "testsets",
        "project" => "projects",
        "kind" => "kinds",
        "task" => "tasks",
        "trust" => "kinds",
        _ => null,
    };
}
