using System.Text;
using DlStore.Io;

namespace DlStore;

/// <summary>What a checkout makes of large files: <c>dls.link</c> of a clone's or a user's own configuration.</summary>
public enum LinkMode
{
    /// <summary>Copies of their own, by reflink where the file system has it. A program may write to them.</summary>
    None,

    /// <summary>Hard links of the store's sealed, read-only objects: no second copy on the disk.</summary>
    Hard,
}

/// <summary>The words for them.</summary>
internal static class LinkModes
{
    /// <summary>The key of git's configuration, as git writes it.</summary>
    public const string Key = "dls.link";

    public static string Name(LinkMode mode) => mode == LinkMode.Hard ? "hard" : "none";

    /// <summary>Says why a value cannot be set; null if it can.</summary>
    public static string? WhyRefused(string value) => Words.Find<LinkMode>(value, Name) is null ? "it is neither none nor hard" : null;

    /// <summary>Refuses a value that reading would refuse later.</summary>
    public static void Require(string? value)
    {
        if (value is not null && WhyRefused(value) is { } why)
        {
            throw new DlsException(ErrorKind.Usage, $"set '{Key}' to '{EntryName.Show(Encoding.UTF8.GetBytes(value))}': {why}",
                $"run `dls config {Key} hard`");
        }
    }

    /// <summary>Reads what is configured.</summary>
    public static LinkMode Read(string value) => Words.Find<LinkMode>(value, Name) ?? throw new DlsException(
        ErrorKind.Failed, $"read git's configuration: '{Key}' is '{EntryName.Show(Encoding.UTF8.GetBytes(value))}': {WhyRefused(value)}",
        $"run `git config {Key} none`");
}
