using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Origins;

/// <summary>
/// Another repository at one commit, for one path: a temporary one that has that commit alone, and of its files the pointers at and around
/// the path, and its remotes. Nothing of its history is fetched. It is removed when it is disposed.
/// </summary>
internal sealed class OriginRepo : IDisposable
{
    private const string StoreName = "origin";
    private readonly OriginRequest _request;
    private readonly string _directory;
    private readonly GitProcess _git;
    private Repo? _repo;

    private OriginRepo(OriginRequest request, RepoSettings settings, string directory)
    {
        _request = request;
        _directory = directory;
        Settings = settings with { StartDirectory = directory, Environment = Without(settings.Environment) };
        _git = new GitProcess(Settings.Environment, directory + "/.git", directory);
        Path = RelPath.TryParseInside(request.Path.TrimEnd('/'), out RelPath path, out string? why) ? path : throw new DlsException(
            ErrorKind.Usage, $"get '{EntryName.Show(request.Path)}': {why}", "name a path from the top of that repository");
    }

    /// <summary>Gets the path, from the top of that repository.</summary>
    public RelPath Path { get; }

    /// <summary>Gets the commit.</summary>
    public string Commit { get; private set; } = "";

    /// <summary>Gets the temporary repository.</summary>
    public Repo Repo => _repo ??= Repo.Open(Settings);

    /// <summary>Gets what is at the path: nothing for a file that git itself holds.</summary>
    public IReadOnlyList<ManagedPath> Managed { get; private set; } = [];

    private RepoSettings Settings { get; }

    /// <summary>Opens the source.</summary>
    /// <param name="request">What to take.</param>
    /// <param name="settings">The outside.</param>
    /// <param name="directory">Absolute path of the temporary repository; nothing is there yet.</param>
    /// <param name="store">Absolute path of the store that gets the bytes; null for one of its own.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Usage: no such path there. Kind Failed: the source cannot be read.</exception>
    public static async Task<OriginRepo> OpenAsync(
        OriginRequest request, RepoSettings settings, string directory, string? store, CancellationToken cancel)
    {
        OriginRepo origin = new(request, settings, directory);
        Directory.CreateDirectory(directory);
        try
        {
            origin.MakeEmpty(store);
            if (request.IsStore)
            {
                origin.Commit = await new OriginPins(origin.Repo, request, origin.Path).WriteAsync(cancel);
                origin.Managed = origin.Repo.ListPointers().Managed;
            }
            else
            {
                origin.FetchCommit();
            }

            return origin;
        }
        catch
        {
            origin.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _repo?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> environment) => environment.Where(
        static v => v.Key != LocalRemotes.Variable && (!v.Key.StartsWith("GIT_", StringComparison.Ordinal)
            || v.Key.StartsWith("GIT_SSH", StringComparison.Ordinal) || v.Key.StartsWith("GIT_CONFIG", StringComparison.Ordinal)
            || v.Key is "GIT_TERMINAL_PROMPT" or "GIT_ASKPASS")).ToDictionary(StringComparer.Ordinal);

    private void MakeEmpty(string? store)
    {
        _git.RunChecked(["init", "--quiet"]);
        GitConfig.SetLocal(_git, "dls.hook", "false");
        GitConfig.SetLocal(_git, "core.hooksPath", "/dev/null");
        if (store is not null)
        {
            GitConfig.SetLocal(_git, "dls.storePath", store);
        }

        if (_request.From is { } from)
        {
            UseRemote(StoreName, Absolute(from));
        }
        else if (_request.IsStore)
        {
            UseRemote(StoreName, Absolute(_request.Source));
        }
    }

    private void UseRemote(string name, string url)
    {
        GitConfig.SetLocal(_git, $"dls.remote.{name}.url", url);
        GitConfig.SetLocal(_git, "dls.remote", name);
    }

    /// <summary>A directory that was typed lies where the user stands.</summary>
    private string Absolute(string place) => RemoteUrl.Parse(place, _request.Base ?? "/") is DirectoryUrl url ? url.Directory : place;

    private void FetchCommit()
    {
        string source = LocalSource() ?? _request.Source;
        if (source.StartsWith('-'))
        {
            throw new DlsException(ErrorKind.Usage, $"get from '{source}': it is no repository", "give what git clone takes");
        }

        _git.RunChecked(["remote", "add", "origin", source]);
        string rev = _request.Rev ?? "HEAD";
        Dictionary<string, string> ways = Settings.Environment.Where(
            static v => v.Key.StartsWith("GIT_SSH", StringComparison.Ordinal) || v.Key == "GIT_ASKPASS")
            .ToDictionary(StringComparer.Ordinal);
        GitResult fetched = _git.RunAsUser(
            ["fetch", "--quiet", "--depth", "1", "--no-tags", "--filter=blob:none", "origin", "--", rev], ways);
        if (fetched.ExitCode != 0)
        {
            string[] said = [.. fetched.Error.Split('\n').Where(
                static l => l.Length > 0 && !l.StartsWith("warning:", StringComparison.Ordinal))];
            throw new DlsException(ErrorKind.Failed, $"get from '{_request.Source}' at '{rev}': git could not fetch that",
                "name a branch, a tag or a full commit id, and a repository as git takes it")
            {
                Items = [.. said.Take(5)],
            };
        }

        Commit = _git.RunChecked(["rev-parse", "FETCH_HEAD^{commit}"]).Text();
        _git.RunChecked(["update-ref", "HEAD", Commit]);
        CheckOutFiles();
        PlaceRemotes();
        Managed = [.. Repo.ListPointers().Managed.Where(m => m.Path.IsAtOrBelow(Path)
            || (m.Pointer.Kind == ObjectKind.Tree && Path.IsAtOrBelow(m.Path)))];
    }

    /// <summary>Gives the absolute path of a source that is a directory here; null for one that git has to reach.</summary>
    private string? LocalSource()
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(_request.Base ?? "/", _request.Source));
        return Directory.Exists(path) ? path : null;
    }

    /// <summary>Writes the settings, and what is at, below and around the path: pointers, and files of git's.</summary>
    private void CheckOutFiles()
    {
        string[] all = _git.RunChecked(["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"]).Text().Split('\0');
        HashSet<string> around = [];
        for (string at = Path.Value; at.Length > 0; at = at.LastIndexOf('/') is var slash and > 0 ? at[..slash] : "")
        {
            around.Add(at + Pointer.Suffix);
        }

        string[] wanted = [.. all.Where(f => f == RepoConfig.File || around.Contains(f) || f == Path.Value
            || f.StartsWith(Path.Value + "/", StringComparison.Ordinal))];
        if (!wanted.Any(static f => f != RepoConfig.File))
        {
            throw new DlsException(ErrorKind.Usage, $"get '{Path}' from '{_request.Source}': commit {Commit[..12]} has no such path",
                "name a path from the top of that repository");
        }

        byte[] list = System.Text.Encoding.UTF8.GetBytes(string.Concat(wanted.Select(static f => $":(top,literal){f}\0")));
        GitResult result = _git.Run(["checkout", "--quiet", "HEAD", "--pathspec-from-file=-", "--pathspec-file-nul"], list);
        if (result.ExitCode != 0)
        {
            throw new DlsException(ErrorKind.Failed, $"get '{Path}' from '{_request.Source}': git could not bring its pointers: "
                + result.Error.Split('\n')[0]);
        }
    }

    /// <summary>Relative places of a repository that lies here are relative to its own work tree; from elsewhere they mean
    /// nothing.</summary>
    private void PlaceRemotes()
    {
        if (_request.From is not null)
        {
            return;
        }

        if (Repo.Config.DefaultRemote is null && Repo.ListPointers().Managed.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"get '{Path}' from '{_request.Source}': its settings name no dls remote to get the bytes from",
                "say where the bytes are with --from URL, or add a remote there: `dls remote add NAME URL --default`");
        }

        string? here = LocalSource();
        foreach ((string name, string url) in Repo.Config.Remotes)
        {
            if (RemoteUrl.Parse(url, "/") is not DirectoryUrl || System.IO.Path.IsPathRooted(url)
                || url.StartsWith("file:", StringComparison.Ordinal))
            {
                continue;
            }

            if (here is not null)
            {
                GitConfig.SetLocal(_git, $"dls.remote.{name}.url", System.IO.Path.GetFullPath(System.IO.Path.Combine(here, url)));
            }
            else if (name == Repo.Config.DefaultRemote)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"get '{Path}' from '{_request.Source}': its remote '{name}' is '{url}', which is relative to that repository",
                    "say where the bytes are with --from URL");
            }
        }

        Repo.ForgetConfig();
    }
}
