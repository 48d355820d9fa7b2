using System.Text;
using DlStore.Ssh;

namespace DlStore.Targets;

/// <summary>
/// The scripts that run on a target, <c>Scripts/*.sh</c>: everything that dls does there. They are files of their own so that people can
/// read them and shells can check them; each is sent with <c>home.sh</c> before it, and with <c>common.sh</c> unless the home may be
/// missing.
/// </summary>
internal static class TargetScript
{
    /// <summary>Gets the names of the scripts.</summary>
    public static IReadOnlyList<string> Names { get; } = ["check", "read", "probe", "stage", "switch", "drop", "unlock"];

    /// <summary>Makes a script ready to run.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="what">What it does, for messages: a verb and its object.</param>
    /// <param name="home">The target's home.</param>
    /// <param name="arguments">What follows the home.</param>
    /// <returns>The script.</returns>
    public static HostScript Make(string name, string what, string home, params IReadOnlyList<string> arguments) => new(
        Text(name), [home, .. arguments])
    { What = what };

    /// <summary>Gives the text of a script.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>What they have in common, then its own.</returns>
    public static string Text(string name) => Read("home") + (name == "check" ? "" : Read("common")) + Read(name);

    private static string Read(string name)
    {
        using Stream stream = typeof(TargetScript).Assembly.GetManifestResourceStream($"Targets/Scripts/{name}.sh")
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, "no such script");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
