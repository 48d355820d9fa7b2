using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Targets;

namespace DlStore.Operations.Index;

/// <summary>
/// The records on the disk of a work tree, by their stats. <see cref="Fingerprint"/> is what a question costs when nothing changed: one
/// stat a task and a few more, no file
/// opened. What it leaves out (an attempt's record that was collected long ago and is edited by hand) is seen with the next change of
/// anything else.
/// </summary>
/// <param name="repo">The repository.</param>
internal sealed class WorkRecords(Repo repo)
{
    private readonly DirectoryReader _names = new();

    /// <summary>
    /// Hashes the stats of git's index, every task's record, the attempts that were not collected, the locks, and the directories of
    /// deployments.
    /// </summary>
    /// <param name="pending">Paths of attempts' records that were not there at the last look.</param>
    public string Fingerprint(IEnumerable<string> pending)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Note(hash, "index", repo.Git.IndexFile);
        NoteTasks(hash);
        foreach (string path in pending)
        {
            Note(hash, path, $"{repo.WorkTree}/{path}");
        }

        foreach (string file in Files(DatasetRecipe.Root, ".lock"))
        {
            Note(hash, file, $"{repo.WorkTree}/{file}");
        }

        string deploys = $"{repo.WorkTree}/{Deployment.Root}";
        foreach (string directory in Directory.Exists(deploys)
            ? Directory.EnumerateDirectories(deploys).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            Note(hash, Path.GetFileName(directory), directory);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Lists every record on disk with its stat.</summary>
    /// <param name="pending">Gets the paths of attempts' records that are not there yet.</param>
    public IReadOnlyList<(string Path, FileStat Stat)> List(ICollection<string> pending)
    {
        List<(string, FileStat)> found = [];
        string tasks = $"{repo.WorkTree}/{TaskRecord.Root}";
        foreach (string directory in Directory.Exists(tasks) ? Directory.EnumerateDirectories(tasks) : [])
        {
            string task = $"{TaskRecord.Root}/{Path.GetFileName(directory)}";
            Take(found, $"{task}/{TaskRecord.FileName}");
            Take(found, $"{task}/{TaskRecord.MemoName}");
            string attempts = $"{directory}/attempts";
            foreach (string attempt in Directory.Exists(attempts) ? Directory.EnumerateDirectories(attempts) : [])
            {
                string path = $"{task}/attempts/{Path.GetFileName(attempt)}/{AttemptRecord.FileName}";
                _ = Take(found, $"{task}/attempts/{Path.GetFileName(attempt)}/{MetricFile.Name}");
                if (!Take(found, path))
                {
                    pending.Add(path);
                }
            }
        }

        foreach (string file in Files(DatasetRecipe.Root, ".lock"))
        {
            Take(found, file);
        }

        string deploys = $"{repo.WorkTree}/{Deployment.Root}";
        foreach (string directory in Directory.Exists(deploys) ? Directory.EnumerateDirectories(deploys) : [])
        {
            foreach (string file in Files($"{Deployment.Root}/{Path.GetFileName(directory)}", ".json"))
            {
                Take(found, file);
            }
        }

        return found;
    }

    /// <summary>Gives a stat as text for comparing.</summary>
    public static string TextOf(
        in FileStat stat) => string.Create(CultureInfo.InvariantCulture, $"{stat.Size} {stat.Mtime} {stat.Ctime} {stat.Inode}");

    private bool Take(List<(string, FileStat)> found, string path)
    {
        bool there = Sys.TryStat($"{repo.WorkTree}/{path}", out FileStat stat) && stat.IsFile;
        if (there && RecordFile.KindOf(path) is not null)
        {
            found.Add((path, stat));
        }

        return there;
    }

    private IEnumerable<string> Files(string directory, string suffix)
    {
        string full = $"{repo.WorkTree}/{directory}";
        return Directory.Exists(full) ? Directory.EnumerateFiles(full, "*" + suffix)
            .Select(f => $"{directory}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
    }

    /// <summary>Ten thousand stats relative to one open directory: a third of what absolute paths cost.</summary>
    private void NoteTasks(IncrementalHash hash)
    {
        string tasks = $"{repo.WorkTree}/{TaskRecord.Root}";
        if (!Directory.Exists(tasks))
        {
            return;
        }

        int fd = Sys.OpenDirectory(tasks);
        try
        {
            _names.Read(fd, tasks);
            Span<byte> path = stackalloc byte[512];
            ReadOnlySpan<byte> file = "/task.json"u8;
            for (int i = 0; i < _names.Count; i++)
            {
                ReadOnlySpan<byte> name = _names.NameOf(i);
                name.CopyTo(path);
                file.CopyTo(path[name.Length..]);
                bool there = Sys.TryStatAt(fd, path[..(name.Length + file.Length)], out FileStat stat);
                hash.AppendData(name);
                NoteStat(hash, there, stat);
            }
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private static void Note(IncrementalHash hash, string name, string path)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        bool there = Sys.TryStat(path, out FileStat stat);
        NoteStat(hash, there, stat);
    }

    private static void NoteStat(IncrementalHash hash, bool there, in FileStat stat)
    {
        Span<byte> b = stackalloc byte[33];
        b.Clear();
        if (there)
        {
            b[32] = 1;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(b, stat.Size);
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(b[8..], stat.Mtime);
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(b[16..], stat.Ctime);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(b[24..], stat.Inode);
        }

        hash.AppendData(b);
    }
}
