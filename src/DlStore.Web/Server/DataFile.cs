using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Operations.Datasets;

namespace DlStore.Web.Server;

/// <summary>Reads a picture of a data set from the work tree, and nothing else.</summary>
internal static class DataFile
{
    private const int LengthMax = 64 << 20;

    /// <summary>Copies a master of a project.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">From the top of the work tree.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <exception cref="DlsException">Kind Usage: it is no such path. Kind Missing: it is not there.</exception>
    public static void CopyMaster(Repo repo, string path, Stream output)
    {
        if (!RelPath.TryParse(path, out RelPath relative, out string? why) || path.Split('/') is not [Project.Root, _, "master", _])
        {
            throw new DlsException(ErrorKind.Usage, $"show a master: {why ?? "it lies in no project"}");
        }

        output.Write(SmallFile.Find($"{repo.WorkTree}/{relative}", relative.Value, LengthMax)
            ?? throw new DlsException(ErrorKind.Missing, $"show '{relative}': it is not here", $"run `dls pull {relative}`"));
    }

    /// <summary>Copies a file of a data set.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="set">The data set.</param>
    /// <param name="canvas">The canvas.</param>
    /// <param name="path">From the directory that readers open.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <exception cref="DlsException">Kind Usage: it leads out of the directory. Kind Missing: it is not there.</exception>
    public static void Copy(Repo repo, string set, string canvas, string path, Stream output)
    {
        if (!RelPath.TryParse(path, out RelPath relative, out string? why))
        {
            throw new DlsException(ErrorKind.Usage, $"show a file of data set '{set}': {why}");
        }

        string root = DatasetItems.RootOf(repo, set, canvas);
        byte[] bytes = SmallFile.Find($"{root}/{relative}", relative.Value, LengthMax)
            ?? throw new DlsException(
                ErrorKind.Missing, $"show '{relative}' of data set '{set}': it is not here", $"run `dls pull datasets/{set}`");
        output.Write(bytes);
    }
}
