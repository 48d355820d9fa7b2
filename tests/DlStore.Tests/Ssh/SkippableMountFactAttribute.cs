namespace DlStore.Tests.Ssh;

/// <summary>A test that mounts a small disk; skipped, and so shown, where this user may not.</summary>
public sealed class SkippableMountFactAttribute : FactAttribute
{
    public SkippableMountFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "mounting a small disk needs root";
        }
    }
}
