using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;

namespace DlStore.Operations.Imports;

/// <summary>
/// What a recipe in Python needs of the checkout that it comes from: the modules that it imports by way of <c>sys.path</c>, and what they
/// import. The lines are read, never run; what is found in no directory of the checkout is taken for an installed package.
/// </summary>
internal sealed partial class PythonModules
{
    private const int LengthMax = 4 << 20;
    private static readonly string[] _standard = (
        "__future__ abc argparse ast asyncio base64 bisect builtins calendar collections configparser contextlib copy csv ctypes "
        + "dataclasses datetime decimal enum fnmatch fractions functools gc getopt "
        + "getpass glob gzip hashlib heapq html http importlib inspect io "
        + "itertools json logging math multiprocessing operator os pathlib pdb pickle platform pprint pwd queue random re select shlex "
        + "shutil signal socket sqlite3 "
        + "ssl stat statistics string struct subprocess sys tarfile tempfile textwrap threading time timeit traceback "
        + "types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib").Split(' ');

    private readonly string _top;
    private readonly string _project;
    private readonly List<string> _paths = [];
    private readonly Queue<string> _unread = new();
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _trees = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _outside = new(StringComparer.Ordinal);

    private PythonModules(string top, string project) => (_top, _project) = (top, project);

    /// <summary>Gets the modules with their bytes, by path from the top of the checkout.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Gets the modules that no directory of the checkout holds and that do not come with Python, sorted.</summary>
    public IReadOnlyCollection<string> Packages => _missing;

    /// <summary>Gets the directories outside of the checkout that modules are looked for in, sorted.</summary>
    public IReadOnlyCollection<string> Outside => _outside;

    /// <summary>Gets a value indicating whether a directory of modules is named from the top of the checkout.</summary>
    public bool FromTop { get; private set; }

    /// <summary>Gets the name that the checkout has in texts such as <c>/NAME/projects/</c>, or null if there is not exactly one.</summary>
    public string? Tree => _trees.Count == 1 ? _trees.Min : null;

    /// <summary>Reads a program and all that it imports from its checkout.</summary>
    /// <param name="top">Absolute path of the checkout.</param>
    /// <param name="project">Absolute path of the project.</param>
    /// <param name="program">Absolute path of the program.</param>
    public static PythonModules Read(string top, string project, string program)
    {
        PythonModules modules = new(top, project);
        byte[] own = SmallFile.Read(program, Path.GetFileName(program), LengthMax);
        modules.Scan(Encoding.UTF8.GetString(own), Path.GetDirectoryName(program)!);
        while (modules._unread.TryDequeue(out string? file))
        {
            byte[] bytes = SmallFile.Read(file, Path.GetRelativePath(top, file), LengthMax);
            if (modules._files.TryAdd(Path.GetRelativePath(top, file), bytes))
            {
                modules.Scan(Encoding.UTF8.GetString(bytes), Path.GetDirectoryName(file)!);
            }
        }

        return modules;
    }

    private void Scan(string text, string own)
    {
        foreach (Match match in PathLine().Matches(text))
        {
            AddPath(match.Groups[1].Value);
        }

        foreach (Match match in TreeText().Matches(text))
        {
            _trees.Add(match.Groups[1].Value);
        }

        foreach (Match match in ImportLine().Matches(text))
        {
            foreach (string name in match.Groups[1].Success ? [match.Groups[1].Value] : match.Groups[2].Value.Split(','))
            {
                Find(name.Trim().Split(' ', '.')[0], own);
            }
        }
    }

    private void AddPath(string path)
    {
        string fromTop = Path.GetFullPath(path, _top);
        string fromProject = Path.GetFullPath(path, _project);
        if (!Path.IsPathRooted(path) && IsInside(fromTop))
        {
            FromTop = true;
            _paths.Add(fromTop);
        }
        else if (IsInside(fromProject))
        {
            _paths.Add(fromProject);
        }
        else
        {
            _outside.Add(path);
        }
    }

    private bool IsInside(string directory) =>
        directory.StartsWith(_top + "/", StringComparison.Ordinal) && Directory.Exists(directory);

    private void Find(string name, string own)
    {
        if (name.Length == 0 || _standard.Contains(name))
        {
            return;
        }

        foreach (string directory in _paths.Prepend(own))
        {
            if (File.Exists($"{directory}/{name}.py"))
            {
                Take($"{directory}/{name}.py");
                return;
            }

            if (Directory.Exists($"{directory}/{name}") && new DirectoryInfo($"{directory}/{name}").LinkTarget is null)
            {
                foreach (string file in Directory.EnumerateFiles($"{directory}/{name}", "*.py", SearchOption.AllDirectories))
                {
                    Take(file);
                }

                return;
            }
        }

        _missing.Add(name);
    }

    /// <summary>What lies in the project comes with it.</summary>
    private void Take(string file)
    {
        if (!file.StartsWith(_project + "/", StringComparison.Ordinal) && !_files.ContainsKey(Path.GetRelativePath(_top, file)))
        {
            _unread.Enqueue(file);
        }
    }

    [GeneratedRegex(
        """^[ \t]*sys\.path\.(?:append|insert)\([ \t]*(?:\d+[ \t]*,[ \t]*)?["']([^"'\n]+)["'][ \t]*\)""", RegexOptions.Multiline)]
    private static partial Regex PathLine();

    [GeneratedRegex(@"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][\w., \t]*))", RegexOptions.Multiline)]
    private static partial Regex ImportLine();

    [GeneratedRegex("""["']/([A-Za-z0-9][A-Za-z0-9._-]*)/projects/""")]
    private static partial Regex TreeText();
}
