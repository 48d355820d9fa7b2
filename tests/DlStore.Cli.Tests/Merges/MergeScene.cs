using DlStore.TestKit;

namespace DlStore.Cli.Tests.Merges;

/// <summary>A repository with the directory <c>data</c> and branches that change it; <c>main</c> is where the story stands.</summary>
internal sealed class MergeScene : IDisposable
{
    public MergeScene(bool hasDriver = true)
    {
        _ = Scene.UseExecutable();
        Scene.MakeRepo();
        if (!hasDriver)
        {
            Scene.Git("repo", "config", "--remove-section", "merge.dls");
        }

        Scene.WriteSample("repo/data");
        Scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        Scene.Commit("repo", "base");
        Scene.Git("repo", "tag", "base");
    }

    public Scene Scene { get; } = new();

    /// <summary>Makes a branch from the base, and comes back to main.</summary>
    public void Branch(string name, params (string Path, string? Content)[] changes)
    {
        Scene.Git("repo", "checkout", "-q", "-b", name, "base");
        Scene.Dls("repo", "checkout", "--quiet").Expect(0);
        Record(name, changes);
        Scene.Git("repo", "checkout", "-q", "main");
        Scene.Dls("repo", "checkout", "--quiet").Expect(0);
    }

    /// <summary>Writes files below data, or deletes those without content, and commits.</summary>
    public void Record(string message, params (string Path, string? Content)[] changes)
    {
        foreach ((string path, string? content) in changes)
        {
            if (content is null)
            {
                File.Delete(Scene.At($"repo/data/{path}"));
            }
            else
            {
                Scene.Write($"repo/data/{path}", content);
            }
        }

        Scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        Scene.Commit("repo", message);
    }

    /// <summary>Renames a file below data on the branch that is checked out; it is recorded with the next change.</summary>
    public void Move(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Scene.At($"repo/data/{to}"))!);
        File.Move(Scene.At($"repo/data/{from}"), Scene.At($"repo/data/{to}"));
    }

    public RunResult Dls(params string[] arguments) => Scene.Dls("repo", arguments);

    public string Git(params string[] arguments) => Scene.Git("repo", arguments);

    public RunResult TryGit(params string[] arguments) => Scene.TryGit("repo", arguments);

    /// <summary>Merges a branch, which has to stop at a clash.</summary>
    public RunResult MergeWithClash(string branch)
    {
        RunResult merge = TryGit("merge", "-q", branch).Expect(1);
        Assert.Contains("data.dls", Git("ls-files", "-u"), StringComparison.Ordinal);
        return merge;
    }

    /// <summary>Brings the files and reads some; a dash stands for one that is not there.</summary>
    public string[] Pull(params string[] paths)
    {
        Dls("pull", "data").Expect(0);
        return [.. paths.Select(p => Scene.At($"repo/data/{p}")).Select(f => File.Exists(f) ? File.ReadAllText(f) : "-")];
    }

    /// <summary>Asserts that nothing is left to do: committed, clean, and every byte is there.</summary>
    public void AssertClean()
    {
        Dls("status", "--exit-code").Expect(0);
        Assert.Equal("", Git("status", "--porcelain"));
        Dls("verify").Expect(0);
    }

    public string[] Notes(string suffix = ".json") => Directory.Exists(Scene.At("repo/.git/dls/merges"))
        ? Directory.GetFiles(Scene.At("repo/.git/dls/merges"), "*" + suffix) : [];

    public void Dispose() => Scene.Dispose();
}
