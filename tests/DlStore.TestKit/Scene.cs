using System.Security.Cryptography;
using System.Text;

namespace DlStore.TestKit;

/// <summary>
/// A directory with everything a story of dls needs (home, repositories, remotes), which can be copied as a whole: remotes are named by
/// relative paths. Commit times are
/// fixed, so that equal steps give equal commits.
/// </summary>
public sealed class Scene : IDisposable
{
    private static readonly Lazy<Scene> Made = new(MakeFirst);

    private readonly TempDir _directory = new();

    public Scene()
    {
        _directory.MakeDirectory("home");
        Environment = MakeEnvironment();
    }

    private Scene(Scene original)
    {
        Environment = MakeEnvironment();
        RunProgram("cp", ["-a", original.Root + "/.", Root], Root).Expect(0);
    }

    /// <summary>Gets the absolute path of everything.</summary>
    public string Root => _directory.Path;

    /// <summary>Gets the whole environment of git and dls.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Gives an absolute path.</summary>
    public string At(string relative) => Path.Combine(Root, relative);

    /// <summary>Copies everything, with times, to another place.</summary>
    public Scene Copy() => new(this);

    /// <summary>
    /// Makes a git repository that dls knows, with the remote <c>lab</c> in <c>ROOT/remote</c>, and commits that. It is made once a process
    /// and copied.
    /// </summary>
    public string MakeRepo(string name = "repo")
    {
        RunProgram("cp", ["-a", Made.Value.At("repo"), At(name)], Root).Expect(0);
        return At(name);
    }

    /// <summary>Writes a file with its parents.</summary>
    public string Write(string relative, string text) => _directory.Write(relative, text);

    /// <summary>Writes a file with its parents.</summary>
    public string Write(string relative, byte[] bytes) => _directory.Write(relative, bytes);

    /// <summary>Runs dls to its end.</summary>
    public RunResult Dls(string directory, params string[] arguments) => DlsProcess.Run(At(directory), Environment, arguments);

    /// <summary>Runs dls to its end with a crash point armed.</summary>
    public RunResult Crash(string directory, string point, params string[] arguments)
        => DlsProcess.Run(At(directory), DlsProcess.With(Environment, ("DLS_CRASH_AT", point)), arguments);

    /// <summary>Runs git and fails the test if it fails.</summary>
    /// <returns>Standard output without its last newline.</returns>
    public string Git(string directory, params string[] arguments) => TryGit(directory, arguments).Expect(0).Output.TrimEnd('\n');

    /// <summary>Runs git and gives whatever came of it.</summary>
    public RunResult TryGit(string directory, params string[] arguments) => RunProgram("git", arguments, At(directory));

    /// <summary>Runs any program in the sealed environment.</summary>
    public RunResult RunProgram(
        string program, string[] arguments, string directory) => RunningProgram.Run(program, arguments, directory, Environment);

    /// <summary>Stages everything and commits.</summary>
    public string Commit(string directory, string message)
    {
        Git(directory, "add", "-A");
        Git(directory, "commit", "-q", "--allow-empty", "--no-verify", "-m", message);
        return Git(directory, "rev-parse", "HEAD");
    }

    /// <summary>Adds paths, commits everything and pushes the bytes.</summary>
    public void Record(string directory, string message, params string[] paths)
    {
        Dls(directory, ["add", .. paths, "--quiet"]).Expect(0);
        Commit(directory, message);
        Dls(directory, "push", "--quiet").Expect(0);
    }

    /// <summary>Finds dls as one program and gives its environment what it needs to start.</summary>
    public string UseExecutable()
    {
        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
        {
            Environment["DOTNET_ROOT"] = root;
        }

        return DlsProcess.FindExecutable();
    }

    /// <summary>Clones a repository of the scene.</summary>
    public string Clone(string from, string to)
    {
        Git(".", "clone", "-q", from, to);
        return At(to);
    }

    /// <summary>Gives the SHA-256 of every regular file below a directory, as hex; no <c>.git</c> of a work tree.</summary>
    public static HashSet<string> Hashes(string directory)
    {
        HashSet<string> hashes = [];
        if (!Directory.Exists(directory))
        {
            return hashes;
        }

        foreach (string item in TreeSnapshot.Of(directory, ".git").Items.Values)
        {
            if (item.StartsWith("file ", StringComparison.Ordinal))
            {
                hashes.Add(item[^64..]);
            }
        }

        return hashes;
    }

    /// <summary>
    /// Waits until what was written so far is old enough for dls to believe its times (20 ms, the window in which another change could go
    /// unseen): a program that starts in
    /// less than that rightly reads such files again. Only for stories that tell how many files were read.
    /// </summary>
    public static void LetFilesAge() => Thread.Sleep(60);

    /// <summary>Gives a small tree of everything that has to survive: sizes, modes, links, empty things, names.</summary>
    public void WriteSample(string directory)
    {
        for (int i = 0; i < 5; i++)
        {
            Write($"{directory}/img/{i:000}.txt", $"picture {i}\n");
        }

        Write($"{directory}/deep/er/still/a.bin", Pattern(70_000, 7));
        Write($"{directory}/run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(At($"{directory}/run.sh"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(At($"{directory}/link"), "img/000.txt");
        Directory.CreateDirectory(At($"{directory}/nothing"));
        Write($"{directory}/empty", "");
        Write($"{directory}/学習/画像.txt", "漢字\n");
    }

    /// <summary>Gives bytes that do not compress and are the same each time.</summary>
    public static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        byte[] block = SHA256.HashData(Encoding.ASCII.GetBytes($"seed {seed}"));
        for (int at = 0; at < length; at += block.Length)
        {
            block = SHA256.HashData(block);
            block.AsSpan(0, Math.Min(block.Length, length - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    public void Dispose() => _directory.Dispose();

    private static Scene MakeFirst()
    {
        Scene scene = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => scene.Dispose();
        Directory.CreateDirectory(scene.At("repo"));
        scene.Git("repo", "init", "-q", "-b", "main");
        scene.Dls("repo", "init", "--quiet").Expect(0);
        scene.Dls("repo", "remote", "add", "lab", "../remote", "--default", "--quiet").Expect(0);
        scene.Commit("repo", "begin");
        return scene;
    }

    private Dictionary<string, string> MakeEnvironment() => DlsProcess.With(
        TempRepo.SealedEnvironment(At("home")),
            ("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z"), ("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z"));
}
