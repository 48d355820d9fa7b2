namespace DlStore.Cli;

/// <summary>The version of this build, as Directory.Build.props names it.</summary>
internal static class ProductVersion
{
    public static string Text => typeof(ProductVersion).Assembly.GetName().Version!.ToString(fieldCount: 3);

    public static string Line => "dls " + Text;
}
