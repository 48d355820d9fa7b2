namespace DlStore.Io;

/// <summary>
/// Permission bits of files, as <c>chmod</c> counts them in octal; C# has no octal numbers. What is made for the user's eyes loses what the
/// umask forbids.
/// </summary>
internal static class Permissions
{
    /// <summary>0777: a directory.</summary>
    public const uint Directory = 0x1FF;

    /// <summary>0755: a program that others may run.</summary>
    public const uint Program = 0x1ED;

    /// <summary>0666: a file of the user.</summary>
    public const uint UserFile = 0x1B6;

    /// <summary>0644: a file that only its owner writes.</summary>
    public const uint File = 0x1A4;

    /// <summary>0600: a file that only its owner sees.</summary>
    public const uint Private = 0x180;

    /// <summary>0444: a file that nobody writes again, such as a pack.</summary>
    public const uint ReadOnly = 0x124;

    /// <summary>0444: everybody reads; two bits lower stands who executes.</summary>
    public const uint AllRead = ReadOnly;

    /// <summary>0111: everybody executes.</summary>
    public const uint AllExecute = 0x49;

    /// <summary>0100: the owner executes; this bit alone makes a file of a tree executable.</summary>
    public const uint OwnerExecutes = 0x40;

    /// <summary>0777: who may do what, without set-id and sticky bits.</summary>
    public const uint Mask = 0x1FF;

    /// <summary>07777: everything that <c>chmod</c> sets.</summary>
    public const uint MaskAll = 0xFFF;
}
