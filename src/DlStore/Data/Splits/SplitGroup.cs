using DlStore.Data.Annotations;

namespace DlStore.Data.Splits;

/// <summary>Images of one unit that stay together.</summary>
internal sealed class SplitGroup(string unit, string name)
{
    public string Unit => unit;

    /// <summary>Gets or sets the name that orders it: the smallest of the groups that were joined in it.</summary>
    public string Name { get; set; } = name;

    /// <summary>Gets the positions of its images.</summary>
    public List<int> Items { get; } = [];

    public bool HasGenerated { get; set; }

    public SplitSide Side { get; set; }
}
