using System.Text;
using DlStore.Data.Names;
using DlStore.Learning.Kinds;
using DlStore.Operations.Store;

namespace DlStore.Operations.Kinds;

/// <summary>
/// <c>dls kind new</c>: writes the file of a kind, with every key and what it means. As it stands it trains nothing and works: its commands
/// print lines as the preset's program does and leave a file where its weights are looked for, so that a task can be tried before the real
/// program is put in.
/// </summary>
public static class KindNew
{
    /// <summary>What each preset's program prints and where it leaves its weights, played by a line of shell.</summary>
    private static readonly Dictionary<string, (string Train, string Test)> Played = new(StringComparer.Ordinal)
    {
        ["darknet"] = (
            "echo ' 1: 2.5, 2.5 avg loss, 0.001 rate, 0.1 seconds, 64 images'; echo weights > backup/net_best.weights",
            "echo ' mean average precision (mAP@0.50) = 0.5, or 50.00 %'"),
        ["pytorch-ssd"] = (
            "echo 'iter 0 || Loss: 2.5000 || timer: 0.1 sec.'; echo weights > weights/best_weight.pth", "echo 'Mean AP = 0.5'"),
        ["resset"] = (
            "printf '[now] Train Epoch: 1 [0/10 (0%%)]\\tAverage loss: 2.5\\n'; echo weights > weights/best_weight.pth",
            "echo 'accuracy 0.5 10'"),
        ["ultralytics"] = (
            "printf '      1/1      0G      2.5      2.5      2.5         1        640: 100%%|#|\\n'; "
                + "mkdir -p runs/detect/train/weights; echo weights > runs/detect/train/weights/best.pt",
            "echo '                   all          1          1        0.5        0.5        0.5        0.5'"),
    };

    /// <summary>Writes the file.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The kind, as typed.</param>
    /// <param name="preset">The preset to base it on, or null.</param>
    /// <returns>The file, from the top of the work tree.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such preset. Kind Failed: there is such a kind.</exception>
    public static string Run(Repo repo, string name, string? preset)
    {
        PortableName kind = PortableName.Parse(name, "kind");
        string file = Kind.FileOf(kind);
        if (preset is not null && !Preset.Names.Contains(preset))
        {
            throw new DlsException(ErrorKind.Usage,
                $"make kind '{kind}': preset '{preset}' is not known", $"known presets: {string.Join(", ", Preset.Names)}");
        }

        using Io.FileLock held = repo.LockWorkTree();
        KnownFiles.RequireRealParents(repo, file);
        if (File.Exists($"{repo.WorkTree}/{file}"))
        {
            throw new DlsException(ErrorKind.Failed, $"make kind '{kind}': there is '{file}' already", $"`dls kind show {kind}` prints it");
        }

        byte[] text = Encoding.UTF8.GetBytes(TextOf(kind, preset, Datasets(repo)));
        _ = KindReader.Parse(kind, text);
        repo.Files.Write(file, text);
        repo.Git.Stage([file]);
        return file;
    }

    private static string Datasets(Repo repo)
    {
        string directory = $"{repo.WorkTree}/datasets";
        string? first = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.yaml").Select(
                static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal).FirstOrDefault() : null;
        return first ?? "game";
    }

    private static string TextOf(PortableName kind, string? preset, string dataset)
    {
        (string train, string test) = preset is null ? ("mkdir -p out; echo 'step {steps} loss 0.5'; echo weights > out/best.bin",
            "echo 'accuracy 0.5'") : Played[preset];
        SortedDictionary<string, string> values = new(StringComparer.Ordinal)
        {
            ["kind"] = kind.Value,
            ["preset"] = preset ?? "",
            ["dataset"] = dataset,
            ["train"] = Quoted(train),
            ["test"] = Quoted(test),
        };
        string text = Read("kind").Replace("@own@\n", Read(preset is null ? "kind-own" : "kind-preset"), StringComparison.Ordinal);
        return values.Aggregate(text, static (t, v) => t.Replace($"@{v.Key}@", v.Value, StringComparison.Ordinal));
    }

    private static string Read(string name)
    {
        using StreamReader reader = new(typeof(KindNew).Assembly.GetManifestResourceStream($"template/{name}")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
