using System.Text;
using DlStore.Io;
using DlStore.Operations.Words;

namespace DlStore.Operations.Projects;

/// <summary>
/// A list of crops that a person sorted into true and false, a line each: <c>file, True</c> or <c>file, False</c>, as the seeds' classifier
/// prints it. Strict: a line that is
/// neither, a file that is not there and a file that stands there twice are errors, before anything is made.
/// </summary>
internal static class HarvestList
{
    private const int LengthMax = 64 << 20;

    /// <summary>Reads a list.</summary>
    /// <param name="repo">The repository, for the directory that typed paths are relative to.</param>
    /// <param name="typed">The list, as typed.</param>
    /// <param name="directory">Absolute path of the directory that its files are relative to; what is not there is looked for from the
    /// current directory.</param>
    /// <returns>Absolute paths of the files that are marked true, in the order of the list, and how many are marked false.</returns>
    public static (IReadOnlyList<string> Accepted, int Rejected) Read(Repo repo, string typed, string directory)
    {
        string text = ReadText(repo, typed);
        List<string> accepted = [];
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        int rejected = 0;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 && i == lines.Length - 1)
            {
                break;
            }

            DlsException Bad(string why) => DlsException.InFile(typed, i + 1, why, "correct the list; nothing was made");
            int comma = line.LastIndexOf(',');
            bool isTrue = comma > 0 && line[(comma + 1)..].Trim() == "True";
            if (!isTrue && !(comma > 0 && line[(comma + 1)..].Trim() == "False"))
            {
                throw Bad($"'{EntryName.Show(Encoding.UTF8.GetBytes(line))}' is not 'file, True' or 'file, False'");
            }

            string name = line[..comma].Trim();
            string file = Find(repo, name, directory) ?? throw Bad($"there is no file '{EntryName.Show(Encoding.UTF8.GetBytes(name))}'");
            if (!seen.TryAdd(file, i + 1))
            {
                throw Bad($"file '{EntryName.Show(Encoding.UTF8.GetBytes(name))}' stands in line {seen[file]} already");
            }

            rejected += isTrue ? 0 : 1;
            accepted.AddRange(isTrue ? [file] : []);
        }

        return (accepted, rejected);
    }

    private static string ReadText(Repo repo, string typed)
    {
        byte[] bytes = SmallFile.Find(TypedFile.At(repo, typed), typed, LengthMax)
            ?? throw new DlsException(ErrorKind.Usage, $"read '{typed}': no such file", "check the spelling");
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw new DlsException(ErrorKind.Failed, $"read '{typed}': it is not UTF-8");
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static string? Find(Repo repo, string name, string directory)
    {
        string[] candidates = name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)
            ? [] : [Path.GetFullPath(Path.Combine(directory, name)), TypedFile.At(repo, name)];
        return candidates.FirstOrDefault(File.Exists);
    }
}
