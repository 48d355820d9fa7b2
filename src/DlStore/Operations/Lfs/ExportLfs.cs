using System.Globalization;
using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Lfs;

/// <summary>
/// <c>dls export lfs</c>: one commit on top of HEAD in which git-lfs keeps what dls keeps, in a repository of its own or on a branch here,
/// with the bytes where git-lfs looks for them. Nothing that is there is changed.
/// </summary>
/// <remarks>
/// Order: objects (flushed), the commit, then its name: the branch, or the directory, which is made beside and renamed. Whoever kills it
/// finds neither; the same command again begins anew.
/// </remarks>
public sealed class ExportLfs
{
    private const string Scratch = "refs/dls/export-lfs";
    private const string Message = "Move files from dls to git-lfs\n";
    private readonly Repo _repo;
    private readonly ExportLfsOptions _options;

    private ExportLfs(Repo repo, ExportLfsOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">Where to.</param>
    /// <param name="cancel">Stops it; neither branch nor directory is there then.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DlsException">Kind Usage: the branch or directory is there already. Kind Missing: a listing is not
    /// here.</exception>
    public static ExportLfsResult Run(Repo repo, ExportLfsOptions options, CancellationToken cancel) =>
        new ExportLfs(repo, options).Run(cancel);

    private ExportLfsResult Run(CancellationToken cancel)
    {
        string head = _repo.Git.Head()?.Hex
            ?? throw new DlsException(ErrorKind.Failed, "export lfs: there is no commit yet", "run `git commit` first");
        ExportTree tree = ExportTree.Read(_repo, head);
        if (tree.Managed.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, "export lfs: the commit that is checked out has no pointers of dls",
                "run `dls add PATH` and `git commit`, or check out another commit");
        }

        RequirePlain(tree);
        return _options.Branch is { } branch ? ToBranch(branch, head, tree, cancel) : ToDirectory(_options.Directory!, head, tree, cancel);
    }

    /// <summary>What git keeps itself has to be here: a link, or a file of git's rules, is in the commit with its bytes.</summary>
    private void RequirePlain(ExportTree tree)
    {
        string[] lost = [.. tree.Files.Where(f => f is { IsLfs: false, Size: > 0 } && !_repo.Store.Contains(f.Oid))
            .Select(static f => EntryName.Show(Encoding.Latin1.GetBytes(f.Path)))];
        if (lost.Length > 0)
        {
            throw new DlsException(ErrorKind.Missing,
                $"export lfs: not in the store: {CountWords.Of(lost.Length, "link or file", "links and files")} that git keeps itself",
                "run `dls fetch`, then export again; nothing was written")
            {
                Items = lost,
            };
        }
    }

    private ExportLfsResult ToBranch(string branch, string head, ExportTree tree, CancellationToken cancel)
    {
        if (_repo.Git.Git.Run(["check-ref-format", "--branch", branch]).ExitCode != 0
            || _repo.Git.ResolveCommit($"refs/heads/{branch}") is not null)
        {
            throw new DlsException(ErrorKind.Usage, $"export lfs --branch '{branch}': git takes that for no name, or has such a branch",
                "give another one");
        }

        ExportLfsResult result = Result(branch, null, tree);
        if (_options.DryRun)
        {
            return result;
        }

        using FileLock held = _repo.LockShared("export-lfs", TimeSpan.FromSeconds(10));
        WriteObjects(new LfsStore(_repo.Git), tree, cancel);
        CrashPoint.Hit("lfs.exported");
        string commit = Commit(_repo.Git, Scratch, head, tree);
        _repo.Git.Git.RunChecked(
            ["update-ref", "-m", "dls export lfs", "--create-reflog", $"refs/heads/{branch}", commit, new string('0', commit.Length)]);
        _ = _repo.Git.Git.Run(["update-ref", "-d", Scratch]);
        return result with { Commit = commit };
    }

    private ExportLfsResult ToDirectory(string typed, string head, ExportTree tree, CancellationToken cancel)
    {
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(typed, _repo.StartDirectory));
        string beside = directory + ".dls-export";
        RequireNothing(typed, directory, beside);
        GitResult name = _repo.Git.Git.Run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
        string branch = name.ExitCode == 0 ? name.Text() : "main";
        ExportLfsResult result = Result(branch, directory, tree);
        return _options.DryRun ? result : Make(directory, beside, head, tree, result, cancel);
    }

    private static void RequireNothing(string typed, string directory, string beside)
    {
        if (Path.Exists(directory))
        {
            throw new DlsException(
                ErrorKind.Usage, $"export lfs --to '{typed}': '{directory}' is there already", "name a directory that is not there yet");
        }

        if (Path.Exists(beside))
        {
            throw new DlsException(ErrorKind.Failed, $"export lfs --to '{typed}': '{beside}' is there, of an export that was killed",
                $"run `rm -rf {ShellWord.Of(beside)}`, then this again");
        }
    }

    /// <summary>Makes the repository beside its place and moves it there.</summary>
    private ExportLfsResult Make(
        string directory, string beside, string head, ExportTree tree, ExportLfsResult result, CancellationToken cancel)
    {
        string branch = result.Branch;
        Checked(["init", "--quiet", $"--initial-branch={branch}", "--", beside]);
        Checked(["-C", beside, "fetch", "--quiet", "--no-tags", "--update-head-ok", "--", _repo.WorkTree, $"{head}:refs/heads/{branch}"]);
        using GitRepo git = GitRepo.Discover(beside, _repo.Environment);
        LfsStore lfs = new(git);
        WriteObjects(lfs, tree, cancel);
        CrashPoint.Hit("lfs.exported");
        string commit = Commit(git, $"refs/heads/{branch}", head, tree);
        bool hasProgram = lfs.HasProgram;
        if (hasProgram)
        {
            Checked(["-C", beside, "lfs", "install", "--local"]);
        }

        // What is not here stays a pointer in the work tree; git would stop at it otherwise.
        Checked(["-C", beside, "-c", "lfs.skipdownloaderrors=true", "reset", "--quiet", "--hard"]);
        _ = AtomicFile.Rename(beside, directory, replace: false);
        return result with { Commit = commit, IsCheckedOut = hasProgram };
    }

    private void Checked(string[] arguments)
    {
        GitResult result = _repo.Git.Git.RunAsUser(arguments);
        if (result.ExitCode != 0)
        {
            throw _repo.Git.Git.Failed(arguments, result);
        }
    }

    private ExportLfsResult Result(string branch, string? directory, ExportTree tree)
    {
        ExportedFile[] lfs = [.. tree.Files.Where(static f => f.IsLfs)];
        return new ExportLfsResult(branch, directory, null, lfs.Length, lfs.Sum(static f => f.Size), tree.Files.Count - lfs.Length,
            [.. lfs.Where(f => !_repo.Store.Contains(f.Oid)).Select(static f => new LeftLfsFile(
                EntryName.Show(Encoding.Latin1.GetBytes(f.Path)), "its bytes are not in the store", f.Oid))]);
    }

    private void WriteObjects(LfsStore lfs, ExportTree tree, CancellationToken cancel)
    {
        ExportedFile[] files = [.. tree.Files.Where(static f => f.IsLfs).DistinctBy(static f => f.Oid)
            .Where(f => _repo.Store.Contains(f.Oid) && !lfs.Has(new LfsPointer(f.Oid, f.Size))).OrderBy(static f => f.Oid)];
        AtomicFile.MakeDirectory(lfs.Root);
        WorkDir root = new(lfs.Root);
        DiskFlush flush = new(root);
        Extractor extractor = new(root, _repo.Store, flush, _repo.Threads, _options.Progress)
        {
            ItemsTotal = files.Length,
            BytesTotal = files.Sum(static f => f.Size),
        };
        try
        {
            foreach (ExportedFile file in files)
            {
                PathEntry entry = new(TreeMode.File, file.Oid, file.Size, 1);
                extractor.Write($"{LfsStore.DirectoryOf(file.Oid)}/{file.Oid.ToHex()}", entry, replace: true, cancel);
            }

            _ = extractor.Finish(cancel);
        }
        catch
        {
            extractor.Abandon();
            throw;
        }

        flush.Run();
    }

    private string Commit(GitRepo git, string reference, string head, ExportTree tree)
    {
        GitResult who = _repo.Git.Git.RunAsUser(["var", "GIT_COMMITTER_IDENT"], LfsCommit.IdentityOf(_repo));
        if (who.ExitCode != 0)
        {
            throw _repo.Git.Git.Failed(["var", "GIT_COMMITTER_IDENT"], who);
        }

        _ = FastImport.Run(git.Git, [], output => Write(output, reference, head, who.Text(), tree));
        return git.ResolveCommit(reference)!.Value.Hex;
    }

    private bool Write(Stream output, string reference, string head, string who, ExportTree tree)
    {
        void Line(string text) => output.Write(Encoding.Latin1.GetBytes(text + "\n"));
        void Data(byte[] bytes)
        {
            Line($"data {bytes.Length.ToString(CultureInfo.InvariantCulture)}");
            output.Write(bytes);
            Line("");
        }

        Line($"commit {reference}");
        output.Write(Encoding.UTF8.GetBytes($"committer {who}\n"));
        Data(Encoding.ASCII.GetBytes(Message));
        Line($"from {head}");
        foreach (string path in tree.Managed)
        {
            Line($"D {QuotedPath.Write(path + Pointer.Suffix)}");
        }

        foreach (ExportedFile file in tree.Files)
        {
            string mode = file.Mode == TreeMode.Symlink ? "120000" : file.Mode == TreeMode.Executable ? "100755" : "100644";
            Line($"M {mode} inline {QuotedPath.Write(file.Path)}");
            Data(file.IsLfs ? new LfsPointer(file.Oid, file.Size).ToBytes() : file.Size == 0 ? [] : StoredFile.Read(_repo, file.Oid));
        }

        foreach ((string path, string text) in tree.Texts())
        {
            Line(text.Trim().Length == 0 ? $"D {QuotedPath.Write(path)}" : $"M 100644 inline {QuotedPath.Write(path)}");
            if (text.Trim().Length > 0)
            {
                Data(Encoding.Latin1.GetBytes(text));
            }
        }

        Line("done");
        return true;
    }
}
