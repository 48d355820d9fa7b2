using DlStore.Io;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Names the files of a darknet data set from where the program is started. An export is made for a program that is started in it; a run
/// starts its program beside it, and darknet takes every path in <c>obj.data</c> and its lists from the directory it was started in.
/// </summary>
internal static class DarknetPaths
{
    private static readonly string[] Lists = ["train.txt", "valid.txt", "test.txt"];

    /// <summary>Rewrites <c>obj.data</c> and the lists of an export that nobody else uses yet.</summary>
    /// <param name="directory">Absolute path of the export.</param>
    /// <param name="from">The directory as the program will see it; empty if it is started there.</param>
    /// <param name="backup">The directory for weights as the program will see it.</param>
    public static void Rewrite(string directory, string from, string backup)
    {
        string prefix = from.Length == 0 ? "" : from + "/";
        Change($"{directory}/obj.data", line => line.Split(" = ") is not [var key and not ['#', ..], var value] ? line
            : key switch
            {
                "train" or "valid" or "test" or "names" => $"{key} = {prefix}{value}",
                "backup" => $"{key} = {backup}",
                _ => line,
            });
        foreach (string list in Lists.Where(l => File.Exists($"{directory}/{l}")))
        {
            Change($"{directory}/{list}", line => prefix + line);
        }
    }

    private static void Change(string file, Func<string, string> line)
    {
        string[] lines = File.ReadAllText(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        AtomicFile.Write(file, string.Concat(lines.Select(l => line(l) + "\n")));
    }
}
