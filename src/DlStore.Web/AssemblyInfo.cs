using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DlStore.Web.Tests")]
