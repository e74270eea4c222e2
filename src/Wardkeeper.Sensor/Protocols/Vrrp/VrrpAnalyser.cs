using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Vrrp;

/// <summary>
/// Virtual routers, versions 2 and 3: the master of several routers says every second which addresses it answers for. Kept per flow:
/// the last few statements, so that an unchanged one is shown once in ten minutes. What authenticates them is never shown.
/// </summary>
internal sealed class VrrpAnalyser : IProtocol
{
    private const byte Number = 112;
    private const int Header = 8, Authentication = 8;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "vrrp",
        Title = "Virtual routers (VRRP)",
        Standard = "RFC 9568, RFC 5798, RFC 3768",
        Carriers = Carrier.Ip,
        IpProtocols = [Number],
        FirstBytes = FirstBytes.Of(0x21, 0x31),
        LookAhead = Header,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Ip && opening.IpProtocol == Number && IsWhole(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsWhole(bytes)) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : VrrpFaults.Malformed);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        bool isSecond = bytes[0] >> 4 == 2, isV6 = Width(bytes) == 16;
        List<string> addresses = [];
        for (int i = 0; i < bytes[3]; i++) addresses.Add(Address.Read(bytes.Slice(Header + (i * Width(bytes)), Width(bytes))).ToString());
        into.Emit(new VrrpStatement(segment.At, segment.Range(0, bytes.Length))
        {
            Version = bytes[0] >> 4,
            VirtualRouter = bytes[1],
            Priority = bytes[2],
            Addresses = addresses,
            Interval = isSecond ? bytes[5] : (BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) & 0x0FFF) / 100.0,
            Authentication = isSecond ? bytes[4] switch { 1 => "text", 2 => "header", _ => null } : null,
            VirtualMac = new MacAddress((isV6 ? 0x00005E000200UL : 0x00005E000100UL) | bytes[1]),
        });
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset() => recent.Clear();

    /// <summary>Version 2 ends with authentication, whatever it is; OpenBSD's CARP, which borrowed the number, has another length.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header || bytes[0] is not (0x21 or 0x31) || bytes[1] == 0 || bytes[3] is 0 or > 32) return false;
        return bytes.Length >= Header + (bytes[3] * Width(bytes)) + (bytes[0] == 0x21 ? Authentication : 0);
    }

    /// <summary>Bytes of an address: only their number tells the families apart, since they fill the packet.</summary>
    private static int Width(ReadOnlySpan<byte> bytes) => bytes[0] == 0x31 && bytes.Length >= Header + (16 * bytes[3]) ? 16 : 4;
}
