using DlStore.Git;
using DlStore.Ignoring;

namespace DlStore.Operations.Setup;

/// <summary>The <c>.dlsignore</c> that <c>dls init</c> writes: what operating systems and editors leave behind.</summary>
internal static class IgnoreDefaults
{
    /// <summary>The whole file.</summary>
    public const string Text = """
        # What `dls add` leaves out of directories, by the rules of .gitignore; an empty file leaves nothing out.
        .DS_Store
        Thumbs.db
        desktop.ini
        .ipynb_checkpoints/
        __pycache__/
        *.swp
        ~$*

        """;

    /// <summary>Writes it where there is none, neither here nor in what git has.</summary>
    /// <returns>True if it was written.</returns>
    public static bool Write(Repo repo)
    {
        if (repo.Files.TryStat(IgnoreFile.Name, out _) || CommittedText.ReadUnlessDeleted(repo.Git, IgnoreFile.Name).Bytes is not null)
        {
            return false;
        }

        repo.Files.Write(IgnoreFile.Name, Text);
        return true;
    }
}
