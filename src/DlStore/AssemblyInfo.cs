using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DlStore.Tests")]
[assembly: InternalsVisibleTo("DlStore.TestKit")]
