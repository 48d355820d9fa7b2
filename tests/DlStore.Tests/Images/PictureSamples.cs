using System.Diagnostics;
using DlStore.TestKit;

namespace DlStore.Tests.Images;

/// <summary>Pictures of other kinds than JPEG, written by Pillow: another program than the one that reads them here.</summary>
public sealed class PictureSamples : IDisposable
{
    // Every picture is 40x24: the left half red, the right half blue, a green square of 8 in the corner at the upper left.
    private const string Script = """
        import os, sys
        from PIL import Image
        os.chdir(sys.argv[1])
        def scene(mode, w=40, h=24, swap=False):
            im = Image.new('RGB', (w, h), (200, 40, 30) if not swap else (40, 30, 200))
            im.paste((40, 30, 200) if not swap else (200, 40, 30), (w // 2, 0, w, h))
            im.paste((20, 180, 60), (0, 0, 8, 8))
            return im.convert(mode)
        rgb = scene('RGB')
        rgb.save('rgb.png'); rgb.save('rgb.bmp'); rgb.save('rgb.webp', lossless=True); rgb.save('lossy.webp', quality=95)
        scene('L').save('grey.png'); scene('P').save('palette.png'); scene('P').save('palette.bmp'); scene('1').save('one.png'); scene('1').save('one.bmp'); scene('P').save('palette.gif')
        rgba = scene('RGBA')
        rgba.paste((0, 0, 0, 0), (8, 8, 16, 16)); rgba.paste((0, 0, 0, 128), (30, 8, 38, 16))
        rgba.save('alpha.png'); rgba.save('alpha.webp', lossless=True); rgba.save('alphalossy.webp', quality=95); rgba.save('alpha.bmp')
        p = scene('P'); p.save('clear.gif', transparency=p.getpixel((0, 0)))
        p.save('trns.png', transparency=p.getpixel((0, 0)))
        deep = Image.new('I;16', (40, 24)); deep.putdata([(x * 1638) for y in range(24) for x in range(40)]); deep.save('deep.png')
        exif = Image.Exif(); exif[0x0112] = 6
        rgb.save('turned.png', exif=exif); rgb.save('turned.webp', lossless=True, exif=exif)
        more = [scene('RGB', swap=True), scene('RGB')]
        rgb.save('film.png', save_all=True, append_images=more, duration=100)
        rgb.save('film.webp', save_all=True, append_images=more, duration=100, lossless=True)
        rgba.save('filmalpha.webp', save_all=True, append_images=[scene('RGBA', swap=True)], duration=100, quality=95)
        scene('P').save('film.gif', save_all=True, append_images=[m.convert('P') for m in more], duration=100)
        big = Image.new('RGB', (640, 480)); big.putdata([((x * y) % 256, (x + y) % 256, x % 256) for y in range(480) for x in range(640)])
        big.save('big.png'); big.convert('P').save('big.gif'); big.save('big.webp', lossless=True); big.save('big.bmp')
        """;

    private readonly TempDir _dir = new();

    public PictureSamples()
    {
        using Process python = Process.Start(
            new ProcessStartInfo("/usr/bin/python3") { ArgumentList = { "-c", Script, _dir.Path }, RedirectStandardError = true })!;
        string errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
    }

    public string At(string name) => Path.Combine(_dir.Path, name);

    public byte[] this[string name] => File.ReadAllBytes(At(name));

    public void Dispose() => _dir.Dispose();
}
