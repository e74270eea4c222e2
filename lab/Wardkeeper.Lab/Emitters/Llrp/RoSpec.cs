using System.Buffers.Binary;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>What a reader shall do (LLRP 1.1, section 17.2.4.1), as far as this laboratory asks for it: one inventory over all antennas, started by a message, one report a tag.</summary>
/// <param name="Id">Id, not 0.</param>
/// <param name="Content">Which fields a report of a tag has, beside its EPC.</param>
internal sealed record RoSpec(uint Id, TagContent Content)
{
    private const byte Class1Gen2 = 1, UponTagsOrEndOfRoSpec = 2;

    /// <summary>The parameter.</summary>
    public byte[] ToBytes() => LlrpParameter.Tlv(
        LlrpParameter.RoSpec,
        LlrpParameter.Int(Id), [0, 0],
        LlrpParameter.Tlv(LlrpParameter.RoBoundarySpec, LlrpParameter.Tlv(LlrpParameter.RoSpecStartTrigger, [0]), LlrpParameter.Tlv(LlrpParameter.RoSpecStopTrigger, [0], LlrpParameter.Int(0))),
        LlrpParameter.Tlv(
            LlrpParameter.AiSpec,
            LlrpParameter.Short(1), LlrpParameter.Short(0),
            LlrpParameter.Tlv(LlrpParameter.AiSpecStopTrigger, [0], LlrpParameter.Int(0)),
            LlrpParameter.Tlv(LlrpParameter.InventoryParameterSpec, LlrpParameter.Short(1), [Class1Gen2])),
        LlrpParameter.Tlv(LlrpParameter.RoReportSpec, [UponTagsOrEndOfRoSpec], LlrpParameter.Short(1), LlrpParameter.Tlv(LlrpParameter.TagReportContentSelector, LlrpParameter.Short((int)Content))));

    /// <summary>Reads the body of ADD_ROSPEC.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or it asks for other reports than one a tag.</exception>
    public static RoSpec Read(byte[] body)
    {
        byte[] spec = LlrpParameter.Of(body, LlrpParameter.RoSpec);
        if (spec.Length < 6) throw new InvalidDataException("an ROSpec is cut off");
        byte[] parts = spec[6..], report = LlrpParameter.Of(parts, LlrpParameter.RoReportSpec);
        LlrpParameter.Of(parts, LlrpParameter.RoBoundarySpec);
        LlrpParameter.Of(parts, LlrpParameter.AiSpec);
        if (report.Length < 3 || BinaryPrimitives.ReadUInt16BigEndian(report.AsSpan(1)) != 1) throw new InvalidDataException("only one report a tag is known here");
        byte[] selector = LlrpParameter.Of(report[3..], LlrpParameter.TagReportContentSelector);
        return new(BinaryPrimitives.ReadUInt32BigEndian(spec), selector.Length < 2 ? 0 : (TagContent)BinaryPrimitives.ReadUInt16BigEndian(selector));
    }
}

/// <summary>Fields of a report of a tag (LLRP 1.1, section 17.2.7.1.1, TagReportContentSelector), as far as they are known here.</summary>
[Flags]
internal enum TagContent
{
    None = 0,
    TagSeenCount = 0x0080,
    FirstSeen = 0x0200,
    PeakRssi = 0x0400,
    AntennaId = 0x1000,
}
