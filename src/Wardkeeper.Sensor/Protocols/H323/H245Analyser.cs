using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>
/// The control channel of a call: which kinds of media are opened and closed, and where they are sent to, which is announced, so that
/// the media's flows are known as theirs. What ends can do is passed by. Kept per flow are the channels that were asked for, a bounded number.
/// </summary>
internal sealed class H245Analyser : MessageAnalyser, IProtocol
{
    private const int Frame = 4, Longest = 8192, MostChannels = 16, OpenRequest = 0x03, OpenAcknowledge = 5, CloseRequest = 0x04, CapabilitySet = 0x02, Determination = 0x01;

    private readonly Waiting<(Side, int), H245Channel> waiting = new(MostChannels);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "h245",
        Title = "H.323 control channel (H.245)",
        Standard = "H.245 annex A, X.691, RFC 1006",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(3),
        LookAhead = 96,
        MaxHeld = Longest,
    };

    /// <summary>Beginning of the protocol's identifier: its length, 0.0.8.245.0, before the version.</summary>
    private static ReadOnlySpan<byte> Version => [0x06, 0x00, 0x08, 0x81, 0x75, 0x00];

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // Who is master may be settled first; then an end says what it can, and by which version.
        ReadOnlySpan<byte> bytes = opening.Any;
        while (true)
        {
            if (bytes.Length <= Frame) return bytes.IsEmpty || (bytes[0] == 3 && (bytes.Length < 2 || bytes[1] == 0)) ? Match.NeedMore : Match.No;
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            if (bytes[0] != 3 || bytes[1] != 0 || length < Frame + 3) return Match.No;
            if (bytes[Frame] == CapabilitySet)
            {
                if (bytes.Length < Frame + 3 + Version.Length) return Match.NeedMore;
                return bytes[(Frame + 3)..].StartsWith(Version) ? Match.Yes : Match.No;
            }
            if (bytes[Frame] != Determination || length > Frame + 8) return Match.No;
            if (bytes.Length < length) return Match.NeedMore;
            bytes = bytes[length..];
            if (bytes.IsEmpty) return Match.NeedMore;
        }
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Frame) return Measured.Need(Frame);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return bytes[0] != 3 || bytes[1] != 0 || length is < Frame or > Longest ? Measured.Wrong(H323Faults.NoMessage) : new Measured(length, length);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> said = message.Bytes[Frame..];
        if (said.IsEmpty) return Continuation.Stay;
        PerReader reader = new(said);
        bool isRequest = reader.Bits(3) == 0;
        if (isRequest && said[0] == OpenRequest)
        {
            reader.Bits(7);
            int channel = reader.Number(2);
            bool hasPort = reader.Bits(2) % 2 != 0;
            if (hasPort) reader.Number(2);
            string? media = reader.Bit() ? null : reader.Bits(3) switch { 2 => "video", 3 => "audio", 4 => "data", _ => "other" };
            if (reader.Failed) into.Report(H323Faults.NoMessage);
            else waiting.Add((message.Side, channel), new H245Channel(message.At, message.Range) { Kind = "open", Channel = channel + 1, Media = media }, into);
        }
        else if (isRequest && said[0] == CloseRequest)
        {
            reader.Bits(6);
            int channel = reader.Number(2);
            if (!reader.Failed) into.Emit(new H245Channel(message.At, message.Range) { Kind = "close", Channel = channel + 1 });
        }
        else if ((said[0] & 0xF0) == 0x20 && reader.Bits(6) == OpenAcknowledge) Acknowledged(in message, ref reader, into);
        return Continuation.Stay;
    }

    /// <summary>The other end takes a channel and says where it listens. OpenLogicalChannelAck.</summary>
    private void Acknowledged(in Message message, ref PerReader reader, ITransactionSink into)
    {
        bool hasAdditions = reader.Bit(), hasReverse = reader.Bit();
        int channel = reader.Number(2);
        Side asking = message.Side == Side.Client ? Side.Server : Side.Client;
        H245Channel row = waiting.Take((asking, channel)) is { } asked
            ? asked with { At = message.At, Began = asked.At }
            : new H245Channel(message.At, message.Range) { Kind = "open", Channel = channel + 1 };
        row = row with { IsAcknowledged = true };
        uint additions = hasAdditions && !hasReverse ? reader.Additions() : 0;
        for (int i = 0; additions != 0 && !reader.Failed; i++, additions >>= 1)
        {
            if ((additions & 1) == 0) continue;
            ReadOnlySpan<byte> content = reader.Octets();
            // The second addition holds what goes with the multiplex.
            if (i == 1 && !reader.Failed) row = Where(row, content, into);
        }
        into.Emit(row);
    }

    /// <summary>H2250LogicalChannelAckParameters: addresses of the media and of their control.</summary>
    private static H245Channel Where(H245Channel row, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        PerReader reader = new(content);
        if (reader.Bit()) return row;
        reader.Bit();
        bool hasNonStandard = reader.Bit(), hasSession = reader.Bit(), hasMedia = reader.Bit(), hasControl = reader.Bit();
        reader.Bit();
        if (hasNonStandard) return row;
        // Of 255 numbers, so that it is not aligned.
        if (hasSession) reader.Bits(8);
        if (hasMedia && Transport(ref reader, out Address ip, out ushort port))
        {
            row = row with { MediaAddress = ip, MediaPort = port };
            into.Expect(new ExpectedFlow(ip, port, Carrier.Udp, row.Media is "audio" or "video" ? "rtp" : null));
        }
        if (hasControl && Transport(ref reader, out ip, out port)) into.Expect(new ExpectedFlow(ip, port, Carrier.Udp, null));
        return row;
    }

    /// <summary>An address of IP, where it is one; of other kinds nothing behind it can be read.</summary>
    private static bool Transport(ref PerReader reader, out Address ip, out ushort port)
    {
        (ip, port) = (default, 0);
        // Not an addition, to one end, by IPv4 or IPv6.
        int kind = reader.Bits(2) == 0 && !reader.Bit() ? reader.Bits(3) : -1;
        if (kind is not (0 or 2))
        {
            reader.Fail();
            return false;
        }
        bool hasAdditions = reader.Bit();
        ReadOnlySpan<byte> address = reader.Take(kind == 0 ? 4 : 16);
        port = (ushort)reader.Number(2);
        reader.SkipAdditions(hasAdditions);
        if (reader.Failed) return false;
        ip = Address.Read(address);
        return true;
    }
}
