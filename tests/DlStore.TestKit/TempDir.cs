namespace DlStore.TestKit;

/// <summary>A directory of one test; removed with everything in it, also what the test made unreadable.</summary>
public sealed class TempDir : IDisposable
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string Memory = "/dev/shm";
    private const long MemoryMin = 2L << 30;

    // In memory where there is enough: each test syncs, and a sync waits for whatever else the disk has to write. What the tests assert
    // does not depend on the disk;
    // those that need a file system of a kind mount one.
    private static readonly string _root =
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= MemoryMin ? Memory : System.IO.Path.GetTempPath();

    /// <summary>Makes a directory in memory, or where temporary files belong.</summary>
    public TempDir()
        : this(_root)
    {
    }

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
            Remove();
        }
    }

    public override string ToString() => Path;

    private void Remove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Names that are not UTF-8 are beyond .NET.
            System.Diagnostics.Process.Start("rm", ["-rf", "--", Path]).WaitForExit();
        }
    }

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
