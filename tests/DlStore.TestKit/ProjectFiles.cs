using System.Text;

namespace DlStore.TestKit;

/// <summary>Writes projects, data set files and labelled sets as people do: plain files, no command of dls.</summary>
public static class ProjectFiles
{
    /// <summary>A recipe of few, small images, for tests where their number does not matter.</summary>
    public const string Small = "count: 3\nrecipe: [{brightness: 0.4}]\n";

    /// <summary>Writes <c>projects/NAME/master/image.jpg</c> and <c>project.yaml</c>.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="repo">The repository in it.</param>
    /// <param name="name">The project.</param>
    /// <param name="seed">Another number is another picture.</param>
    /// <param name="yaml">The text of project.yaml; none is written if it is empty.</param>
    /// <param name="width">Columns of the master.</param>
    /// <param name="height">Rows of the master.</param>
    public static void Write(Scene scene, string repo, string name, int seed = 1, string yaml = Small, int width = 16, int height = 16)
    {
        scene.Write($"{repo}/projects/{name}/master/image.jpg", Drawn.Jpeg(width, height, seed));
        if (yaml.Length > 0)
        {
            scene.Write($"{repo}/projects/{name}/project.yaml", yaml);
        }
    }

    /// <summary>Writes a project whose images a shell script makes; the script is <c>data_augmentation/daug.sh</c>.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="repo">The repository in it.</param>
    /// <param name="name">The project.</param>
    /// <param name="script">Everything after the line <c>#!/bin/sh</c>.</param>
    /// <param name="more">More lines of project.yaml.</param>
    public static void WriteProgram(Scene scene, string repo, string name, string script, string more = "")
    {
        Write(scene, repo, name, yaml: $"recipe:\n  program: [data_augmentation/daug.sh]\n{more}");
        WriteScript(scene, repo, name, script);
    }

    /// <summary>Writes the script alone.</summary>
    public static void WriteScript(Scene scene, string repo, string name, string script)
    {
        string file = scene.Write($"{repo}/projects/{name}/data_augmentation/daug.sh", script.StartsWith("#!", StringComparison.Ordinal)
            ? script : "#!/bin/sh\n" + script);
        File.SetUnixFileMode(file, (UnixFileMode)0x1ED);
    }

    /// <summary>Makes the system look like one that gives programs no file system of their own: what they write outside stays.</summary>
    public static void RefuseUnshare(Scene scene)
    {
        string refusing = scene.Write("refusing/unshare", "#!/bin/sh\necho 'unshare: Operation not permitted' >&2\nexit 1\n");
        File.SetUnixFileMode(refusing, (UnixFileMode)0x1ED);
        scene.Environment["PATH"] = $"{scene.At("refusing")}:{scene.Environment["PATH"]}";
    }

    /// <summary>Gives a VOC annotation.</summary>
    public static string Annotation(
        string fileName, int width, int height, params (string Label, int XMin, int YMin, int XMax, int YMax)[] objects)
    {
        StringBuilder text = new($"<annotation>\n\t<folder>x</folder>\n\t<filename>{fileName}</filename>\n\t<size><width>{width}"
            + $"</width><height>{height}</height><depth>3</depth></size>\n\t<segmented>0</segmented>\n");
        foreach ((string label, int xMin, int yMin, int xMax, int yMax) in objects)
        {
            text.Append($"\t<object><name>{label}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>\n")
                .Append($"\t\t<bndbox><xmin>{xMin}</xmin><ymin>{yMin}</ymin><xmax>{xMax}</xmax><ymax>{yMax}</ymax></bndbox></object>\n");
        }

        return text.Append("</annotation>\n").ToString();
    }

    /// <summary>Writes a labelled set in VOC layout: images <c>PREFIX_0</c> and so on, each with one box; without lists.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="directory">The directory that gets Annotations and JPEGImages.</param>
    /// <param name="prefix">Of the names.</param>
    /// <param name="count">How many images.</param>
    /// <param name="label">The class of all boxes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="seed">Of the first picture.</param>
    public static void WriteVoc(
        Scene scene, string directory, string prefix, int count, string label, int width = 16, int height = 16, int seed = 1000)
    {
        for (int i = 0; i < count; i++)
        {
            scene.Write($"{directory}/JPEGImages/{prefix}_{i}.jpg", Drawn.Jpeg(width, height, seed + i));
            scene.Write($"{directory}/Annotations/{prefix}_{i}.xml", Annotation($"{prefix}_{i}.jpg", width, height, (label, 2, 2, 12, 12)));
        }
    }

    /// <summary>Writes the lists of a set in VOC layout.</summary>
    public static void WriteLists(Scene scene, string directory, params (string List, string[] Ids)[] lists)
    {
        foreach ((string list, string[] ids) in lists)
        {
            scene.Write($"{directory}/ImageSets/Main/{list}.txt", string.Concat(ids.Select(static id => id + "\n")));
        }
    }
}
