using System.Text;
using System.Text.RegularExpressions;
using DlStore.Data.Findings;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Looks at what makes the images of a project, and at what lies in its build directory. Executes nothing.</summary>
internal sealed partial class BuildLint(Repo repo, Project project, List<Finding> findings)
{
    private const int ProgramLengthMax = 4 << 20;

    public void Run()
    {
        if (project.Recipe.Program is { } words)
        {
            LookAtProgram(project.NameOf(words[0]));
        }

        LookAtBuilds();
    }

    private void LookAtProgram(string program)
    {
        try
        {
            KnownFiles.RequireRealParents(repo, program);
            byte[]? bytes = SmallFile.Find($"{repo.WorkTree}/{program}", program, KnownFiles.LengthMax);
            if (bytes is null)
            {
                findings.Add(LintCodes.ProgramBad.At(program, 0, "there is no such file", "correct `recipe:` in project.yaml"));
                return;
            }

            if (!Sys.TryStat($"{repo.WorkTree}/{program}", out FileStat stat) || !stat.IsExecutable)
            {
                findings.Add(LintCodes.ProgramBad.At(program, 0, "it is not executable", $"`chmod +x {program}`"));
            }

            if (!bytes.AsSpan().StartsWith("#!"u8) && !bytes.AsSpan().StartsWith("\u007fELF"u8))
            {
                findings.Add(LintCodes.ProgramBad.At(
                    program, 1, "it has no first line that names an interpreter", "begin it with a line such as `#!/usr/bin/env python3`"));
            }

            LookForWaiting(Path.GetDirectoryName(program)!);
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.ProgramBad.At(program, 0, e.Message, e.Hint));
        }
    }

    /// <summary>A debugger or a question left in a program ends a build that runs where nobody can answer.</summary>
    private void LookForWaiting(string directory)
    {
        foreach (string file in Directory.EnumerateFiles($"{repo.WorkTree}/{directory}", "*.py").Order(StringComparer.Ordinal))
        {
            string name = $"{directory}/{Path.GetFileName(file)}";
            string[] lines = Encoding.UTF8.GetString(SmallFile.Find(file, name, ProgramLengthMax) ?? []).Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                string code = lines[i].Split('#')[0];
                if (Waiting().Match(code) is { Success: true } match)
                {
                    findings.Add(LintCodes.ProgramWaits.At(
                        name, i + 1, $"'{match.Value.Trim()}' waits for somebody at a keyboard", "remove the line"));
                }
            }
        }
    }

    private void LookAtBuilds()
    {
        string root = $"{project.Directory}/build";
        if (!Sys.TryStat(root, out FileStat stat))
        {
            return;
        }

        if (!stat.IsDirectory)
        {
            findings.Add(LintCodes.BuildStrange.At(project.NameOf("build"), 0, $"it is a {stat.Describe()}", "remove it"));
            return;
        }

        string[] strays = [.. Directory.EnumerateFiles(root).Select(Path.GetFileName)
            .Where(static f => f![0] != '.' && !f.EndsWith(".preview.jpg", StringComparison.Ordinal)).Order(StringComparer.Ordinal)!];
        if (strays.Length > 0)
        {
            findings.Add(LintCodes.BuildStrange.At(project.NameOf($"build/{strays[0]}"),
                0, $"{CountWords.Of(strays.Length, "file lies", "files lie")}"
                    + " in build/ itself, as older programs left it; no data set takes that", "remove what lies there"));
        }

        foreach (ProjectBuildState build in ProjectBuilds.Read(repo, project))
        {
            LookAtBuild($"{root}/{build.Canvas}", project.NameOf($"build/{build.Canvas}"), build);
        }
    }

    private void LookAtBuild(string directory, string name, ProjectBuildState build)
    {
        if (build.Stale is { } why)
        {
            findings.Add(LintCodes.BuildStale.At(name, 0, why, $"`dls build {project.Name}`"));
        }

        if (!Sys.TryStat(directory, out FileStat stat) || !stat.IsDirectory)
        {
            return;
        }

        string[] alone = [.. Directory.EnumerateFiles(directory, "*.xml")
            .Where(static x => !File.Exists(Path.ChangeExtension(x, ".jpg"))).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        if (alone.Length > 0)
        {
            findings.Add(LintCodes.BuildStrange.At(
                $"{name}/{alone[0]}", 0, $"{CountWords.Of(alone.Length, "annotation has", "annotations have")}"
                    + " no image", "remove them; what dls builds has both"));
        }
    }

    [GeneratedRegex(@"\bpdb\s*\.\s*set_trace\s*\(|\bbreakpoint\s*\(|(?<![.\w])input\s*\(")]
    private static partial Regex Waiting();
}
