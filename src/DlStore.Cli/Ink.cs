namespace DlStore.Cli;

/// <summary>The colours dls uses, by meaning; only a terminal without NO_COLOR shows them.</summary>
internal enum Ink
{
    Plain,
    Good,
    Changed,
    Bad,
    Dim,
    Strong,
}
