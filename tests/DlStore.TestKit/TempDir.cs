namespace DlStore.TestKit;

/// <summary>A directory of one test; removed with everything in it, also what the test made unreadable.</summary>
public sealed class TempDir : IDisposable
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public TempDir() => Path = Directory.CreateTempSubdirectory("dls-test-").FullName;

    /// <summary>Makes a directory below another one.</summary>
    public TempDir(string parent) => Path = Directory.CreateDirectory($"{parent}/dls-test-{Guid.NewGuid():N}").FullName;

    /// <summary>Gets the absolute path, no trailing slash.</summary>
    public string Path { get; }

    /// <summary>Gives the path of something inside.</summary>
    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Makes a directory inside, with its parents.</summary>
    public string MakeDirectory(string relative) => Directory.CreateDirectory(At(relative)).FullName;

    /// <summary>Writes a file inside, with its parents.</summary>
    public string Write(string relative, string text) => Write(relative, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file inside, with its parents.</summary>
    public string Write(string relative, byte[] bytes)
    {
        string file = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Open(new DirectoryInfo(Path));
            Directory.Delete(Path, recursive: true);
        }
    }

    public override string ToString() => Path;

    // Files need no rights of their own to be removed; their directories do. Links are not followed.
    private static void Open(DirectoryInfo directory)
    {
        File.SetUnixFileMode(directory.FullName, OwnerAll);
        foreach (DirectoryInfo below in directory.EnumerateDirectories())
        {
            if (below.LinkTarget is null)
            {
                Open(below);
            }
        }
    }
}
