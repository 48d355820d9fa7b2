using System.Text;
using DlStore.Io;
using DlStore.WorkTree;

namespace DlStore.Operations.Dvc;

/// <summary>Looks at the files of outs in the work tree. DVC puts copies, hard links or symlinks into its cache there; symlinks that lead
/// elsewhere are not followed.</summary>
/// <param name="repo">The repository.</param>
internal sealed class DvcWorkFiles(Repo repo) : IDisposable
{
    private readonly DirectoryCursor _at = new(repo.Files);
    private readonly Dictionary<string, string> _caches = new(StringComparer.Ordinal);

    /// <summary>Looks at a file.</summary>
    /// <param name="path">From the top of the work tree.</param>
    /// <param name="settings">Says where the cache is.</param>
    public DvcOnDisk Look(string path, DvcSettings settings)
    {
        if (!_at.TryStat(path, out FileStat stat))
        {
            return repo.Files.FindParentInTheWay(path) is { } above ? new DvcOnDisk(default, null, $"'{above}' is no directory") : default;
        }

        return stat switch
        {
            { IsFile: true } => new DvcOnDisk(stat, $"{repo.WorkTree}/{path}", null),
            { IsSymlink: true } => Follow(path, stat, settings),
            _ => new DvcOnDisk(stat, null, $"it is a {stat.Describe()}"),
        };
    }

    /// <summary>Counts the files of a directory that are not recorded.</summary>
    /// <param name="directory">From the top of the work tree.</param>
    /// <param name="recorded">Those that are, below the directory.</param>
    public long CountOthers(string directory, HashSet<string> recorded)
    {
        if (!repo.Files.TryStat(directory, out FileStat stat) || !stat.IsDirectory)
        {
            return 0;
        }

        long others = 0;
        Stack<string> left = new([""]);
        while (left.TryPop(out string? below))
        {
            foreach (FileSystemInfo entry in new DirectoryInfo($"{repo.WorkTree}/{directory}/{below}").EnumerateFileSystemInfos())
            {
                string name = below.Length == 0 ? entry.Name : $"{below}/{entry.Name}";
                if (entry.Attributes.HasFlag(FileAttributes.Directory) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                {
                    left.Push(name);
                }
                else
                {
                    others += recorded.Contains(name) ? 0 : 1;
                }
            }
        }

        return others;
    }

    /// <inheritdoc/>
    public void Dispose() => _at.Dispose();

    private DvcOnDisk Follow(string path, FileStat stat, DvcSettings settings)
    {
        if (!_caches.TryGetValue(settings.CacheDirectory, out string? cache))
        {
            _caches[settings.CacheDirectory] = cache = RealPath.Of(settings.CacheDirectory);
        }

        string target = RealPath.Of($"{repo.WorkTree}/{path}");
        bool isOurs = target.StartsWith(cache + "/", StringComparison.Ordinal)
            && Sys.TryStatAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(target), out FileStat there) && there.IsFile;
        return isOurs
            ? new DvcOnDisk(stat, target, null) : new DvcOnDisk(stat, null, "it is a symlink that leads to no file of DVC's cache");
    }
}
