using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Io;

namespace DlStore.Operations.Projects;

/// <summary>What the program of a project printed when its build failed last, kept below git's directory until it succeeds.</summary>
internal sealed class RecipeLog(Repo repo, PortableName project, Canvas canvas)
{
    private readonly string _file = $"{repo.StateDirectory}/logs/{project}-{canvas}.log";

    /// <summary>Moves the log of a failed run out of its private directory, and gives the failure with a word on where it lies.</summary>
    /// <param name="log">Absolute path of the log; it need not exist: then the program was not started.</param>
    /// <param name="failure">Why the build failed.</param>
    public DlsException Keep(string log, DlsException failure)
    {
        if (!File.Exists(log))
        {
            return failure;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        _ = AtomicFile.Rename(log, _file, replace: true);
        string prefix = repo.WorkTree + "/";
        string shown = _file.StartsWith(prefix, StringComparison.Ordinal) ? _file[prefix.Length..] : _file;
        string place = $"all that it printed is in {shown}";
        return new DlsException(failure.Kind, failure.Message, failure.Hint is null ? place : $"{failure.Hint}; {place}", failure)
        {
            Items = failure.Items,
        };
    }

    /// <summary>Removes the log of an earlier failure.</summary>
    public void Forget()
    {
        if (File.Exists(_file))
        {
            File.Delete(_file);
        }
    }
}
