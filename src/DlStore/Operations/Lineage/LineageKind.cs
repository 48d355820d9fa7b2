using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Operations.Lineage;

/// <summary>What a thing is that lineage knows.</summary>
[JsonConverter(typeof(LineageKindJson))]
public enum LineageKind
{
    /// <summary>Bytes of which no record says more.</summary>
    Object,

    /// <summary>Weights.</summary>
    Weights,

    /// <summary>The weights that an attempt started from.</summary>
    InitialWeights,

    /// <summary>Something that was sent to an attempt.</summary>
    Input,

    /// <summary>A task.</summary>
    Task,

    /// <summary>An attempt of a task.</summary>
    Attempt,

    /// <summary>A source tree.</summary>
    Source,

    /// <summary>A version of a data set for one canvas.</summary>
    Dataset,

    /// <summary>A project.</summary>
    Project,

    /// <summary>Images that no project made.</summary>
    RealImages,

    /// <summary>A master of a project.</summary>
    Master,

    /// <summary>The annotation of a master.</summary>
    Annotation,

    /// <summary>A test set.</summary>
    TestSet,

    /// <summary>A target.</summary>
    Target,
}

/// <summary>The words that people and JSON have for it.</summary>
public static class LineageKinds
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>attempt</c>.</returns>
    public static string Name(LineageKind value) => value switch
    {
        LineageKind.Object => "object",
        LineageKind.Weights => "weights",
        LineageKind.InitialWeights => "initial weights",
        LineageKind.Input => "input",
        LineageKind.Task => "task",
        LineageKind.Attempt => "attempt",
        LineageKind.Source => "source",
        LineageKind.Dataset => "dataset",
        LineageKind.Project => "project",
        LineageKind.RealImages => "real images",
        LineageKind.Master => "master",
        LineageKind.Annotation => "annotation",
        LineageKind.TestSet => "test set",
        LineageKind.Target => "target",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class LineageKindJson() : WordJson<LineageKind>("kind of thing that lineage knows", LineageKinds.Name);
