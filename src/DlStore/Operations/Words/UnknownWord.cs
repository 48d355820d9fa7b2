using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Words;

/// <summary>
/// The error for a word that names nothing a verb works on. Says what the word is instead (a remote, a commit, a file that is not managed),
/// and what was probably meant.
/// Every verb that takes paths ends here when a word means nothing to it, so that none can answer "nothing to do" to a slip.
/// </summary>
internal static class UnknownWord
{
    private static readonly string[] RemoteVerbs = ["push", "pull", "fetch", "verify"];
    private static readonly string[] RevVerbs = ["checkout", "ls", "cat"];

    /// <summary>Makes the error.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="verb">The command's word.</param>
    /// <param name="typed">The word as typed.</param>
    /// <returns>Kind Usage.</returns>
    public static DlsException Error(Repo repo, string verb, string typed)
    {
        (string why, string hint) = Explain(repo, verb, typed);
        return new DlsException(ErrorKind.Usage, $"{verb} '{EntryName.Show(typed)}': {why}", hint);
    }

    private static (string Why, string Hint) Explain(Repo repo, string verb, string typed)
    {
        string word = ShellWord.Of(typed);
        bool isThere = Path.Exists(Path.Combine(repo.StartDirectory, typed));
        if (!isThere && repo.Config.Remotes.ContainsKey(typed))
        {
            return ("it is the name of a remote, not a managed path", RemoteVerbs.Contains(verb)
                ? $"did you mean `dls {verb} --remote {word}`?" : $"`dls remote check {word}` looks at the remote");
        }

        if (!isThere && repo.Git.Git.Run(["remote"]).Lines().Contains(typed, StringComparer.Ordinal))
        {
            return ("it is a remote of git's, not a managed path", verb == "push"
                ? $"`dls push` sends bytes to the dls remote; `git push {word}` publishes commits"
                : "`dls remote list` shows the remotes that dls knows");
        }

        if (!isThere && repo.IsCommit(typed))
        {
            return ("git knows it as a commit; it is not a managed path", RevHint(verb, word));
        }

        if (verb == "diff"
            && typed.Split("..") is [var from and not "", var to and not ""] && repo.IsCommit(from) && repo.IsCommit(to.TrimStart('.')))
        {
            return ("ranges are not known to it", $"did you mean `dls diff {ShellWord.Of(from)} {ShellWord.Of(to.TrimStart('.'))}`?");
        }

        return isThere ? OnDisk(repo, verb, typed) : ((verb == "diff" ? "git knows no such commit, and " : "")
            + "no managed path, no directory above one and no path inside one has that name", Nearest(repo, typed));
    }

    private static string RevHint(string verb, string word) => verb switch
    {
        "push" => "`dls push` sends every commit of this branch, `dls push --all` those of all branches and tags",
        "fetch" => "`dls fetch --all` gets what every commit of every branch and tag names",
        _ when RevVerbs.Contains(verb) => $"name a path too: `dls {verb} --rev {word} PATH`",
        _ => $"`git checkout {word}` and then `dls checkout` move the work tree to it; `dls ls --rev {word}` lists what it has",
    };

    private static (string Why, string Hint) OnDisk(Repo repo, string verb, string typed)
    {
        RelPath path = repo.ToRelPath(typed);
        string word = repo.ToTyped(path.Value);
        if (repo.FindManaged(path) is { } managed)
        {
            return ($"the pointer '{managed.PointerFile}' does not name it",
                $"`dls add {word}` records it; `dls ls {repo.ToTyped(managed.Path.Value)}` shows what the pointer names");
        }

        return ("dls does not manage it, and no pointer is below it", verb == "rm" ? $"`rm {word}` removes a file that dls does not manage"
            : $"run `dls add {word}` to manage it, or `dls status` to see what is managed");
    }

    private static string Nearest(Repo repo, string typed)
    {
        IReadOnlyList<ManagedPath> managed = repo.ListPointers().Managed;
        string? near = Suggestion.Nearest(typed.TrimEnd('/'), managed.SelectMany(static m => (string[])[m.Path.Value, m.PointerFile]));
        string? inside = near is null ? managed.Where(m => m.Pointer.Kind == ObjectKind.Tree
            && typed.StartsWith(m.Path.Value + "/", StringComparison.Ordinal)).Select(static m => m.Path.Value).FirstOrDefault() : null;
        return near is not null ? $"did you mean '{repo.ToTyped(near)}'? `dls ls` shows what is managed"
            : inside is not null ? $"`dls ls {ShellWord.Of(inside)}` shows what is in that directory"
            : managed.Count == 0 ? "nothing is managed here yet; run `dls add PATH`" : "`dls ls` shows what is managed";
    }
}
