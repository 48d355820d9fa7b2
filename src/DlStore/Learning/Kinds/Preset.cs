namespace DlStore.Learning.Kinds;

/// <summary>
/// The presets that come with dls: what is known of widespread training programs, as YAML in the keys of a kind (docs/formats/metrics.md).
/// A kind names one and overrides what differs;
/// nothing else in the library knows a training program by name.
/// </summary>
public static class Preset
{
    private const string Prefix = "preset/";

    /// <summary>Gets the names, sorted ordinally.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(Preset).Assembly.GetManifestResourceNames().Where(static n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Reads a preset.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>Its YAML, for <see cref="Data.Texts.SafeYaml"/>.</returns>
    /// <exception cref="DlsException">Kind Failed: there is none of that name; the hint lists them.</exception>
    public static byte[] Read(string name)
    {
        using Stream? resource = Names.Contains(name) ? typeof(Preset).Assembly.GetManifestResourceStream(Prefix + name) : null;
        if (resource is null)
        {
            string shown = Io.EntryName.Show(System.Text.Encoding.UTF8.GetBytes(name));
            throw new DlsException(
                ErrorKind.Failed, $"use preset '{shown}': there is no such preset", $"presets are {string.Join(", ", Names)}");
        }

        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
