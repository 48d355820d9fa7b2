using System.Text;
using DlStore.Objects;
using DlStore.Tests.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore.Tests.WorkTree.Merges;

/// <summary>
/// Trees from lists of paths, and what a merge makes of them. A path is followed by its content; <c>+x</c> and <c>-></c> before the
/// content stand for an executable file and a symlink.
/// </summary>
internal sealed class MergeTrees
{
    public TreeStock Stock { get; } = new();

    public PathEntry Tree(params string[] pathsAndContents)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        for (int i = 0; i < pathsAndContents.Length; i += 2)
        {
            files[pathsAndContents[i]] = pathsAndContents[i + 1];
        }

        return Tree(files);
    }

    public PathEntry Tree(IReadOnlyDictionary<string, string> files)
    {
        TreeWriter writer = new(Stock.Put);
        foreach (IGrouping<string, KeyValuePair<string, string>> name in files.GroupBy(static f => f.Key.Split('/')[0])
            .OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            PathEntry entry = files.TryGetValue(name.Key, out string? content)
                ? Leaf(content)
                : Tree(name.ToDictionary(f => f.Key[(name.Key.Length + 1)..], static f => f.Value));
            writer.Add(Encoding.UTF8.GetBytes(name.Key), entry.Mode, entry.Size, entry.Oid, entry.Files);
        }

        return PathEntry.OfDirectory(writer.Finish());
    }

    public static PathEntry Leaf(string content)
    {
        string plain = content.StartsWith("+x", StringComparison.Ordinal) || content.StartsWith("->", StringComparison.Ordinal)
            ? content[2..] : content;
        TreeMode mode = content.StartsWith("+x", StringComparison.Ordinal) ? TreeMode.Executable
            : content.StartsWith("->", StringComparison.Ordinal) ? TreeMode.Symlink : TreeMode.File;
        return new PathEntry(mode, TreeStock.OidOf(plain), plain.Length, 1);
    }

    public TreeMergePlan Plan(PathEntry before, PathEntry ours, PathEntry theirs) => TreeMergePlan.Of(Stock.Read, before, ours, theirs);

    public PathEntry Write(TreeMergePlan plan, KeptSide kept = KeptSide.Ours) => plan.Write(Stock.Put, _ => kept);

    /// <summary>Merges both ways around, asserts that they agree, and gives what clashes; nothing clashing, the tree has to be this one.</summary>
    public void AssertMerges(PathEntry before, PathEntry ours, PathEntry theirs, PathEntry expected)
    {
        TreeMergePlan plan = Plan(before, ours, theirs);
        TreeMergePlan other = Plan(before, theirs, ours);

        Assert.Equal("", string.Join('\n', plan.Clashes.Select(static c => $"{c.Path}: {c.Describe()}")));
        Assert.Empty(other.Clashes);
        Assert.Equal(expected, Write(plan));
        Assert.Equal(expected, Write(other));
    }

    /// <summary>Asserts which paths clash, both ways around, and gives the plan.</summary>
    public TreeMergePlan AssertClashes(PathEntry before, PathEntry ours, PathEntry theirs, params string[] paths)
    {
        TreeMergePlan plan = Plan(before, ours, theirs);
        Assert.Equal(paths, plan.Clashes.Select(static c => c.Path));
        Assert.Equal(paths, Plan(before, theirs, ours).Clashes.Select(static c => c.Path));
        return plan;
    }
}
