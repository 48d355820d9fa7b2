using System.Security.Cryptography;
using System.Text;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>
/// A repository that git-lfs itself has made, with three versions and whatever its users come upon, and the bare repository it was pushed
/// to. Needs git-lfs, which test.sh installs.
/// </summary>
internal sealed class LfsScene : IDisposable
{
    private static readonly Lazy<LfsScene> Made = new(static () =>
    {
        LfsScene made = new(new Scene());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.Dispose();
        made.Make();
        return made;
    });

    /// <summary>Contents by path, one dictionary a version; only what git-lfs keeps.</summary>
    private readonly List<SortedDictionary<string, byte[]>> _contents = [];

    /// <summary>Copies the one that is made once a process.</summary>
    public LfsScene()
        : this(Made.Value.Scene.Copy())
    {
        _contents = Made.Value._contents;
        Commits = Made.Value.Commits;
        Scene.Git("repo", "remote", "set-url", "origin", $"file://{Scene.At("origin.git")}");
        Scene.TryGit("repo", "update-index", "--refresh");
    }

    private LfsScene(Scene scene) => Scene = scene;

    private void Make()
    {
        Scene.Git(".", "init", "-q", "--bare", "-b", "main", Scene.At("origin.git"));
        Scene.Git(".", "init", "-q", "-b", "main", Scene.At("repo"));
        Scene.Git("repo", "lfs", "install", "--skip-repo");
        Scene.Git("repo", "remote", "add", "origin", $"file://{Scene.At("origin.git")}");
        Scene.Git("repo", "lfs", "track", "*.bin", "*.pth");
        Scene.Write("repo/nested/.gitattributes", "# kept\n*.raw filter=lfs diff=lfs merge=lfs -text\n*.md text\n");
        Scene.Write("repo/README.md", "plain\n");
        Scene.Write("repo/notes.txt", "text\n");
        File.CreateSymbolicLink(Scene.At("repo/link.bin"), "big.bin");
        Version(1, new() { ["extra/-dash.bin"] = "a dash\n"u8.ToArray(), ["gone.bin"] = "gone\n"u8.ToArray() });
        Scene.Write("repo/empty.bin", "");
        AddPlain("plain.bin", "should have been a pointer\n");
        AddStray("stray.dat", "without attributes\n");
        Commit(1);
        Version(2, new() { ["nested/深い/b.raw"] = "raw\n"u8.ToArray() });
        File.Delete(Scene.At("repo/gone.bin"));
        _ = _contents[1].Remove("gone.bin");
        Commit(2);
        Version(3, []);
        Commit(3);
        Scene.Git("repo", "push", "-q", "-u", "origin", "main");
        Scene.Git("repo", "lfs", "push", "--all", "origin");
    }

    public Scene Scene { get; }

    /// <summary>Gets the three commits.</summary>
    public IList<string> Commits { get; } = [];

    /// <summary>Gets what git-lfs keeps in a version, from 0.</summary>
    public IReadOnlyDictionary<string, byte[]> Contents(int version) => _contents[version];

    /// <summary>Gets what git-lfs keeps in the last version.</summary>
    public IReadOnlyDictionary<string, byte[]> Last => _contents[^1];

    /// <summary>Gives the pointer that git-lfs would write.</summary>
    public static string PointerOf(byte[] bytes) =>
        $"version https://git-lfs.github.com/spec/v1\noid sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}\nsize {bytes.Length}\n";

    /// <summary>Says what differs between a directory and what a version has to be.</summary>
    public string Differences(string directory, int version)
    {
        StringBuilder wrong = new();
        foreach ((string path, byte[] bytes) in _contents[version])
        {
            string file = Scene.At($"{directory}/{path}");
            _ = !File.Exists(file) ? wrong.Append($"{path} is missing\n")
                : !File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes) ? wrong.Append($"{path} differs\n") : wrong;
        }

        return wrong.ToString();
    }

    /// <summary>Makes a clone in which git-lfs has brought nothing.</summary>
    public void CloneBare(string to)
    {
        Scene.Environment["GIT_LFS_SKIP_SMUDGE"] = "1";
        Scene.Clone($"file://{Scene.At("origin.git")}", to);
        _ = Scene.Environment.Remove("GIT_LFS_SKIP_SMUDGE");
    }

    /// <summary>Makes a repository a dls repository, committed.</summary>
    public void Init(string directory = "repo")
    {
        Scene.Dls(directory, "init", "--quiet").Expect(0);
        Scene.Git(directory, "commit", "-q", "-m", "dls init");
    }

    public void Dispose() => Scene.Dispose();

    private void Version(int number, SortedDictionary<string, byte[]> more)
    {
        SortedDictionary<string, byte[]> all = new(number == 1 ? [] : _contents[^1], StringComparer.Ordinal)
        {
            ["big.bin"] = Scene.Pattern(1_500_000, number),
            ["data/a b.bin"] = Encoding.UTF8.GetBytes($"space {number}\n"),
            ["data/学習.bin"] = Encoding.UTF8.GetBytes($"unicode {number}\n"),
            ["data/quote\"d.bin"] = Encoding.UTF8.GetBytes($"quote {number}\n"),
            ["data/[x]*.bin"] = "pattern\n"u8.ToArray(),
            ["run.pth"] = Encoding.UTF8.GetBytes($"#!/bin/sh\necho {number}\n"),
        };
        foreach ((string path, byte[] bytes) in more)
        {
            all[path] = bytes;
        }

        _contents.Add(all);
        foreach ((string path, byte[] bytes) in all.Where(static f => f.Key != "stray.dat"))
        {
            Scene.Write($"repo/{path}", bytes);
        }

        File.SetUnixFileMode(Scene.At("repo/run.pth"), (UnixFileMode)0x1ED);
    }

    private void Commit(int number)
    {
        Scene.Git("repo", "add", "-A");
        Scene.Git("repo", "commit", "-q", "--no-verify", "-m", $"version {number}\n\nwith a second line");
        Commits.Add(Scene.Git("repo", "rev-parse", "HEAD"));
    }

    /// <summary>Gets a file into git as it is although an attribute names it.</summary>
    private void AddPlain(string path, string text)
    {
        Scene.Write($"repo/{path}", text);
        string blob = Scene.Git("repo", "hash-object", "-w", "--no-filters", path);
        Scene.Git("repo", "update-index", "--add", "--cacheinfo", $"100644,{blob},{path}");
        Scene.Git("repo", "commit", "-q", "--no-verify", "-m", "a plain file");
        Scene.Git("repo", "update-index", "--assume-unchanged", path);
    }

    /// <summary>Gets a pointer into git that no attribute names, with its object.</summary>
    private void AddStray(string path, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Scene.Write("clean", bytes);
        RunningProgram.Run("git", ["lfs", "clean"], Scene.At("repo"), Scene.Environment, bytes).Expect(0);
        Scene.Write($"repo/{path}", PointerOf(bytes));
        _contents[0][path] = bytes;
    }
}
