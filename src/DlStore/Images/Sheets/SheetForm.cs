using System.Text;
using DlStore.Io;

namespace DlStore.Images.Sheets;

/// <summary>The form of file in which a contact sheet is written.</summary>
internal enum SheetForm
{
    /// <summary>JPEG.</summary>
    Jpeg,
    /// <summary>PNG.</summary>
    Png,
}

/// <summary>Which form a file has by its name.</summary>
internal static class SheetForms
{
    /// <summary>Tells the form of the file that a sheet shall be written to.</summary>
    /// <param name="file">Its name, as typed.</param>
    /// <exception cref="DlsException">Kind Usage: the name is that of no form that is written.</exception>
    public static SheetForm Of(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" => SheetForm.Jpeg,
        ".png" => SheetForm.Png,
        _ => throw new DlsException(
            ErrorKind.Usage, $"write contact sheet '{EntryName.Show(Encoding.UTF8.GetBytes(file))}': its name does not say in which form",
            "end the name with .jpg, .jpeg or .png"),
    };
}
