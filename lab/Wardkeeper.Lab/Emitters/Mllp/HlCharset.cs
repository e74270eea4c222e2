using System.Text;

namespace Wardkeeper.Lab.Emitters.Mllp;

/// <summary>How messages are written.</summary>
internal static class HlCharset
{
    static HlCharset() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding that the plan names <c>ascii</c>, <c>gb18030</c> or <c>utf-8</c>; it refuses characters that it does not have.</summary>
    /// <exception cref="LabException">There is no such name.</exception>
    public static Encoding OfPlan(string charset) => charset switch
    {
        "ascii" or "gb18030" or "utf-8" => Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
        _ => throw new LabException($"the plan names a character set {charset}; there are ascii, gb18030 and utf-8"),
    };

    /// <summary>The encoding that MSH-18 names. HL7 table 0211.</summary>
    public static Encoding OfTable(string name) => name switch
    {
        "UNICODE UTF-8" => OfPlan("utf-8"),
        "GB 18030-2000" => OfPlan("gb18030"),
        _ => Encoding.Latin1,
    };
}
