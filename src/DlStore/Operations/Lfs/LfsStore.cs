using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>
/// The objects of git-lfs in this clone, <c>lfs/objects/aa/bb/OID</c> below the git directory or where <c>lfs.storage</c> says, and the
/// program that fetches more of them. What lies there is not believed: whoever takes a file hashes it.
/// </summary>
internal sealed class LfsStore
{
    private readonly GitProcess _git;

    /// <summary>Initializes a new instance of the <see cref="LfsStore"/> class.</summary>
    /// <param name="git">The repository.</param>
    public LfsStore(GitRepo git)
    {
        _git = git.Git;
        GitResult set = git.Git.RunAsUser(["config", "--path", "--get", "lfs.storage"]);
        string storage = set.ExitCode == 0 && set.Text().Length > 0 ? set.Text() : "lfs";
        Root = Path.Combine(Path.GetFullPath(storage, git.CommonDir), "objects");
    }

    /// <summary>Gets the absolute path of the directory of objects; it need not be there.</summary>
    public string Root { get; }

    /// <summary>Gets a value indicating whether the program is installed.</summary>
    public bool HasProgram => _git.RunAsUser(["lfs", "version"]).ExitCode == 0;

    /// <summary>Gives the directory of an object below <see cref="Root"/>.</summary>
    public static string DirectoryOf(Oid oid) => oid.ToHex() is var hex ? $"{hex[..2]}/{hex[2..4]}" : "";

    /// <summary>Gives the absolute path that an object has or would have.</summary>
    public string PathOf(Oid oid) => $"{Root}/{DirectoryOf(oid)}/{oid.ToHex()}";

    /// <summary>Tells whether a file of the right length lies there.</summary>
    public bool Has(LfsPointer pointer) =>
        pointer.Size == 0 || (Sys.TryStat(PathOf(pointer.Oid), out FileStat stat) && stat.IsFile && stat.Size == pointer.Size);

    /// <summary>Lets git-lfs bring what the commit that is checked out names; what it cannot bring is found missing afterwards.</summary>
    /// <returns>Why it failed, or null.</returns>
    public string? FetchHead() => Why(_git.RunAsUser(["lfs", "fetch"]));

    /// <summary>Lets git-lfs bring what any commit of a branch names.</summary>
    /// <param name="branch">Its short name.</param>
    /// <returns>Why it failed, or null.</returns>
    public string? FetchHistory(string branch)
    {
        GitResult own = _git.RunAsUser(["config", "--get", $"branch.{branch}.remote"]);
        string[] remotes = _git.RunAsUser(["remote"]).Lines();
        string? remote = own.ExitCode == 0 ? own.Text() : remotes.Contains("origin") ? "origin" : remotes.FirstOrDefault();
        return remote is null ? "git has no remote" : Why(_git.RunAsUser(["lfs", "fetch", "--all", remote, branch]));
    }

    /// <summary>Lets git-lfs bring one object.</summary>
    /// <param name="pointer">What to bring.</param>
    /// <returns>Why it failed, or null.</returns>
    public string? FetchOne(LfsPointer pointer)
    {
        using ChildProcess smudge = _git.Start(["lfs", "smudge"]);
        smudge.Input.Write(pointer.ToBytes());
        smudge.CloseInput();
        smudge.Output.CopyTo(Stream.Null);
        int code = smudge.WaitForExit();
        return code == 0 && Has(pointer) ? null : First(smudge.ReadError(), code);
    }

    private static string? Why(GitResult result) => result.ExitCode == 0 ? null : First(result.Error, result.ExitCode);

    private static string First(string error, int code) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last]
            ? last : $"exit code {code}";
}
