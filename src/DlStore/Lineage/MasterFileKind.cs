using DlStore.Io;

namespace DlStore.Lineage;

/// <summary>What a file in a project's master directory is.</summary>
internal enum MasterFileKind
{
    /// <summary>A picture.</summary>
    Master,

    /// <summary>What is in one.</summary>
    Annotation,
}

/// <summary>The words that the index has for it.</summary>
internal static class MasterFileKinds
{
    /// <summary>Gives the word.</summary>
    public static string Name(MasterFileKind value) => value switch
    {
        MasterFileKind.Master => "master",
        MasterFileKind.Annotation => "annotation",
    };

    /// <summary>Reads the word as the index has it.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the index has another word there.</exception>
    public static MasterFileKind Parse(string word) => Words.Find<MasterFileKind>(word, Name) ?? throw new DlsException(
        ErrorKind.Corrupt, $"read the index: '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(word))}' is no file of a master directory",
        "`dls index rebuild` makes it anew");
}
