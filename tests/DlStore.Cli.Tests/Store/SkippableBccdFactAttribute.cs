namespace DlStore.Cli.Tests.Store;

/// <summary>
/// A test on real images, which lie beside the checkout on some machines (DLS_BCCD, or shared/data/bccd above the tests); skipped, and so
/// shown, elsewhere.
/// </summary>
public sealed class SkippableBccdFactAttribute : FactAttribute
{
    public SkippableBccdFactAttribute()
    {
        if (Find() is null)
        {
            Skip = "there is no shared/data/bccd above the checkout; DLS_BCCD names another place";
        }
    }

    /// <summary>Finds the directory, or null.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DLS_BCCD") is { Length: > 0 } given)
        {
            return given;
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "data", "bccd");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
