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

    /// <summary>
    /// Gets a value indicating whether the numbers say all: those of quantized tensors are steps of a scale that stands elsewhere.
    /// </summary>
    public bool IsRead { get; init; } = true;

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
        "QInt8Storage" => new("qint8", 1, null) { IsRead = false },
        "QUInt8Storage" => new("quint8", 1, null) { IsRead = false },
        "QInt32Storage" => new("qint32", 4, null) { IsRead = false },
        _ => null,
    };

    /// <summary>Gives the class of a storage whose numbers are of a type of torch: newer files name the type beside the bytes.</summary>
    /// <returns>Null if dls does not know it.</returns>
    public static string? StorageOf(string dtype) => dtype switch
    {
        "float32" or "float" => "FloatStorage",
        "float64" or "double" => "DoubleStorage",
        "float16" or "half" => "HalfStorage",
        "bfloat16" => "BFloat16Storage",
        "complex64" => "ComplexFloatStorage",
        "complex128" => "ComplexDoubleStorage",
        "int64" or "uint64" => "LongStorage",
        "int32" or "uint32" => "IntStorage",
        "int16" or "uint16" => "ShortStorage",
        "int8" => "CharStorage",
        "uint8" => "ByteStorage",
        "bool" => "BoolStorage",
        _ => null,
    };

    /// <summary>Gives the type of a tensor of safetensors.</summary>
    /// <returns>Null if dls does not look into it.</returns>
    public static NumberType? OfSafeTensors(string dtype) => dtype switch
    {
        "F64" => new("float64", 8, Double),
        "F32" => Float32,
        "F16" => new("float16", 2, Half),
        "BF16" => new("bfloat16", 2, Brain),
        "C64" => new("complex64", 8, Single),
        "I64" => new("int64", 8, null),
        "U64" => new("uint64", 8, null),
        "I32" => new("int32", 4, null),
        "U32" => new("uint32", 4, null),
        "I16" => new("int16", 2, null),
        "U16" => new("uint16", 2, null),
        "I8" => new("int8", 1, null),
        "U8" => new("uint8", 1, null),
        "BOOL" => new("bool", 1, null),
        _ => null,
    };

    /// <summary>Gives the type of a tensor of ONNX, by its number in TensorProto.DataType.</summary>
    /// <returns>Null if dls does not look into it.</returns>
    public static NumberType? OfOnnx(int code) => code switch
    {
        1 => Float32,
        2 => new("uint8", 1, null),
        3 => new("int8", 1, null),
        4 => new("uint16", 2, null),
        5 => new("int16", 2, null),
        6 => new("int32", 4, null),
        7 => new("int64", 8, null),
        9 => new("bool", 1, null),
        10 => new("float16", 2, Half),
        11 => new("float64", 8, Double),
        12 => new("uint32", 4, null),
        13 => new("uint64", 8, null),
        14 => new("complex64", 8, Single),
        15 => new("complex128", 16, Double),
        16 => new("bfloat16", 2, Brain),
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
