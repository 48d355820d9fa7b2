using System.Globalization;
using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Data.Recipes;

/// <summary>
/// A recipe that is a program of the repository. It gets a private copy of what it needs and never the work tree:
/// <c>HOME/REPOSITORY/projects/NAME/</c> with the masters and
/// the program, its declared inputs beside that, an empty <c>build/</c>; the current directory is the project (or the top of the copy, if
/// it asks for that), argument 1 its name. What it writes elsewhere fails the build. docs/formats/project-file.md.
/// </summary>
/// <param name="workTree">Absolute path of the work tree.</param>
/// <param name="project">A project whose recipe names a program.</param>
public sealed class RecipeProgram(string workTree, Project project)
{
    private const int FilesMax = 10_000;
    private const int FileLengthMax = 256 << 20;

    /// <summary>
    /// Gives the command with the digest of all that decides what it does: its words and the bytes of its directory and inputs. Opens no
    /// image.
    /// </summary>
    /// <returns>The command for <see cref="TrustList"/>.</returns>
    /// <exception cref="DlsException">Kind Failed: a file is missing, or is not a regular file.</exception>
    public TrustedCommand Command()
    {
        IReadOnlyList<string> words = project.Recipe.Program!;
        string line = string.Join(' ', [$"{project.Path}/{words[0]}", project.Name.Value, .. words.Skip(1)]);
        return new TrustedCommand($"project {project.Name}", line, Digest(workTree));
    }

    private Oid Digest(string root)
    {
        IReadOnlyList<string> words = project.Recipe.Program!;
        StringBuilder text = new("dls-program 1\n");
        foreach (string word in words)
        {
            text.Append("word ").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(word))).Append('\n');
        }

        text.Append(project.Recipe.FromTop ? "cwd top\n" : "");
        text.Append(project.Recipe.Tree is { } tree ? $"tree {tree}\n" : "");

        foreach ((string relative, string absolute) in Files(root))
        {
            bool executable = (File.GetUnixFileMode(absolute) & UnixFileMode.UserExecute) != 0;
            Oid oid = Oid.Of(SmallFile.Read(absolute, relative, FileLengthMax));
            text.Append(CultureInfo.InvariantCulture, $"file {oid} {(executable ? "x" : "-")} {relative}\n");
        }

        return Oid.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Lists what the program finds in <c>master/</c>: it may read any of it, so all of it decides what it makes.</summary>
    /// <returns>Files relative to the project, sorted; pointers and ignore rules, which say nothing of images, are left out.</returns>
    /// <exception cref="DlsException">Kind Failed: something there is neither a regular file nor a directory.</exception>
    internal IReadOnlyList<string> ListMasters()
    {
        string root = $"{project.Directory}/master";
        if (Sys.TryStat(root, out FileStat stat) && !stat.IsDirectory)
        {
            throw new DlsException(
                ErrorKind.Failed, $"read '{project.NameOf("master")}': it is a {stat.Describe()}", "replace it by a real directory");
        }

        List<string> files = [];
        foreach (string file in stat.IsDirectory ? Directory.EnumerateFileSystemEntries(root) : [])
        {
            string name = Path.GetFileName(file);
            _ = Sys.TryStat(file, out FileStat found);
            if (found is { IsFile: false, IsDirectory: false })
            {
                throw new DlsException(ErrorKind.Failed,
                    $"read '{project.NameOf($"master/{name}")}': it is a {found.Describe()}", "masters are regular files");
            }

            if (found.IsFile && name != ".gitignore" && !name.EndsWith(".dls", StringComparison.Ordinal))
            {
                files.Add($"master/{name}");
            }
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>
    /// Runs the program. The caller has asked <see cref="TrustList"/>; what is run is the private copy, and only if it has the digest that
    /// was allowed.
    /// </summary>
    /// <param name="allowed">What was allowed.</param>
    /// <param name="canvas">Told to the program as DLS_CANVAS.</param>
    /// <param name="privateRoot">Absolute path of a directory that does not exist yet; the caller removes it.</param>
    /// <param name="environment">The process environment; only PATH and the locale are handed on.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The absolute path of the directory that it wrote its images into, and how its writes were watched.</returns>
    /// <exception cref="DlsException">Kind Failed: exit code, time limit, files written outside, or it cannot be started; those files and
    /// the end of its output are listed.</exception>
    public (string Images, RecipeWatch Watch) Run(TrustedCommand allowed,
        Canvas canvas, string privateRoot, IReadOnlyDictionary<string, string> environment, CancellationToken cancel)
    {
        string tree = project.Recipe.Tree ?? Path.GetFileName(workTree);
        string root = $"{privateRoot}/home/{tree}";
        string directory = $"{root}/{project.Path}";
        foreach (string relative in ListMasters())
        {
            CopyFile($"{project.Directory}/{relative}", $"{directory}/{relative}");
        }

        Directory.CreateDirectory($"{directory}/master");
        foreach ((string relative, string absolute) in Files(workTree))
        {
            CopyFile(absolute, $"{root}/{relative}");
        }

        if (Digest(root) != allowed.Digest)
        {
            throw new DlsException(
                ErrorKind.Failed, $"build '{project.Name}': its program changed while it was copied", "run the command again");
        }

        Directory.CreateDirectory($"{directory}/build");
        ChildCommand command = Command(canvas, privateRoot, directory, environment);
        IReadOnlyList<string> homes = ConfinedRun.Homes(environment);
        RecipeRun run = new ConfinedRun(privateRoot, command, project.Recipe.TimeLimit).Run(
            () => KnownPlaces.Take(project.Name.Value, [project.Directory, .. homes.Select(h => $"{h}/{tree}/{project.Path}")],
                [.. homes, environment.GetValueOrDefault("TMPDIR", "/tmp")]),
            cancel);
        RequireGood(run, ConfinedRun.LogOf(privateRoot));
        return Sys.TryStat($"{directory}/build", out FileStat made) && made.IsDirectory
            ? ($"{directory}/build", run.Watch)
            : throw new DlsException(ErrorKind.Failed, $"build '{project.Name}': its program removed or replaced the directory 'build'",
                "it writes its images into the directory that is there");
    }

    private ChildCommand Command(Canvas canvas, string privateRoot, string directory, IReadOnlyDictionary<string, string> environment)
    {
        IReadOnlyList<string> words = project.Recipe.Program!;
        Dictionary<string, string> variables = new(StringComparer.Ordinal)
        {
            ["HOME"] = $"{privateRoot}/home",
            ["TMPDIR"] = Directory.CreateDirectory($"{privateRoot}/tmp").FullName,
            ["PATH"] = environment.GetValueOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ["LC_ALL"] = "C.UTF-8",
            ["DLS_PROJECT"] = project.Name.Value,
            ["DLS_CANVAS"] = canvas.ToString(),
            ["DLS_SEED"] = project.Recipe.Seed.ToString(CultureInfo.InvariantCulture),
            // Python hashes texts differently in every process unless told not to, and looks for what `pip install --user` installed below
            // HOME.
            ["PYTHONHASHSEED"] = "0",
            ["PYTHONUSERBASE"] = $"{environment.GetValueOrDefault("HOME", "/nonexistent")}/.local",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        ChildCommand command = new()
        {
            Program = $"{directory}/{words[0]}",
            Arguments = [project.Name.Value, .. words.Skip(1)],
            Environment = variables,
            WorkingDirectory = project.Recipe.FromTop ? directory[..^(project.Path.Length + 1)] : directory,
        };
        return command.FindProgram() is not null
            ? command
            : throw new DlsException(ErrorKind.Failed, $"run '{project.NameOf(words[0])}': it is not executable",
                $"run `chmod +x {project.NameOf(words[0])}`, and give it a first line such as `#!/usr/bin/env python3`");
    }

    private void RequireGood(RecipeRun run, string log)
    {
        string? ending = run.ExitCode switch
        {
            0 => null,
            { } code => $"ended with exit code {code}",
            null => $"was ended after {(long)project.Recipe.TimeLimit.TotalSeconds} s, its time limit",
        };
        if (run.Outside.Count > 0)
        {
            throw Strayed(run, ending);
        }

        if (ending is not null)
        {
            throw new DlsException(ErrorKind.Failed, $"build '{project.Name}': its program {ending}",
                "it has no terminal and no input; run it by hand to see more, or set `timeout:` (seconds) in project.yaml")
            {
                Items = Tail(log),
            };
        }
    }

    private DlsException Strayed(RecipeRun run, string? ending)
    {
        string files = run.Outside.Count == 1 ? "1 file" : string.Create(CultureInfo.InvariantCulture, $"{run.Outside.Count:N0} files");
        string what = run.Watch switch
        {
            RecipeWatch.OwnFileSystem => $"wrote {files} outside its private copy; it had a file system of its own, "
                + "and none of them reached the disk",
            RecipeWatch.Compared => $"wrote {files} outside its private copy, and they are on the disk; the project, the homes and the "
                + "temporary directory were compared, for this system gives it no file system of its own",
            _ => throw new ArgumentOutOfRangeException(nameof(run)),
        };
        return new DlsException(ErrorKind.Failed,
            $"build '{project.Name}': its program {(ending is null ? "" : $"{ending}; it ")}{what}",
            "let it write below its current directory, HOME or TMPDIR only; `tree:` and `cwd:` in project.yaml say where those are")
        {
            Items = run.Outside,
        };
    }

    /// <summary>
    /// Lists the program's own files and its inputs, relative to the work tree, sorted: what is copied is what is hashed.
    /// </summary>
    private List<(string Relative, string Absolute)> Files(string root)
    {
        List<(string Relative, string Absolute)> files = [];
        string program = project.Recipe.Program![0];
        string? directory = Path.GetDirectoryName(program);
        Collect(string.IsNullOrEmpty(directory) ? project.NameOf(program) : project.NameOf(directory), root, files);
        foreach (string input in project.Recipe.Inputs)
        {
            Collect(input, root, files);
        }

        return [.. files.DistinctBy(static f => f.Relative).OrderBy(static f => f.Relative, StringComparer.Ordinal)];
    }

    private void Collect(string relative, string root, List<(string Relative, string Absolute)> files)
    {
        string absolute = $"{root}/{relative}";
        InsidePath.RequireRealParents(root, relative);
        if (!Sys.TryStat(absolute, out FileStat stat) || stat is { IsFile: false, IsDirectory: false })
        {
            throw new DlsException(
                ErrorKind.Failed,
                    $"read '{relative}' of project '{project.Name}': {(stat.Mode == 0 ? "no such file" : $"it is a {stat.Describe()}")}",
                    "programs and inputs are regular files and directories");
        }

        if (stat.IsFile)
        {
            files.Add((relative, absolute));
        }

        foreach (string entry in stat.IsDirectory ? Directory.GetFileSystemEntries(absolute) : [])
        {
            string name = Path.GetFileName(entry);
            // What Python leaves behind when somebody tries the program by hand decides nothing.
            if (name is not ("__pycache__" or ".ipynb_checkpoints"))
            {
                Collect($"{relative}/{name}", root, files);
            }

            if (files.Count > FilesMax)
            {
                throw new DlsException(
                    ErrorKind.Failed, $"read '{relative}' of project '{project.Name}': it has more than {FilesMax} files",
                    "name only what the program needs under `inputs:`");
            }
        }
    }

    private static void CopyFile(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static string[] Tail(string log)
    {
        // As many as an error shows: the last line of a traceback is the one that says what is wrong.
        const int Lines = 5;
        string[] lines = File.Exists(log) ? [.. File.ReadLines(log).Where(static l => l.Trim().Length > 0)] : [];
        return [.. lines.TakeLast(Lines)];
    }
}
