namespace DlStore;

/// <summary>Who runs a command, as git names that person.</summary>
internal static class Person
{
    /// <summary>Gives the name and address that a commit would get; without any, the user's name.</summary>
    public static string Name(Repo repo)
    {
        if (repo.Environment.TryGetValue("GIT_COMMITTER_NAME", out string? name)
            && repo.Environment.TryGetValue("GIT_COMMITTER_EMAIL", out string? mail))
        {
            return OneLine($"{name} <{mail}>");
        }

        Git.GitResult result = repo.Git.Git.Run(["var", "GIT_COMMITTER_IDENT"], default);
        string ident = result.ExitCode == 0 && result.Lines().FirstOrDefault() is { } line && line.LastIndexOf('>') is > 0 and var end
            ? line[..(end + 1)] : "";
        return OneLine(ident.Length > 0 ? ident : repo.Environment.GetValueOrDefault("USER", "unknown"));
    }

    /// <summary>The name is a line of a file.</summary>
    private static string OneLine(string text) => string.Concat(text.Where(static c => !char.IsControl(c)));
}
