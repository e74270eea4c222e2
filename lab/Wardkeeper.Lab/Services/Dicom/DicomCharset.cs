using System.Text;
using Wardkeeper.Lab.Emitters.Mllp;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>How text of a data set is written. PS3.3, C.12.1.1.2; GB18030 and UTF-8 replace the default repertoire as a whole.</summary>
/// <param name="Encoding">Encoder; text that it cannot write is an error, never a question mark.</param>
/// <param name="Term">Value of (0008,0005) Specific Character Set, or null for the default repertoire.</param>
internal sealed record DicomCharset(Encoding Encoding, string? Term)
{
    /// <summary>The default repertoire, ISO IR 6.</summary>
    public static DicomCharset Ascii { get; } = new(HlCharset.OfPlan("ascii"), null);

    /// <summary>The charset of a patient's records.</summary>
    /// <exception cref="LabException">The word is none of the plan's.</exception>
    public static DicomCharset Of(string word) => word switch
    {
        "ascii" => Ascii,
        "gb18030" => new DicomCharset(HlCharset.OfPlan("gb18030"), "GB18030"),
        "utf-8" => new DicomCharset(HlCharset.OfPlan("utf-8"), "ISO_IR 192"),
        _ => throw new LabException($"the plan has a patient whose charset is '{word}'; known are ascii, gb18030 and utf-8"),
    };

    /// <summary>How text is read whose data set has this value of (0008,0005); one byte a character where that is empty or another repertoire.</summary>
    public static Encoding OfTerm(string term) => term switch
    {
        "GB18030" => HlCharset.OfPlan("gb18030"),
        "ISO_IR 192" => HlCharset.OfPlan("utf-8"),
        _ => Encoding.Latin1,
    };
}
