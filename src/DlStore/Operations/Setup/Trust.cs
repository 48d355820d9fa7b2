using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Objects;
using DlStore.Operations.Projects;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Setup;

/// <summary>Which commands to allow or to take back.</summary>
public sealed record TrustOptions
{
    /// <summary>Gets the projects and kinds whose program is meant; empty for all when revoking.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets a value indicating whether every command of the repository is meant.</summary>
    public bool All { get; init; }

    /// <summary>Gets a value indicating whether permissions are taken back.</summary>
    public bool Revoke { get; init; }

    /// <summary>Gets a value indicating whether to change nothing.</summary>
    public bool DryRun { get; init; }
}

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
        PortableName[] names = [.. options.Names.Select(static n => PortableName.Parse(BareName(n), "project or kind"))];
        if (options.Revoke)
        {
            RevokeAll(list, names, options);
            return List(repo, list, names);
        }

        IReadOnlyList<TrustLine> lines = List(repo, list, names);
        if ((names.Length > 0 || options.All) && !options.DryRun)
        {
            TrustedCommand[] commands = [.. lines.Where(
                static l => l.Digest is not null).Select(static l => new TrustedCommand(l.Subject, l.Line, l.Digest!.Value))];
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
            throw new DlsException(
                ErrorKind.Usage, "revoke: name the projects or kinds, or give --all", "`dls trust` lists what is allowed");
        }

        if (!options.DryRun)
        {
            list.Revoke(options.All ? null : [.. names.SelectMany(static n => (string[])[$"project {n}", $"kind {n}"])]);
        }
    }

    private static string BareName(string typed)
    {
        string name = typed.TrimEnd('/').Split('/')[^1];
        return name.EndsWith(".yaml", StringComparison.Ordinal) ? name[..^".yaml".Length] : name;
    }

    private static List<TrustLine> List(Repo repo, TrustList list, PortableName[] names)
    {
        HashSet<Oid> allowed = [.. list.List().Select(static t => t.Key)];
        IReadOnlyList<PortableName> projects = ProjectReader.List(repo.WorkTree);
        IReadOnlyList<PortableName> kinds = KindReader.List(repo.WorkTree);
        PortableName[] unknown = [.. names.Where(n => !projects.Contains(n) && !kinds.Contains(n))];
        if (unknown.Length > 0)
        {
            throw new DlsException(ErrorKind.Usage, $"trust '{unknown[0]}': no project and no kind has that name",
                "`dls trust` lists those that name a program, `dls project list` and `dls kind list` all of them");
        }

        List<TrustLine> lines = [];
        foreach (PortableName name in names.Length > 0 ? names : projects)
        {
            // A name that is a kind's only is no project.
            if (names.Length == 0 || projects.Contains(name) || !kinds.Contains(name))
            {
                AddLines(lines, $"project {name}",
                    names.Length == 0, allowed, () => OfProject(repo, name, isNamed: names.Length > 0 && !kinds.Contains(name)));
            }
        }

        foreach (PortableName name in kinds.Where(k => names.Length == 0 || names.Contains(k)))
        {
            AddLines(lines, $"kind {name}", names.Length == 0, allowed, () => OfKind(repo, name));
        }

        return lines;
    }

    private static void AddLines(
        List<TrustLine> lines, string subject, bool keepProblems, HashSet<Oid> allowed, Func<IReadOnlyList<TrustedCommand>> read)
    {
        try
        {
            lines.AddRange(read().Select(c => new TrustLine(c.Subject, c.Line, c.Digest, allowed.Contains(c.Digest), null)));
        }
        catch (DlsException e) when (keepProblems)
        {
            lines.Add(new TrustLine(subject, "", null, false, e.Message));
        }
    }

    private static TrustedCommand[] OfProject(Repo repo, PortableName name, bool isNamed)
    {
        Project project = ProjectReader.Read(repo.WorkTree, name);
        if (project.Recipe.Program is null)
        {
            return isNamed ? throw new DlsException(
                ErrorKind.Usage, $"trust '{name}': the project has no program; its images come from the built-in engine") : [];
        }

        return [ProjectProgram.Command(repo, project)];
    }

    /// <summary>What a kind runs here or on a host, and what may veto a deployment.</summary>
    private static TrustedCommand[] OfKind(Repo repo, PortableName name)
    {
        Kind kind = TaskPlanner.Read(repo, name);
        SourcePlan? source = kind.SourceOnHost ? null : SourceCapture.Plan(repo, kind.Source, kind.Files, []);
        TrustedCommand run = KindTrust.Run(kind, source is null ? null : TaskPlanner.HashSource(repo, source, CancellationToken.None));
        return KindTrust.Smoke(kind) is { } smoke ? [run, smoke] : [run];
    }
}
