using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Objects;

namespace DlStore.Operations.Projects;

/// <summary>How one built image came about.</summary>
/// <param name="Project">The project.</param>
/// <param name="Canvas">The canvas.</param>
/// <param name="Engine">The engine's fingerprint, or the digest of the program.</param>
/// <param name="Recipe">The recipe's digest.</param>
/// <param name="Image">The image's line of the build record.</param>
public sealed record ExplainedImage(string Project, string Canvas, string Engine, Oid Recipe, BuiltImage Image);

/// <summary><c>dls build explain IMAGE</c>: reads the record beside an image.</summary>
public static class BuildExplain
{
    /// <summary>Finds how an image was made.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A path of a built image, or its name, <c>close_12</c> or <c>close_12.jpg</c>.</param>
    /// <returns>One entry a canvas in which the image is built.</returns>
    /// <exception cref="DlsException">Kind Usage: no build has such an image.</exception>
    public static IReadOnlyList<ExplainedImage> Run(Repo repo, string typed)
    {
        string id = Path.GetFileNameWithoutExtension(typed.TrimEnd('/'));
        int underscore = id.LastIndexOf('_');
        List<ExplainedImage> found = [];
        if (underscore > 0 && PortableName.TryParse(id[..underscore], out PortableName name))
        {
            string builds = $"{repo.WorkTree}/{Project.Root}/{name}/build";
            string? onlyIn = typed.Contains('/', StringComparison.Ordinal) ? Path.GetFileName(Path.GetDirectoryName(typed)) : null;
            foreach (string directory in Directory.Exists(builds) ? Directory.GetDirectories(builds) : [])
            {
                bool isWanted = Path.GetFileName(directory)[0] != '.' && (onlyIn is null || Path.GetFileName(directory) == onlyIn);
                if (isWanted
                    && BuildRecord.Find(directory, directory) is { } record && record.Images.FirstOrDefault(i => i.Id == id) is { } image)
                {
                    found.Add(
                        new ExplainedImage(record.Header.Project, record.Header.Canvas, record.Header.Engine, record.Header.Recipe, image));
                }
            }
        }

        return found.Count > 0
            ? [.. found.OrderBy(static f => f.Canvas, StringComparer.Ordinal)]
            : throw new DlsException(ErrorKind.Usage, $"explain '{typed}': no build has such an image",
                "name a file of projects/NAME/build/CANVAS/, or its name, as in close_12");
    }
}
