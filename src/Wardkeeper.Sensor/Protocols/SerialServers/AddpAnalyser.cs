using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.SerialServers;

/// <summary>
/// ADDP, by which Digi's device servers are found and set up: one message a datagram. Nothing is kept per flow. Written from public
/// descriptions of the protocol (the library python-addp and the write-up it names), since its maker published none.
/// </summary>
internal sealed class AddpAnalyser : IProtocol
{
    private const int Header = 8, Longest = 64;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "addp",
        Title = "Advanced Device Discovery Protocol (Digi)",
        Standard = "public descriptions of Digi ADDP",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of((byte)'D'),
        Ports = [2362],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> datagram = opening.Any;
        if (!IsMessage(datagram)) return Match.No;
        bool isAnswer = (datagram[5] & 1) == 0;
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsMessage(bytes)) return new Progress(bytes.Length, 0, SerialServerFaults.MalformedMessage);
        int code = bytes[5];
        SerialServerMessage message = new(segment.At, segment.Range(0, bytes.Length))
        {
            Vendor = "Digi",
            Kind = Kind(code),
            IsAnswer = (code & 1) == 0,
        };
        Fault? fault = null;
        if (message.IsAnswer) message = Read(bytes[Header..], message, out fault);
        else if (bytes.Length >= Header + 6) message = message with { Mac = MacAddress.Read(bytes[Header..]) };
        into.Emit(message with { Places = TextPlace.Of(null, bytes, message.Bytes, message.Model, message.Firmware) });
        if (message.IsAnswer) into.Expect(ExpectedFlow.SerialLines(segment.Flow.At(segment.Side).Ip));
        return new Progress(bytes.Length, 0, fault);
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

    /// <summary>Fields: a byte of kind, a byte of length, the value.</summary>
    private static SerialServerMessage Read(ReadOnlySpan<byte> fields, SerialServerMessage message, out Fault? fault)
    {
        SpanReader reader = new(fields);
        while (reader.Remaining > 0)
        {
            int kind = reader.U8();
            ReadOnlySpan<byte> value = reader.Take(reader.U8());
            if (reader.Failed) break;
            message = (kind, value.Length) switch
            {
                (0x01, 6) => message with { Mac = MacAddress.Read(value) },
                (0x02, 4) => message with { Ip = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(value)) },
                (0x04, > 0) => message with { HostName = ShortText.Of(value.TrimEnd((byte)0), Longest) },
                (0x07, 1) => message with { Hardware = value[0] },
                (0x08, > 0) => message with { Firmware = ShortText.Of(value.TrimEnd((byte)0), Longest) },
                (0x09, > 0) => message with { Status = ShortText.Of(value.TrimEnd((byte)0), Longest) },
                (0x0D, > 0) => message with { Model = ShortText.Of(value.TrimEnd((byte)0), Longest) },
                (0x12, 1) => message with { SerialPorts = value[0] },
                _ => message,
            };
        }
        fault = reader.Failed ? SerialServerFaults.MalformedField : null;
        return message;
    }

    /// <summary>One of its magic words, a known code, a length that fits.</summary>
    private static bool IsMessage(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Header && (bytes.StartsWith("DIGI"u8) || bytes.StartsWith("DVKT"u8) || bytes.StartsWith("DGDP"u8))
        && bytes[4] == 0 && bytes[5] is >= 1 and <= 16 && BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) == bytes.Length - Header;

    private static string Kind(int code) => ((code + 1) / 2) switch
    {
        1 => "discovery",
        2 => "set-address",
        3 => "reboot",
        4 => "set-dhcp",
        _ => "other",
    };
}
