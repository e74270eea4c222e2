using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.SerialServers;

/// <summary>
/// The protocol on port 4800 by which Moxa's NPort device servers are found and set up: one message a datagram, told by the port and
/// its own header. Nothing is kept per flow. Written from public observations of an NPort 5110A (the project nport-tools), since its
/// maker published none.
/// </summary>
internal sealed class MoxaAnalyser : IProtocol
{
    private const int Port = 4800, Header = 8, DeviceId = 12, Longest = 40;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "moxa",
        Title = "Moxa NPort discovery",
        Standard = "public observations of Moxa NPort",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x01, 0x10, 0x16, 0x21, 0x22, 0x23, 0x81, 0x90, 0x96, 0xA1, 0xA2, 0xA3),
        Ports = [Port],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> datagram = opening.Any;
        if (!opening.HasPort(Port) || !IsMessage(datagram)) return Match.No;
        return (datagram[0] >= 0x80) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsMessage(bytes)) return new Progress(bytes.Length, 0, SerialServerFaults.MalformedMessage);
        SerialServerMessage message = new(segment.At, segment.Range(0, bytes.Length)) { Vendor = "Moxa", Kind = Kind(bytes[0] & 0x7F), IsAnswer = bytes[0] >= 0x80 };
        if (bytes.Length >= Header + DeviceId)
        {
            // Number of the family, of the model (little endian), hardware address.
            int model = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(Header + 4)..]);
            ReadOnlySpan<byte> payload = bytes[(Header + DeviceId)..];
            message = message with
            {
                Model = message.IsAnswer && model != 0 ? $"NPort {model:X}" : null,
                Mac = MacAddress.Read(bytes[(Header + 6)..]),
                Ip = bytes[0] is 0x81 or 0xA1 && payload.Length >= 4 ? Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(payload)) : default,
                HostName = bytes[0] == 0x90 ? ShortText.Of(new SpanReader(payload).UntilZero(), Longest) : null,
                Serial = bytes[0] == 0x96 && payload.Length >= 10 ? BinaryPrimitives.ReadUInt16LittleEndian(payload[8..]) : null,
            };
        }
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

    /// <summary>Kind, status (nought when it is well), length of the whole, number of the exchange; all but a search name a device.</summary>
    private static bool IsMessage(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Header && (bytes[0] & 0x7F) is 0x01 or 0x10 or 0x16 or 0x21 or 0x22 or 0x23 && BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) == bytes.Length
        && (bytes[0] == 0x01 ? bytes.Length == Header : bytes.Length >= Header + DeviceId) && bytes[1] == 0;

    private static string Kind(int code) => code switch
    {
        0x01 => "discovery",
        0x10 => "read-name",
        0x16 => "read-serial",
        _ => "read-address",
    };
}
