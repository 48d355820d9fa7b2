namespace DlStore.Learning.Weights;

/// <summary>How the numbers of a tensor are stored.</summary>
/// <param name="Name">As people know it.</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="Float">How NaN is found in it, or null for whole numbers.</param>
internal sealed record NumberType(string Name, int Size, FloatBits? Float)
{
    private static readonly FloatBits Single = new(4, 0x7F80_0000, 0x007F_FFFF);
    private static readonly FloatBits Double = new(8, 0x7FF0_0000_0000_0000, 0x000F_FFFF_FFFF_FFFF);
    private static readonly FloatBits Half = new(2, 0x7C00, 0x03FF);
    private static readonly FloatBits Brain = new(2, 0x7F80, 0x007F);

    /// <summary>Gets the type of a darknet file.</summary>
    public static NumberType Float32 { get; } = new("float32", 4, Single);

    /// <summary>Gives the type of a storage, by the name of its class in torch.</summary>
    /// <returns>Null if dls does not know it.</returns>
    public static NumberType? OfStorage(string storage) => storage switch
    {
        "FloatStorage" => Float32,
        "DoubleStorage" => new("float64", 8, Double),
        "HalfStorage" => new("float16", 2, Half),
        "BFloat16Storage" => new("bfloat16", 2, Brain),
        "ComplexFloatStorage" => new("complex64", 8, Single),
        "ComplexDoubleStorage" => new("complex128", 16, Double),
        "LongStorage" => new("int64", 8, null),
        "IntStorage" => new("int32", 4, null),
        "ShortStorage" => new("int16", 2, null),
        "CharStorage" => new("int8", 1, null),
        "ByteStorage" => new("uint8", 1, null),
        "BoolStorage" => new("bool", 1, null),
        _ => null,
    };
}

/// <summary>
/// The bits of one floating-point number, little-endian: NaN has all exponent bits and a fraction, infinity has no fraction.
/// </summary>
/// <param name="Size">Bytes of one; a complex number is two.</param>
/// <param name="Exponent">Mask of the exponent.</param>
/// <param name="Fraction">Mask of the fraction.</param>
internal sealed record FloatBits(int Size, ulong Exponent, ulong Fraction);
