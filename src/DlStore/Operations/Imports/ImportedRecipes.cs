using System.Text;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Imports;

/// <summary>
/// What the programs of imported projects become: a project.yaml that lets each run in a private copy, with the modules that it imports; or
/// recipes of the built-in engine.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="top">Absolute path of the checkout.</param>
/// <param name="isBuiltin">Whether the built-in engine is to make the images.</param>
internal sealed class ImportedRecipes(Repo repo, string top, bool isBuiltin)
{
    private const int LengthMax = 4 << 20;
    private readonly SortedDictionary<string, (ImportedModule Module, byte[] Bytes)> _modules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> _remarks = new(StringComparer.Ordinal);

    /// <summary>Gets the modules that come with the programs.</summary>
    public IReadOnlyList<ImportedModule> Modules => [.. _modules.Values.Select(static m => m.Module)];

    /// <summary>Gets what there is to say of the programs, each with the projects that it is said of.</summary>
    public IEnumerable<string> Remarks => _remarks.Select(static r => $"{string.Join(", ", r.Value)}: {r.Key}");

    /// <summary>Plans the file that says what makes a project's images.</summary>
    /// <param name="source">The project.</param>
    /// <returns>The text of project.yaml, or null if there is nothing to say; and why the project is refused, or null.</returns>
    public (byte[]? Yaml, string? Refusal) Plan(ImportSource source)
    {
        ImportFile? program = source.Files.FirstOrDefault(static f => f.Relative == Project.DefaultProgram);
        if (program is null || source.Files.Any(static f => f.Relative == Project.FileName))
        {
            return (null, null);
        }

        string project = program.Absolute[..^(Project.DefaultProgram.Length + 1)];
        PythonModules modules = PythonModules.Read(top, project, program.Absolute);
        return isBuiltin ? PlanBuiltin(source, program, modules) : PlanProgram(source, modules);
    }

    /// <summary>Writes and stages the modules that are not there yet.</summary>
    public void Write()
    {
        string[] written = [.. _modules.Values.Where(static m => m.Module.IsWritten).Select(static m => m.Module.File)];
        foreach (string file in written)
        {
            repo.Files.Write(file, _modules[file].Bytes);
        }

        repo.Git.Stage(written);
    }

    private (byte[]? Yaml, string? Refusal) PlanBuiltin(ImportSource source, ImportFile program, PythonModules modules)
    {
        byte[]? library = modules.Files.Values.FirstOrDefault(
            static b => b.AsSpan().IndexOf("class DataAugmentationGenerator"u8) >= 0);
        if (library is null)
        {
            return (null, "nothing that its program imports defines DataAugmentationGenerator");
        }

        List<string> differences = [];
        string text = Encoding.UTF8.GetString(SmallFile.Read(program.Absolute, program.Relative, LengthMax));
        (string? yaml, string? refusal) = KerasRecipe.Convert(text, Encoding.UTF8.GetString(library), differences);
        foreach (string difference in yaml is null ? [] : differences)
        {
            Remark(source, difference);
        }

        return (yaml is null ? null : Encoding.UTF8.GetBytes(yaml), refusal);
    }

    private (byte[]? Yaml, string? Refusal) PlanProgram(ImportSource source, PythonModules modules)
    {
        foreach ((string file, byte[] bytes) in modules.Files)
        {
            KnownFiles.RequireRealParents(repo, file);
            byte[]? there = SmallFile.Find($"{repo.WorkTree}/{file}", file, LengthMax);
            if (there is not null && Oid.Of(there) != Oid.Of(bytes))
            {
                return (null, $"its program imports '{file}', and another file of that name is here");
            }

            _modules.TryAdd(file, (new ImportedModule(file, there is null), bytes));
        }

        if (modules.Packages.Count > 0)
        {
            Remark(source, $"the program needs packages of Python that dls does not bring: {string.Join(", ", modules.Packages)}");
        }

        foreach (string outside in modules.Outside)
        {
            Remark(source, $"the program looks for modules in '{outside}', which is not in the checkout");
        }

        return (modules.Files.Count == 0 && modules.Tree is null ? null : Encoding.UTF8.GetBytes(ToYaml(modules)), null);
    }

    private static string ToYaml(PythonModules modules)
    {
        StringBuilder text = new("# Made by `dls project import`: what the program needs in its private copy. `dls help project-file` "
            + "describes the keys.\n");
        text.Append("recipe:\n  program: [").Append(ProjectDraft.Quote(Project.DefaultProgram)).Append("]\n");
        text.Append(modules.Files.Count > 0 ? "inputs:\n" : "")
            .AppendJoin("", modules.Files.Keys.Select(static f => $"  - {ProjectDraft.Quote(f)}\n"));
        text.Append(modules.FromTop ? "cwd: top\n" : "");
        text.Append(modules.Tree is { } tree ? $"tree: {ProjectDraft.Quote(tree)}\n" : "");
        return text.ToString();
    }

    private void Remark(ImportSource source, string text)
    {
        _remarks.TryAdd(text, new SortedSet<string>(StringComparer.Ordinal));
        _remarks[text].Add(source.Name);
    }
}
