namespace DlStore.Images.Pictures;

/// <summary>A kind of picture that is read and written anew as a JPEG, because no trainer of ours reads it.</summary>
internal enum PictureKind
{
    /// <summary>Portable Network Graphics (ISO/IEC 15948), also animated.</summary>
    Png,
    /// <summary>Graphics Interchange Format 87a and 89a.</summary>
    Gif,
    /// <summary>A Windows or OS/2 bitmap.</summary>
    Bmp,
    /// <summary>WebP, lossy or lossless, also animated.</summary>
    WebP,
}
