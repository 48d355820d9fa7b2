using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// A repository <c>repo</c> with remote <c>lab</c> for the bytes and a bare <c>origin.git</c> for git, in which hooks really run: the hook
/// remembers the program that made it,
/// so dls is run as a program here, not as <c>dotnet dls.dll</c>, and is on PATH for hooks that are written by hand.
/// </summary>
internal sealed class GitScene : IDisposable
{
    private readonly Scene _scene = new();
    private readonly string _program;

    public GitScene()
    {
        _program = _scene.UseExecutable();
        _scene.Environment["PATH"] = $"{Path.GetDirectoryName(_program)}:{_scene.Environment["PATH"]}";
        _scene.MakeRepo();
        Git(".", "init", "-q", "--bare", "-b", "main", "origin.git");
        Git("repo", "remote", "add", "origin", At("origin.git"));
        Delete("repo/.git/hooks/pre-push");
        Git("repo", "push", "-q", "origin", "main");
        Git("repo", "fetch", "-q");
    }

    public Dictionary<string, string> Environment => _scene.Environment;

    /// <summary>Gets the hooks of dls, of managers and of the user in the repository's own directory, by name.</summary>
    public string[] Hooks => [.. Directory.GetFiles(At("repo/.git/hooks")).Select(static f => Path.GetFileName(f)!)
        .Where(static f => !f.EndsWith(".sample", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Gets how many commits the remote has pinned.</summary>
    public int Pins => Directory.Exists(At("remote/pins"))
        ? Directory.GetFiles(At("remote/pins"), "*", SearchOption.AllDirectories).Length : 0;

    public string At(string relative) => _scene.At(relative);

    public string Write(string relative, string text) => _scene.Write(relative, text);

    public string Read(string relative) => File.ReadAllText(At(relative));

    public void Delete(string relative) => File.Delete(At(relative));

    /// <summary>Writes a program.</summary>
    public string Script(string relative, string body)
    {
        string file = Write(relative, "#!/bin/sh\n" + body);
        File.SetUnixFileMode(file, (UnixFileMode)0x1ED);
        return file;
    }

    public string Git(string directory, params string[] arguments) => _scene.Git(directory, arguments);

    public RunResult TryGit(string directory, params string[] arguments) => _scene.TryGit(directory, arguments);

    public RunResult Dls(string directory, params string[] arguments) => _scene.RunProgram(_program, arguments, At(directory));

    public RunResult Run(
        string directory, string program, params string[] arguments) => _scene.RunProgram(program, arguments, At(directory));

    /// <summary>Changes the managed directory <c>data</c> and commits.</summary>
    public void Change(string text)
    {
        Write("repo/data/a", text);
        Dls("repo", "add", "data").Expect(0);
        Commit("repo", text);
    }

    public string Commit(string directory, string message) => _scene.Commit(directory, message);

    public void Dispose() => _scene.Dispose();
}
