using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.TestKit;

namespace DlStore.Tests.Lineage;

/// <summary>
/// Does random things with git and dls in one repository and its second work tree, and tells which pointers anything still holds.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="random">Where chance comes from.</param>
internal sealed class RandomHistory(OpenedRepo repo, Random random)
{
    private readonly List<string> _done = [];
    private int _n;
    private bool _hasSecond;

    public void Step()
    {
        string step = random.Next(12) switch
        {
            0 or 1 or 2 => AddSomething(),
            3 or 4 => Try("commit", "-q", "-m", $"commit {_n++}"),
            5 => Try("checkout", "-q", "-b", $"branch{_n++}"),
            6 => Try("tag", $"tag{_n++}"),
            7 => Try("stash"),
            8 => Try("reset", "-q", "--hard", "HEAD~1"),
            9 => Try("commit", "-q", "--amend", "--allow-empty", "-m", $"amended {_n++}"),
            10 => Try("rm", "-q", "--cached", "--ignore-unmatch", $"f{random.Next(3)}.dls"),
            _ => SecondTree(),
        };
        _done.Add(step);
    }

    /// <summary>
    /// Asks git in its own, slow way: every pointer of every tree of every commit that anything reaches, every staged one, every one on
    /// disk.
    /// </summary>
    public Dictionary<string, Pointer> Named()
    {
        Dictionary<string, Pointer> named = [];
        foreach (string commit in repo.Git("rev-list", "--all", "--reflog", "HEAD").Split('\n'))
        {
            foreach (string path in repo.Git(
                "ls-tree", "-r", "--name-only", commit).Split('\n').Where(p => p.EndsWith(".dls", StringComparison.Ordinal)))
            {
                Take(named, $"{path} at {commit}", repo.Git("show", $"{commit}:{path}") + "\n");
            }
        }

        foreach (string tree in _hasSecond ? (string[])[repo.Path, Second] : [repo.Path])
        {
            foreach (string path in repo.Git("-C", tree, "ls-files", "*.dls").Split('\n').Where(p => p.Length > 0))
            {
                Take(named, $"{path} staged in {tree}", repo.Git("-C", tree, "show", $":{path}") + "\n");
            }

            foreach (string file in Directory.GetFiles(tree, "*.dls"))
            {
                Take(named, file, File.ReadAllText(file));
            }
        }

        return named;
    }

    /// <summary>Takes away everything that holds a pointer, with git's own means.</summary>
    public void ForgetEverything()
    {
        if (_hasSecond)
        {
            repo.Git("worktree", "remove", "--force", Second);
        }

        repo.Git("stash", "clear");
        repo.Git("checkout", "-q", "-f", "--orphan", "empty");
        repo.Git("rm", "-rqf", "--ignore-unmatch", ".");
        repo.Git("commit", "-q", "--allow-empty", "-m", "empty");
        foreach (string reference in repo.Git("for-each-ref", "--format=%(refname)").Split('\n').Where(r => r != "refs/heads/empty"))
        {
            repo.Git("update-ref", "-d", reference);
        }

        repo.Git("reflog", "expire", "--expire=now", "--all");
        foreach (string file in (string[])[.. Directory.GetFiles(repo.Path, "*.dls"), repo.At(".git/dls/base"), repo.At(".git/ORIG_HEAD")])
        {
            File.Delete(file);
        }
    }

    public override string ToString() => string.Join("; ", _done);

    private string Second => repo.At("../second");

    private string AddSomething()
    {
        string path = $"f{random.Next(3)}";
        if (File.Exists(repo.At(path)) || Directory.Exists(repo.At(path)))
        {
            if (Directory.Exists(repo.At(path)))
            {
                Directory.Delete(repo.At(path), recursive: true);
            }

            File.Delete(repo.At(path));
        }

        if (random.Next(3) == 0)
        {
            repo.Write(path, Seeded.Bytes(random, random.Next(2) == 0 ? 500 : 1_100_000));
        }
        else
        {
            for (int i = 0; i < 3; i++)
            {
                repo.Write($"{path}/{i}", Seeded.Bytes(random, 400));
            }
        }

        try
        {
            using Repo opened = repo.Open();
            _ = Add.Run(opened, new AddOptions { Paths = [repo.At(path)], Remove = true }, CancellationToken.None);
            return $"add {path}";
        }
        catch (DlsException e)
        {
            // The pointer may have moved under it; what a refused add has stored is nobody's.
            return $"add {path} refused: {e.Message}";
        }
    }

    private string SecondTree()
    {
        if (!_hasSecond)
        {
            _hasSecond = true;
            repo.Git("worktree", "add", "-q", "-f", "--detach", Second);
            return "second work tree";
        }

        string file = Path.Combine(Second, $"own{_n++}");
        File.WriteAllBytes(file, Seeded.Bytes(random, 700));
        using Repo opened = Repo.Open(new RepoSettings { StartDirectory = Second, Environment = repo.Environment });
        _ = Add.Run(opened, new AddOptions { Paths = [file] }, CancellationToken.None);
        return "add in the second work tree";
    }

    private string Try(params string[] arguments)
    {
        try
        {
            repo.Git(arguments);
            return string.Join(' ', arguments);
        }
        catch (InvalidOperationException)
        {
            // Nothing to commit, nothing to go back to: the next step is another one.
            return $"({string.Join(' ', arguments)})";
        }
    }

    private static void Take(Dictionary<string, Pointer> named, string where, string text)
    {
        if (Pointer.LooksLike(System.Text.Encoding.UTF8.GetBytes(text)))
        {
            named[where] = Pointer.Parse(System.Text.Encoding.UTF8.GetBytes(text), where);
        }
    }
}
