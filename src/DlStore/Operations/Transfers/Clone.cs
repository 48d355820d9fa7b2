using DlStore.Git;

namespace DlStore.Operations.Transfers;

/// <summary>The git part of <c>dls clone</c>; a pull in the new directory is the rest.</summary>
public static class Clone
{
    /// <summary>Clones with git.</summary>
    /// <param name="address">As git takes it.</param>
    /// <param name="directory">The new directory as typed; null for the name that git would choose.</param>
    /// <param name="quiet">Git says errors only.</param>
    /// <param name="start">Where typed paths start; absolute.</param>
    /// <param name="environment">The user's environment.</param>
    /// <returns>The directory, as typed or chosen.</returns>
    /// <exception cref="DlsException">Kind Usage: the URL gives no name. Kind Failed: git failed, and has said why.</exception>
    public static string Run(
        string address, string? directory, bool quiet, string start, IReadOnlyDictionary<string, string> environment)
    {
        string chosen = directory ?? GitClone.DirectoryOf(address);
        if (chosen.Length == 0)
        {
            throw new DlsException(ErrorKind.Usage, "clone: nothing in the URL can be the name of the new directory",
                "give one: dls clone URL DIR");
        }

        GitClone.Run(address, chosen, quiet, start, environment);
        return chosen;
    }
}
