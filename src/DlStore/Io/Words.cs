namespace DlStore.Io;

/// <summary>Finds the member of a closed set of words.</summary>
internal static class Words
{
    /// <summary>Finds the member that a word stands for.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="name">Gives a member's word.</param>
    /// <returns>The member, or null if none has that word.</returns>
    public static T? Find<T>(string text, Func<T, string> name)
        where T : struct, Enum
    {
        foreach (T member in Enum.GetValues<T>())
        {
            if (name(member) == text)
            {
                return member;
            }
        }

        return null;
    }
}
