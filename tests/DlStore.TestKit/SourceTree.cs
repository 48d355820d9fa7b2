namespace DlStore.TestKit;

/// <summary>The checkout that the tests were built from.</summary>
public static class SourceTree
{
    /// <summary>Gets its absolute path.</summary>
    public static string Root { get; } = Find();

    /// <summary>Gives the absolute path of something in it.</summary>
    /// <param name="relative">With slashes: <c>docs/cli.md</c>.</param>
    public static string At(string relative) => Path.Combine(Root, relative);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "DlStore.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException("there is no DlStore.sln above the tests");
    }
}
