using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hsrp;

/// <summary>
/// Cisco's standby routers, versions 1 and 2: which of several routers answers for an address that they share. Kept per flow: the
/// last few statements, so that an unchanged one is shown once in ten minutes. What authenticates them is never shown, only its kind.
/// </summary>
internal sealed class HsrpAnalyser : IProtocol
{
    private const ushort Port = 1985, PortForV6 = 2029;
    private const int FirstLength = 20, StateLength = 40;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "hsrp",
        Title = "Standby routers (HSRP)",
        Standard = "RFC 2281 and, for version 2, its maker's description",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0, 1),
        Ports = [Port, PortForV6],
        LookAhead = FirstLength,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier != Carrier.Udp || !(opening.HasPort(Port) || opening.HasPort(PortForV6))) return Match.No;
        return IsFirst(bytes) || IsSecond(bytes) || IsAdvertisement(bytes) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        bool isFirst = IsFirst(bytes);
        if (!isFirst && !IsSecond(bytes)) return new Progress(bytes.Length, 0, IsAdvertisement(bytes) || segment.Missing > 0 ? null : HsrpFaults.Malformed);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        into.Emit(isFirst ? First(bytes, in segment) : Second(bytes, in segment));
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

    private static bool IsFirst(ReadOnlySpan<byte> bytes) => bytes.Length is FirstLength or 50 && bytes[0] == 0 && bytes[1] <= 2 && FirstState(bytes[2]) is not null && bytes[3] > 0 && bytes[4] >= bytes[3];

    private static bool IsSecond(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 2 + StateLength && bytes[0] == 1 && bytes[1] == StateLength && bytes[2] == 2 && bytes[3] <= 2 && SecondState(bytes[4]) is not null && bytes[5] is 4 or 6;

    /// <summary>What passive routers say of themselves: no state of a group.</summary>
    private static bool IsAdvertisement(ReadOnlySpan<byte> bytes) => bytes.Length >= 16 && bytes.StartsWith((ReadOnlySpan<byte>)[0, 3, 0, 1, 0, 0x0A]);

    private static HsrpStatement First(ReadOnlySpan<byte> bytes, in Segment segment) => new(segment.At, segment.Range(0, bytes.Length))
    {
        Version = 1,
        Operation = Operation(bytes[1]),
        State = FirstState(bytes[2])!,
        HelloTime = bytes[3],
        HoldTime = bytes[4],
        Priority = bytes[5],
        Group = bytes[6],
        Authentication = KindOfText(bytes.Slice(8, 8)),
        VirtualIp = Address.Read(bytes.Slice(16, 4)),
        VirtualMac = new MacAddress(0x00000C07AC00 | (ulong)bytes[6]),
    };

    private static HsrpStatement Second(ReadOnlySpan<byte> bytes, in Segment segment)
    {
        ReadOnlySpan<byte> state = bytes[2..], more = bytes[(2 + StateLength)..];
        bool isV6 = state[3] == 6;
        int group = BinaryPrimitives.ReadUInt16BigEndian(state[4..]);
        string? authentication = null;
        while (more.Length >= 2 && more[1] <= more.Length - 2)
        {
            authentication = more[0] switch { 3 => KindOfText(more.Slice(2, more[1])), 4 => "md5", _ => authentication };
            more = more[(2 + more[1])..];
        }
        return new HsrpStatement(segment.At, segment.Range(0, bytes.Length))
        {
            Version = 2,
            Operation = Operation(state[1]),
            State = SecondState(state[2])!,
            Group = group,
            Identifier = MacAddress.Read(state[6..]),
            Priority = BinaryPrimitives.ReadUInt32BigEndian(state[12..]),
            HelloTime = BinaryPrimitives.ReadUInt32BigEndian(state[16..]) / 1000.0,
            HoldTime = BinaryPrimitives.ReadUInt32BigEndian(state[20..]) / 1000.0,
            VirtualIp = Address.Read(state.Slice(24, isV6 ? 16 : 4)),
            VirtualMac = new MacAddress((isV6 ? 0x000573A00000UL : 0x00000C9FF000UL) | ((ulong)group & 0xFFF)),
            Authentication = authentication,
        };
    }

    private static string Operation(byte code) => code switch { 0 => "hello", 1 => "coup", _ => "resign" };

    private static string? FirstState(byte state) => state switch { 0 => "initial", 1 => "learn", 2 => "listen", 4 => "speak", 8 => "standby", 16 => "active", _ => null };

    private static string? SecondState(byte state) => state switch { 0 => "disabled", 1 => "initial", 2 => "learn", 3 => "listen", 4 => "speak", 5 => "standby", 6 => "active", _ => null };

    /// <summary>RFC 2281, 5.1 names the text that every router comes with.</summary>
    private static string KindOfText(ReadOnlySpan<byte> text) => text.TrimEnd((byte)0).SequenceEqual("cisco"u8) ? "default-text" : "text";
}
