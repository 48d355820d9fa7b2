namespace DlStore.Images;

/// <summary>
/// Decodes and encodes JPEG files through libturbojpeg. One instance serves one thread and is used again for each picture; encoding
/// allocates only when a picture is larger than
/// those before. The same pixels give the same bytes in every run and thread with one version of the library: the transforms
/// are the exact integer ones, which have no SIMD variants that differ,
/// the Huffman tables are the standard's, and no setting comes from the environment.
/// </summary>
public sealed unsafe class JpegCodec : IDisposable
{
    private readonly TurboJpeg _turbo = TurboJpeg.Get;
    private nint _compressor;
    private nint _decompressor;
    private byte[] _encoded = [];

    /// <summary>Finalizes an instance of the <see cref="JpegCodec"/> class.</summary>
    ~JpegCodec() => Free();

    /// <summary>Decodes a picture: upright (the EXIF orientation is applied), as RGB, whatever it was stored as.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="DlsException">Kind Failed: it is no JPEG, larger than <see cref="Raster.PixelsMax"/>, or damaged. Half a picture is
    /// never returned.</exception>
    public Raster Decode(ReadOnlySpan<byte> bytes, string name)
    {
        JpegHeader header = JpegHeader.TryRead(bytes, out string? problem) ?? throw Refused(name, problem!);
        long pixels = (long)header.Width * header.Height;
        if (pixels > Raster.PixelsMax)
        {
            throw Refused(name, $"its {header.Width}x{header.Height} pixels are more than the {Raster.PixelsMax} that are decoded");
        }

        if (bytes.Length < header.LengthMin)
        {
            throw Refused(name, $"its {bytes.Length} bytes cannot hold the {header.Width}x{header.Height} pixels that it declares");
        }

        Raster raster = new(header.Width, header.Height);
        if (header.IsCmyk)
        {
            byte[] inks = GC.AllocateUninitializedArray<byte>(checked((int)(4 * pixels)));
            Decompress(bytes, header, inks, 4, TurboJpeg.FormatCmyk, name);
            InkPixels.ToRgb(inks, raster.Pixels, header.HasAdobe);
        }
        else
        {
            Decompress(bytes, header, raster.Pixels, 3, TurboJpeg.FormatRgb, name);
        }

        return Upright.Turn(raster, header.Orientation);
    }

    /// <summary>Encodes a picture as a baseline JPEG with 4:2:0 colours.</summary>
    /// <param name="raster">The picture; no side is more than <see cref="Raster.SideMax"/>.</param>
    /// <param name="quality">1 to 100.</param>
    /// <returns>The file; the bytes are valid until the next call on this instance.</returns>
    /// <exception cref="DlsException">Kind Failed: a side is too long for a JPEG.</exception>
    public ReadOnlySpan<byte> Encode(Raster raster, int quality = 95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (raster.Width > Raster.SideMax || raster.Height > Raster.SideMax)
        {
            throw new DlsException(
                ErrorKind.Failed, $"encode image: {raster.Width}x{raster.Height} is more than {Raster.SideMax} on a side");
        }

        _compressor = Init(_compressor, _turbo.InitCompress);
        nuint size = _turbo.BufferSize(raster.Width, raster.Height, TurboJpeg.Sampling420);
        if ((nuint)_encoded.Length < size)
        {
            _encoded = GC.AllocateUninitializedArray<byte>(checked((int)size));
        }

        int flags = TurboJpeg.NoRealloc | TurboJpeg.AccurateDct;
        fixed (byte* pixels = raster.Pixels)
        fixed (byte* target = _encoded)
        {
            byte* at = target;
            if (_turbo.Compress(_compressor, pixels,
                raster.Width, 3 * raster.Width, raster.Height, TurboJpeg.FormatRgb, &at, &size, TurboJpeg.Sampling420, quality, flags) != 0)
            {
                throw new DlsException(ErrorKind.Failed, $"encode image: {_turbo.Error(_compressor)}");
            }
        }

        return _encoded.AsSpan(0, (int)size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static DlsException Refused(string name, string problem) => new(ErrorKind.Failed, $"decode image '{name}': {problem}");

    private static nint Init(nint handle, delegate* unmanaged<nint> init) =>
        handle != 0 ? handle : (handle = init()) != 0
            ? handle : throw new DlsException(ErrorKind.Failed, "load 'libturbojpeg.so.0': it cannot be initialised");

    private void Decompress(ReadOnlySpan<byte> bytes, JpegHeader header, byte[] target, int bytesPerPixel, int format, string name)
    {
        _decompressor = Init(_decompressor, _turbo.InitDecompress);

        // A warning means that pixels were invented: a cut or damaged file must not become a grey picture in a data set.
        int flags = TurboJpeg.AccurateDct | TurboJpeg.StopOnWarning | TurboJpeg.LimitScans;
        fixed (byte* source = bytes)
        fixed (byte* pixels = target)
        {
            if (_turbo.Decompress(_decompressor,
                source, (nuint)bytes.Length, pixels, header.Width, bytesPerPixel * header.Width, header.Height, format, flags) != 0)
            {
                throw Refused(name, _turbo.Error(_decompressor));
            }
        }
    }

    private void Free()
    {
        if (_compressor != 0)
        {
            _turbo.Destroy(_compressor);
        }

        if (_decompressor != 0)
        {
            _turbo.Destroy(_decompressor);
        }

        _compressor = 0;
        _decompressor = 0;
    }
}
