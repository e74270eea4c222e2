using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.SerialServers;

/// <summary>
/// Port 77FE, by which Lantronix' device servers are found and their set-up records are read and written: one message a datagram, told
/// by the port and its own four bytes. Nothing is kept per flow. A set-up record may hold the password of the set-up menu; that it was
/// asked for or sent is told, what stands in it is not read. Written from public clients of the protocol, since its maker published none.
/// </summary>
internal sealed class LantronixAnalyser : IProtocol
{
    private const int Port = 30718, Header = 4, Found = 30;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "lantronix",
        Title = "Lantronix device server discovery (77FE)",
        Standard = "public descriptions of Lantronix port 77FE",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x00),
        Ports = [Port],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> datagram = opening.Any;
        if (!opening.HasPort(Port) || !IsMessage(datagram)) return Match.No;
        return IsAnswer(datagram[3]) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsMessage(bytes)) return new Progress(bytes.Length, 0, SerialServerFaults.MalformedMessage);
        bool isFound = bytes[3] == 0xF7 && bytes.Length >= Found;
        MacAddress mac = isFound ? MacAddress.Read(bytes[24..]) : default;
        SerialServerMessage message = new(segment.At, segment.Range(0, bytes.Length))
        {
            Vendor = "Lantronix",
            Kind = Kind(bytes[3]),
            IsAnswer = IsAnswer(bytes[3]),
            Mac = mac.IsGroup ? default : mac,
        };
        into.Emit(message);
        if (message.IsAnswer) into.Expect(ExpectedFlow.SerialLines(segment.Flow.At(segment.Side).Ip));
        return new Progress(bytes.Length);
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
    public void Reset()
    {
    }

    private static bool IsMessage(ReadOnlySpan<byte> bytes) => bytes.Length >= Header && BinaryPrimitives.ReadUInt32BigEndian(bytes) is >= 0xF4 and <= 0xFB && bytes[3] switch
    {
        0xF6 or 0xF8 => bytes.Length == Header,
        0xF7 => bytes.Length >= Found,
        0xF9 => bytes.Length >= 120,
        _ => true,
    };

    private static bool IsAnswer(byte code) => code is 0xF5 or 0xF7 or 0xF9 or 0xFB;

    private static string Kind(byte code) => code switch
    {
        0xF6 or 0xF7 => "discovery",
        0xF8 or 0xF9 => "read-setup",
        0xFA or 0xFB => "write-setup",
        _ => "other",
    };
}
