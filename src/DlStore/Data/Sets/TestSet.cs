using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Sets;

/// <summary>
/// <c>testsets/NAME.yaml</c>: what a set of test images is for. The images lie beside it in VOC layout, managed by a pointer: they are not
/// reproducible, so they are kept, and
/// the truth of each with where it came from is in its annotation. docs/formats/test-set.md.
/// </summary>
/// <param name="Name">The test set.</param>
/// <param name="Description">For people; may be empty.</param>
public sealed record TestSet(PortableName Name, string Description)
{
    /// <summary>The directory of all test sets, from the top of the work tree.</summary>
    public const string Root = "testsets";

    /// <summary>Gets the directory of the images, from the top of the work tree.</summary>
    public string Path => $"{Root}/{Name}";

    /// <summary>Gives the file of a test set as messages name it.</summary>
    /// <param name="name">The test set.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string FileOf(PortableName name) => $"{Root}/{name}.yaml";

    /// <summary>Lists the test sets of a work tree.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <returns>Their names, sorted.</returns>
    public static IReadOnlyList<PortableName> List(string workTree) => NamedFiles.List($"{workTree}/{Root}", ".yaml");

    /// <summary>Reads a test set's file.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="name">The test set.</param>
    /// <returns>The test set, or null if there is none.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be used; the line is named.</exception>
    public static TestSet? Find(string workTree, PortableName name)
    {
        string file = FileOf(name);
        if (SmallFile.Find($"{workTree}/{file}", file, SafeYaml.LengthMax) is not { } bytes)
        {
            return null;
        }

        YamlNode yaml = SafeYaml.Parse(bytes, file);
        yaml.RequireOnly("description");
        return new TestSet(name, yaml.Find("description")?.RequireText() ?? "");
    }

    /// <summary>Gives the bytes of the file.</summary>
    /// <returns>YAML.</returns>
    public byte[] ToBytes()
    {
        string quoted = Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"description: \"{quoted}\"\n");
    }
}
