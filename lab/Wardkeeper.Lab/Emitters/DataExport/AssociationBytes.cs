namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>What both ends agree on. Programming guide, chapter 6, "Association Request Message", MDSEUserInfoStd and PollProfileSupport.</summary>
/// <param name="SystemType">Client or server.</param>
/// <param name="PollPeriod">Shortest time between polls, ticks of 125 µs.</param>
/// <param name="MostReceived">Most bytes of a datagram that it takes.</param>
/// <param name="MostSent">Most bytes of a datagram that it sends.</param>
/// <param name="Extensions">Options of extended polls.</param>
internal sealed record PollProfile(uint SystemType, uint PollPeriod, uint MostReceived, uint MostSent, uint Extensions);

/// <summary>
/// The messages that open and end an association. Their OSI layers never change and are written as the guide's "Association Control
/// Protocol Examples" have them; only lengths and the poll profile vary.
/// </summary>
internal static class AssociationBytes
{
    /// <summary>First byte of an association request.</summary>
    public const byte Request = 0x0D;

    /// <summary>First byte of an association response.</summary>
    public const byte Response = 0x0E;

    /// <summary>First byte of a release request.</summary>
    public const byte Release = 0x09;

    /// <summary>First byte of a release response.</summary>
    public const byte Released = 0x0A;

    /// <summary>First byte of an abort.</summary>
    public const byte Abort = 0x19;

    private const byte Presentation = 0xC1;
    private const uint Version = 0x8000_0000, Nomenclatures = 0x4000_0000, ColdStart = 0x2000_0000, Bandwidth = 0xFFFF_FFFF, ProfileOptions = 0x6000_0000;

    private static readonly byte[] Session = Convert.FromHexString("0508130100160102800014020002");

    private static readonly byte[] RequestHeader = Convert.FromHexString(
        "3180A0808001010000A280A003000001A48030800201010604520100013080060251010000000030800201020" +
        "60C2A8648CE14020100000001013080060C2A8648CE140201000000020100000000000061803080020101A080" +
        "6080A180060C2A8648CE14020100000003010000BE802880060C2A8648CE140201000000010102010281");

    private static readonly byte[] ResponseHeader = Convert.FromHexString(
        "3180A0808001010000A280A003000001A58030808001008102510100003080800100810C2A8648CE14020100000002010000000061803080020101" +
        "A0806180A180060C2A8648CE14020100000003010000A203020100A305A103020100BE80288002010281");

    private static readonly byte[] ReleaseBody = Convert.FromHexString("18C11661803080020101A08062808001000000000000000000");

    /// <summary>An abort. Guide, chapter 6, "Association Abort Message".</summary>
    public static byte[] Aborted { get; } = Convert.FromHexString("192E110103C129A080A0803080020101060251010000000061803080020101A0806480800101" + "00000000000000000000");

    /// <summary>A request or a response.</summary>
    public static byte[] Open(byte kind, PollProfile profile)
    {
        byte[] extension = Wire.Attributes(new ExportAttribute(Nomenclature.PollProfileExtension, [.. Wire.Longs(profile.Extensions), .. Wire.Attributes()]));
        byte[] support = [.. Wire.Longs(Version, profile.PollPeriod, profile.MostReceived, profile.MostSent, Bandwidth, ProfileOptions), .. extension];
        byte[] user = [.. Wire.Longs(Version, Nomenclatures, 0, profile.SystemType, ColdStart), .. Wire.Attributes(), .. Wire.Attributes(new ExportAttribute(Nomenclature.PollProfile, support))];
        byte[] presented = [.. kind == Request ? RequestHeader : ResponseHeader, checked((byte)user.Length), .. user, .. new byte[16]];
        byte[] body = [.. Session, Presentation, .. Length(presented.Length), .. presented];
        return [kind, .. Length(body.Length), .. body];
    }

    /// <summary>A release request or response.</summary>
    public static byte[] Close(byte kind)
    {
        byte[] bytes = [kind, .. ReleaseBody];
        // The application's own code: RLRQ or RLRE.
        if (kind == Released) bytes[13]++;
        return bytes;
    }

    /// <summary>Reads the poll profile of a request or a response.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public static PollProfile Read(ReadOnlyMemory<byte> datagram)
    {
        byte[] header = datagram.Span[0] == Request ? RequestHeader : ResponseHeader;
        int at = datagram.Span.IndexOf(header);
        if (at < 0) throw new InvalidDataException("an association message has another presentation header than the guide's");
        ExportReader reader = new(datagram[(at + header.Length)..]);
        int length = reader.Take(1).Span[0];
        // A longer user information has its length in two bytes after their number. Guide, chapter 6, ASNLength.
        if (length > 127) length = length == 0x82 ? reader.Word() : reader.Take(length - 128).Span[0];
        ExportReader user = new(reader.Take(length));
        user.Take(12);
        uint systemType = user.Long();
        user.Take(4);
        user.Attributes();
        byte[] support = user.Attributes().FirstOrDefault(attribute => attribute.Id == Nomenclature.PollProfile)?.Value ?? throw new InvalidDataException("an association message has no poll profile");
        ExportReader profile = new(support);
        profile.Take(4);
        (uint period, uint received, uint sent) = (profile.Long(), profile.Long(), profile.Long());
        profile.Take(8);
        ExportAttribute? extension = profile.Attributes().FirstOrDefault(attribute => attribute.Id == Nomenclature.PollProfileExtension);
        return new(systemType, period, received, sent, extension is null ? 0 : new ExportReader(extension.Value).Long());
    }

    /// <summary>LI: one byte, or 255 and two bytes.</summary>
    private static byte[] Length(int length) => length < 255 ? [(byte)length] : [255, .. Wire.Words((ushort)length)];
}
