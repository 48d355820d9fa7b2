namespace DlStore.Tests.Data;

/// <summary>
/// A test on real data that lies beside the checkout on some machines (DLS_SHARED_DATA, or shared/data above the tests); skipped, and so
/// shown, elsewhere.
/// </summary>
public sealed class SkippableSharedFactAttribute : FactAttribute
{
    public SkippableSharedFactAttribute()
    {
        if (Find() is null)
        {
            Skip = "there is no shared/data above the checkout; DLS_SHARED_DATA names another place";
        }
    }

    /// <summary>Finds the directory, or null.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DLS_SHARED_DATA") is { Length: > 0 } given)
        {
            return given;
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(Path.Combine(candidate, "bccd")))
            {
                return candidate;
            }
        }

        return null;
    }
}
