using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Eapol;

/// <summary>
/// Port-based access control, on cables and in the air: who asks to be let in (EAP identity), by which method, whether it was, and
/// the handshake that makes a radio link's keys. Every frame is read by itself, since requests go to a group address and answers do
/// not; the last few of a conversation are kept, so that a repeated one is shown once in ten minutes. Not read: what methods carry,
/// nonces, keys.
/// </summary>
internal sealed class EapolAnalyser : IProtocol
{
    private const ushort EapolType = 0x888E, PreauthenticationType = 0x88C7;
    private const int Header = 4;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "eapol",
        Title = "Access control of ports (802.1X)",
        Standard = "IEEE 802.1X, RFC 3748, IEEE 802.11 12.7",
        Carriers = Carrier.Link,
        EtherTypes = [EapolType, PreauthenticationType],
        FirstBytes = FirstBytes.Of(1, 2, 3),
        LookAhead = Header,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType is EapolType or PreauthenticationType && BeginsRight(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!BeginsRight(bytes)) return new Progress(bytes.Length, 0, EapolFaults.Header);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (length > bytes.Length - Header) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : EapolFaults.Length);
        ReadOnlySpan<byte> frame = bytes[..(Header + length)], body = frame[Header..];
        if (recent.IsRepeat(segment.Side, frame, segment.At)) return Progress.All(in segment);
        EapolFrame said = new(segment.At, segment.Range(0, frame.Length)) { Version = bytes[0], Type = EapolNames.Packet(bytes[1]) };
        Fault? fault = null;
        if (bytes[1] == 0) fault = EapReader.Read(body, ref said);
        else if (bytes[1] == 3) fault = KeyReader.Read(body, ref said);
        into.Emit(said);
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
    public void Reset() => recent.Clear();

    private static bool BeginsRight(ReadOnlySpan<byte> bytes) => bytes.Length >= Header && bytes[0] is 1 or 2 or 3 && bytes[1] <= 8;
}
