using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

[assembly: InternalsVisibleTo("DlStore.Cli.Tests")]
[assembly: SupportedOSPlatform("linux")]
