using DlStore.Operations.Setup;
using DlStore.Operations.Store;
using DlStore.Remotes;

namespace DlStore.TestKit;

/// <summary>A git repository with dls set up and a directory remote named <c>lab</c>, used through the library.</summary>
public sealed class OpenedRepo : IDisposable
{
    private readonly TempRepo _temp;
    private readonly bool _owned;

    /// <summary>Makes a new repository.</summary>
    public OpenedRepo()
    {
        _temp = new TempRepo();
        _owned = true;
        Path = _temp.Path;
        using (Repo repo = Open())
        {
            Init.Run(repo, "dls", dryRun: false);
            RemoteSettings.Add(repo, "lab", "../lab", isDefault: false, dryRun: false);
        }

        _temp.Git("config", "core.hooksPath", "/nonexistent");
        _temp.Commit("set up");
    }

    /// <summary>Makes a repository that is a copy of another, without its remote: cheaper than making it again.</summary>
    public OpenedRepo(OpenedRepo original)
    {
        _temp = new TempRepo();
        _owned = true;
        Path = _temp.Path;
        Directory.Delete(Path, recursive: true);
        Copy(new DirectoryInfo(original.Path), Path);
    }

    private OpenedRepo(TempRepo temp, string path)
    {
        _temp = temp;
        Path = path;
    }

    /// <summary>Gets the work tree.</summary>
    public string Path { get; }

    /// <summary>Gets the remote's directory.</summary>
    public string RemotePath => _temp.Beside("lab");

    /// <summary>Makes a clone of what is committed, without any bytes.</summary>
    public OpenedRepo Clone(string name)
    {
        string path = _temp.Beside(name);
        _temp.GitIn(Path, "clone", "-q", Path, path);
        return new OpenedRepo(_temp, path);
    }

    /// <summary>Opens it.</summary>
    /// <param name="wrap">What to put around remotes that are opened.</param>
    public Repo Open(Func<IRemote, IRemote>? wrap = null) => Repo.Open(new RepoSettings
    {
        StartDirectory = Path,
        Environment = _temp.Environment,
        LockWait = TimeSpan.FromSeconds(10),
        Threads = 2,
        WrapRemote = wrap,
    });

    /// <summary>Runs git in the work tree.</summary>
    public string Git(params string[] arguments) => _temp.GitIn(Path, arguments);

    /// <summary>Gives a path below the work tree.</summary>
    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file of the work tree.</summary>
    public void Write(string relative, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(relative))!);
        File.WriteAllBytes(At(relative), bytes);
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileSystemInfo item in from.EnumerateFileSystemInfos())
        {
            string target = System.IO.Path.Combine(to, item.Name);
            if (item is DirectoryInfo directory)
            {
                Copy(directory, target);
            }
            else
            {
                File.Copy(item.FullName, target);
            }
        }
    }

    /// <summary>Gets what git and dls are given as their environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => _temp.Environment;

    /// <summary>Adds paths and commits the pointers.</summary>
    public void AddAndCommit(params string[] paths)
    {
        using (Repo repo = Open())
        {
            Add.Run(repo, new AddOptions { Paths = paths }, CancellationToken.None);
        }

        Git("commit", "-q", "-m", "add " + string.Join(' ', paths));
    }

    public void Dispose()
    {
        if (_owned)
        {
            _temp.Dispose();
        }
    }
}
