using System.Runtime.InteropServices;
using DlStore.Io;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace DlStore.Images.Pictures;

/// <summary>
/// Decodes pictures that are no JPEG, through ImageSharp: PNG, GIF, BMP and WebP only, each by its own decoder, so that no file can choose
/// another one. What <see cref="PictureHeader"/>
/// has not allowed never gets here. Metadata is not read; colour profiles and gamma are not applied.
/// </summary>
internal static class PictureDecoder
{
    // Four bytes a pixel of the largest picture that is decoded, and room for rows; more is refused by the allocator itself.
    private const int AllocationMiB = 512;

    /// <summary>Decodes a picture: upright, as RGB, transparent pixels over white, the first of several.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="DlsException">Kind Failed: it is damaged, or of a form that the decoder does not know.</exception>
    public static Raster Decode(ReadOnlySpan<byte> bytes, PictureHeader header, string name)
    {
        Configuration configuration = new(
            new PngConfigurationModule(), new GifConfigurationModule(), new BmpConfigurationModule(), new WebpConfigurationModule())
        {
            MaxDegreeOfParallelism = 1,
            MemoryAllocator = MemoryAllocator.Create(
                new MemoryAllocatorOptions { MaximumPoolSizeMegabytes = 0, AllocationLimitMegabytes = AllocationMiB }),
        };
        IImageDecoder decoder = header.Kind switch
        {
            PictureKind.Png => new PngDecoder { IgnoreMetadata = true },
            PictureKind.Gif => new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First },
            PictureKind.Bmp => new BmpDecoder(),
            PictureKind.WebP => new WebpDecoder { IgnoreMetadata = true },
            _ => throw new ArgumentOutOfRangeException(nameof(header)),
        };
        try
        {
            using MemoryStream stream = new(header.Still ?? bytes.ToArray(), writable: false);
            Raster raster = header.HasAlpha ? OverWhite(decoder.Decode<Rgba32>(configuration, stream, CancellationToken.None), header)
                : Plain(decoder.Decode<Rgb24>(configuration, stream, CancellationToken.None), header);
            return Upright.Turn(raster, header.Orientation);
        }
        catch (Exception e) when (e is not DlsException and not OutOfMemoryException)
        {
            // Besides its own exceptions the decoder throws what its slips throw: index out of range, overflow, null.
            throw Refused($"decode image '{name}': it is damaged, or of a form that is not read: {LibraryWords.Of(e)}", e);
        }
    }

    private static DlsException Refused(string message, Exception? inner = null) => new(
        ErrorKind.Failed, message, PictureAsJpeg.Wanted, inner);

    private static Raster Plain(Image<Rgb24> image, PictureHeader header)
    {
        using (image)
        {
            RequireSize(image, header.Width, header.Height);
            Raster raster = new(header.Width, header.Height);
            image.ProcessPixelRows(rows =>
            {
                for (int y = 0; y < rows.Height; y++)
                {
                    MemoryMarshal.AsBytes(rows.GetRowSpan(y)).CopyTo(raster.Row(y));
                }
            });
            return raster;
        }
    }

    private static Raster OverWhite(Image<Rgba32> image, PictureHeader header)
    {
        using (image)
        {
            (int left, int top, int width, int height) = header.Frame ?? (0, 0, header.Width, header.Height);
            RequireSize(image, width, height);
            Raster raster = new(header.Width, header.Height);
            raster.Pixels.AsSpan().Fill(255);
            image.ProcessPixelRows(rows =>
            {
                for (int y = 0; y < rows.Height; y++)
                {
                    Span<byte> target = raster.Row(top + y)[(3 * left)..];
                    foreach (Rgba32 pixel in rows.GetRowSpan(y))
                    {
                        target[0] = Over(pixel.R, pixel.A);
                        target[1] = Over(pixel.G, pixel.A);
                        target[2] = Over(pixel.B, pixel.A);
                        target = target[3..];
                    }
                }
            });
            return raster;
        }
    }

    private static void RequireSize(IImageInfo image, int width, int height)
    {
        if ((image.Width, image.Height) != (width, height))
        {
            throw new InvalidDataException($"it came out as {image.Width}x{image.Height}, and declares {width}x{height}");
        }
    }

    private static byte Over(int colour, int alpha) => (byte)(((colour * alpha) + (255 * (255 - alpha)) + 127) / 255);
}
