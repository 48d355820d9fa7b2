using DlStore.Io;

namespace DlStore.Lineage;

/// <summary>What an object is to an attempt. The first five are made by it, the others are what it used.</summary>
internal enum ArtifactRole
{
    /// <summary>The weights that count.</summary>
    Weight,

    /// <summary>A version of the best weights.</summary>
    Best,

    /// <summary>A file that came home.</summary>
    Output,

    /// <summary>The tree of all that came home.</summary>
    Outputs,

    /// <summary>The log.</summary>
    Log,

    /// <summary>A source tree.</summary>
    Source,

    /// <summary>The data set's tree, all canvases.</summary>
    Data,

    /// <summary>The data set as it was sent.</summary>
    View,

    /// <summary>The test set.</summary>
    TestSet,

    /// <summary>The weights that it started from.</summary>
    Initial,

    /// <summary>Something else that was sent.</summary>
    Input,
}

/// <summary>The words that the index and people have for it.</summary>
internal static class ArtifactRoles
{
    /// <summary>Gives the word.</summary>
    public static string Name(ArtifactRole value) => value switch
    {
        ArtifactRole.Weight => "weight",
        ArtifactRole.Best => "best",
        ArtifactRole.Output => "output",
        ArtifactRole.Outputs => "outputs",
        ArtifactRole.Log => "log",
        ArtifactRole.Source => "source",
        ArtifactRole.Data => "data",
        ArtifactRole.View => "view",
        ArtifactRole.TestSet => "testset",
        ArtifactRole.Initial => "initial",
        ArtifactRole.Input => "input",
    };

    /// <summary>Reads the word as the index has it.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the index has another word there.</exception>
    public static ArtifactRole Parse(string word) => Words.Find<ArtifactRole>(word, Name) ?? throw new DlsException(
        ErrorKind.Corrupt, $"read the index: '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(word))}' is no role of an object",
        "`dls index rebuild` makes it anew");
}
