using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>A test that makes computers of network namespaces; skipped, and so shown, where this user or kernel may not.</summary>
public sealed class SkippableHostsFactAttribute : FactAttribute
{
    public SkippableHostsFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess || !IsolatedHost.IsPossible)
        {
            Skip = "network namespaces need root, a kernel that allows them, iproute2 and python3";
        }
    }
}
