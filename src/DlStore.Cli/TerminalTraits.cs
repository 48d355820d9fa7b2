namespace DlStore.Cli;

/// <summary>What the two output streams are.</summary>
/// <param name="OutputIsTerminal">Standard output is read by a person.</param>
/// <param name="TalkIsTerminal">Standard error is read by a person.</param>
/// <param name="Colour">Neither NO_COLOR nor a dumb terminal forbids colour.</param>
/// <param name="Columns">Asks the current width; 0 means unknown.</param>
internal sealed record TerminalTraits(bool OutputIsTerminal, bool TalkIsTerminal, bool Colour, Func<int> Columns);
