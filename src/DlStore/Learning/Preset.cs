namespace DlStore.Learning;

/// <summary>The kinds that come with dls.</summary>
internal static class Preset
{
    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = [];

    /// <summary>Reads a preset.</summary>
    public static byte[] Read(string name) => throw new ArgumentOutOfRangeException(nameof(name));
}
