using DlStore.Data;
using DlStore.Io;

namespace DlStore.Operations;

/// <summary>Which commands to allow or to take back.</summary>
public sealed record TrustOptions
{
    /// <summary>Gets the projects whose program is meant; empty for all when revoking.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets a value indicating whether every command of the repository is meant.</summary>
    public bool All { get; init; }

    /// <summary>Gets a value indicating whether permissions are taken back.</summary>
    public bool Revoke { get; init; }

    /// <summary>Gets a value indicating whether to change nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>A command that the repository names, and whether this clone may run it.</summary>
/// <param name="Subject">What names it: <c>project close</c>.</param>
/// <param name="Line">The command; empty if nothing names it any more.</param>
/// <param name="Digest">The digest that is or would be allowed.</param>
/// <param name="IsTrusted">Whether exactly this is allowed.</param>
/// <param name="Problem">Why it cannot be read, or null.</param>
public sealed record TrustLine(string Subject, string Line, string Digest, bool IsTrusted, string? Problem);

/// <summary><c>dls trust</c>: lists, allows and takes back the commands that tracked files name. Executes nothing.</summary>
public static class Trust
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to do; without names and All it only lists.</param>
    /// <returns>The commands that were looked at, as they are now.</returns>
    /// <exception cref="DlsException">Kind Usage: a name has no program.</exception>
    public static IReadOnlyList<TrustLine> Run(Repo repo, TrustOptions options)
    {
        TrustList list = new(repo.CommonDirectory);
        PortableName[] names = [.. options.Names.Select(static n => PortableName.Parse(n.TrimEnd('/').Split('/')[^1], "project"))];
        if (options.Revoke)
        {
            RevokeAll(list, names, options);
            return List(repo, list, names);
        }

        IReadOnlyList<TrustLine> lines = List(repo, list, names);
        if ((names.Length > 0 || options.All) && !options.DryRun)
        {
            TrustedCommand[] commands = [.. lines.Where(static l => l.Problem is null).Select(l => new TrustedCommand(l.Subject, l.Line, Objects.Oid.Parse(l.Digest)))];
            using FileLock held = repo.LockWorkTree();
            list.Allow(commands);
            return List(repo, list, names);
        }

        return lines;
    }

    private static void RevokeAll(TrustList list, PortableName[] names, TrustOptions options)
    {
        if (names.Length == 0 && !options.All)
        {
            throw new DlsException(ErrorKind.Usage, "revoke: name the projects, or give --all", "`dls trust` lists what is allowed");
        }

        if (!options.DryRun)
        {
            list.Revoke(options.All ? null : [.. names.Select(static n => $"project {n}")]);
        }
    }

    private static List<TrustLine> List(Repo repo, TrustList list, PortableName[] names)
    {
        HashSet<string> allowed = [.. list.List().Select(static t => t.Key.ToString())];
        List<TrustLine> lines = [];
        foreach (PortableName name in names.Length > 0 ? names : ProjectReader.List(repo.WorkTree))
        {
            try
            {
                Project project = ProjectReader.Read(repo.WorkTree, name);
                if (project.Recipe.Program is null)
                {
                    _ = names.Length > 0 ? throw new DlsException(ErrorKind.Usage, $"trust '{name}': the project has no program; its images come from the built-in engine") : 0;
                    continue;
                }

                MasterFiles.RequireRealParents(repo, project.NameOf(project.Recipe.Program[0]));
                TrustedCommand command = new RecipeProgram(repo.WorkTree, project).Command();
                lines.Add(new TrustLine(command.Subject, command.Line, command.Digest.ToString(), allowed.Contains(command.Digest.ToString()), null));
            }
            catch (DlsException e) when (names.Length == 0)
            {
                lines.Add(new TrustLine($"project {name}", "", "", false, e.Message));
            }
        }

        return lines;
    }
}
