using System.Text.RegularExpressions;
using DlStore.Data.Texts;

namespace DlStore.Learning.Logs;

/// <summary>
/// A line that must not come: matched by awk on the host, so that nobody need be connected, and by <see cref="LogReader"/>; both give the
/// same verdict. docs/formats/metrics.md.
/// </summary>
public sealed class StopRule
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private readonly Regex _regex;
    private readonly Regex? _unless;

    private StopRule(string name, string match, StopAction action, int count, string? unless)
    {
        Name = name;
        Match = match;
        Action = action;
        Count = count;
        Unless = unless;
        _regex = new Regex(match, Options);
        _unless = unless is null ? null : new Regex(unless, Options);
    }

    /// <summary>Gets the name, which is also the kind of its events: lower-case letters, digits and <c>-</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the expression, in the part of POSIX ERE that every awk and .NET agree on, for lines in lower case.</summary>
    public string Match { get; }

    /// <summary>Gets the expression of lines that do not count although they match, in the same language; or null.</summary>
    public string? Unless { get; }

    /// <summary>Gets what to do.</summary>
    public StopAction Action { get; }

    /// <summary>Gets how many lines must match before it is done, 1 to 1,000,000.</summary>
    public int Count { get; }

    /// <summary>Makes a rule.</summary>
    /// <param name="name">1 to 40 lower-case letters, digits and <c>-</c>; not <c>best</c>.</param>
    /// <param name="match">The expression; see <see cref="Match"/>.</param>
    /// <param name="action">What to do.</param>
    /// <param name="count">From 1.</param>
    /// <param name="unless">See <see cref="Unless"/>.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="DlsException">Kind Failed: name or expression cannot be used; the message says why.</exception>
    public static StopRule Create(
        string name, string match, StopAction action = StopAction.Stop, int count = 1, string? unless = null)
    {
        string? why = name.Length is 0 or > 40
            || !name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || name is LogEventKind.Best
            ? "a name is 1 to 40 lower-case letters, digits and '-', and not 'best'"
            : HostPattern.WhyRefused(match) ?? (unless is null ? null : HostPattern.WhyRefused(unless));
        return why is null
            ? new StopRule(name, match, action, count, unless)
            : throw new DlsException(
                ErrorKind.Failed, $"use stop rule '{Io.EntryName.Show(System.Text.Encoding.UTF8.GetBytes(name))}': {why}",
                "`dls help metrics` describes stop rules");
    }

    /// <summary>
    /// Reads a rule of a kind or preset: keys <c>name</c>, <c>match</c>, <c>unless</c>, <c>action</c> (<c>stop</c> or <c>warn</c>),
    /// <c>count</c>.
    /// </summary>
    /// <param name="node">The mapping.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="DlsException">Kind Failed: a key is missing, unknown or bad; file and line are named.</exception>
    public static StopRule Read(YamlNode node)
    {
        node.RequireOnly("name", "match", "unless", "action", "count");
        YamlNode name = node.Find("name") ?? throw node.Bad("a stop rule needs a name");
        YamlNode match = node.Find("match") ?? throw node.Bad("a stop rule needs 'match'");
        StopAction action = node.Find("action") is not { } given ? StopAction.Stop
            : StopActions.Find(given.Text ?? "") ?? throw given.Bad("'action' is stop or warn");
        int count = (int)(node.Find("count")?.RequireNumber(1, 1_000_000) ?? 1);
        (string called, string expression, string? unless) = (name.RequireText(), match.RequireText(), node.Find("unless")?.RequireText());
        try
        {
            return Create(called, expression, action, count, unless);
        }
        catch (DlsException e)
        {
            throw match.Bad(e.Message);
        }
    }

    /// <summary>Tells whether a line matches.</summary>
    /// <param name="lowerCase">The line, its ASCII letters turned into lower case, as awk's <c>tolower</c> does in the C locale.</param>
    internal bool IsMatch(string lowerCase) => _regex.IsMatch(lowerCase) && _unless?.IsMatch(lowerCase) != true;
}
