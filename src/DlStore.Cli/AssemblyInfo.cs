using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DlStore.Cli.Tests")]
