namespace DlStore.Data.Names;

/// <summary>Lists things that are files of one directory: data sets, test sets.</summary>
internal static class NamedFiles
{
    /// <summary>Lists the names; files whose name is not portable are not such things.</summary>
    /// <param name="directory">Absolute path; need not exist.</param>
    /// <param name="extension">With its dot.</param>
    /// <returns>The names without the extension, sorted.</returns>
    public static IReadOnlyList<PortableName> List(string directory, string extension)
    {
        List<PortableName> found = [];
        foreach (string file in Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*" + extension) : [])
        {
            if (PortableName.TryParse(Path.GetFileNameWithoutExtension(file), out PortableName name))
            {
                found.Add(name);
            }
        }

        found.Sort();
        return found;
    }
}
