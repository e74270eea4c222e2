using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dns;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>
/// Windows' file sharing, versions 1 to 3, directly over TCP or in sessions of NetBIOS: log-ins, shares, files with what was done to
/// them, pipes. Content that is read or written from a file's beginning and in order is looked at as bodies of HTTP are; what is said
/// in pipes is read as DCE/RPC. Kept per flow are shares, open files and requests that wait, a bounded number of each. Encrypted
/// messages are passed by.
/// </summary>
internal sealed class SmbAnalyser : MessageAnalyser, IProtocol
{
    private const int Frame = 4, Magic = 4, Peek = 24, MostShown = 4096, MostSetUp = 64 * 1024, NameLength = 34;
    private const byte SessionMessage = 0, SessionRequest = 0x81, PositiveAnswer = 0x82, NegativeAnswer = 0x83, Retarget = 0x84, KeepAlive = 0x85;

    private readonly SmbConnection connection = new();
    private readonly SmbTransfers transfers = new();
    private readonly Smb1Reader first;
    private readonly Smb2Reader second;
    private CaptureTime last;

    public SmbAnalyser()
    {
        first = new Smb1Reader(connection, transfers);
        second = new Smb2Reader(connection, transfers);
    }

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "smb",
        Title = "Server Message Block (Windows file sharing), with NetBIOS sessions",
        Standard = "MS-SMB2, MS-CIFS, MS-SMB, RFC 1002",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(SessionMessage, SessionRequest, PositiveAnswer, NegativeAnswer, KeepAlive),
        Ports = [445, 139],
        LookAhead = 80,
        MaxHeld = MostSetUp + 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match client = opening.Client.IsEmpty ? Match.NeedMore : Begins(opening.Client, opening.HasPort(139)), server = opening.Server.IsEmpty ? Match.NeedMore : Begins(opening.Server, opening.HasPort(139));
        if (client == Match.No || server == Match.No) return Match.No;
        if (client == Match.Yes) return IsAnswer(opening.Client) ? Match.YesReversed : Match.Yes;
        if (server == Match.Yes) return IsAnswer(opening.Server) ? Match.Yes : Match.YesReversed;
        return Match.NeedMore;
    }

    /// <inheritdoc/>
    public override void Gap(Side side, long missing, ITransactionSink into)
    {
        base.Gap(side, missing, into);
        transfers.Lose(side, missing);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => connection.End(last, into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        connection.Reset();
        transfers.Reset();
        last = default;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] is not (SessionMessage or (>= SessionRequest and <= KeepAlive))) return Measured.Wrong(SmbFaults.MalformedFrame);
        if (bytes.Length < Frame) return Measured.Need(Frame);
        // Over TCP alone the length has 24 bits, in NetBIOS' sessions 17.
        int length = (bytes[1] << 16) | (bytes[2] << 8) | bytes[3], whole = Frame + length;
        if (bytes[0] != SessionMessage) return length > 512 ? Measured.Wrong(SmbFaults.MalformedFrame) : new Measured(whole, whole);
        if (bytes.Length < Math.Min(whole, Peek)) return Measured.Need(Math.Min(whole, Peek));
        ReadOnlySpan<byte> message = bytes[Frame..];
        if (length >= Magic && !IsMagic(message)) return Measured.Wrong(SmbFaults.MalformedFrame);
        // Tickets in log-ins are long and are read whole.
        bool isSetUp = length > 14 && (message[0] == 0xFF ? message[4] == Smb1Reader.SessionSetup : message[0] == 0xFE && BinaryPrimitives.ReadUInt16LittleEndian(message[12..]) == 1);
        return new Measured(whole, Math.Min(whole, Frame + (isSetUp ? MostSetUp : MostShown)));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        last = message.At;
        if (message.Bytes[0] == SessionRequest && message.Side == Side.Client) Names(message.Bytes[Frame..]);
        if (message.Bytes[0] != SessionMessage || message.Length < Frame + 32) return Continuation.Stay;
        SmbMessage content = new() { Bytes = message.Bytes[Frame..], Length = message.Length - Frame, Range = message.Range, At = message.At, Flow = message.Flow };
        if (content.Bytes[0] == 0xFF) first.Take(in content, into);
        else if (!Smb2Reader.IsSealed(content.Bytes)) second.Take(in content, into);
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override void PassBy(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, ITransactionSink into)
    {
        last = at;
        transfers.PassBy(side, bytes, at, into);
    }

    private static bool IsMagic(ReadOnlySpan<byte> bytes) => bytes[0] >= 0xFC && bytes[1] == (byte)'S' && bytes[2] == (byte)'M' && bytes[3] == (byte)'B';

    private static Match Begins(ReadOnlySpan<byte> bytes, bool isNetBios)
    {
        switch (bytes[0])
        {
            case SessionMessage:
                if (bytes.Length >= Frame + 1 && bytes[Frame] < 0xFC) return Match.No;
                if (bytes.Length >= Frame + 2 && bytes[Frame + 1] != (byte)'S') return Match.No;
                // The version's flags tell who speaks.
                if (bytes.Length < Frame + Magic + 16) return Match.NeedMore;
                return IsMagic(bytes[Frame..]) && ((bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >= 32 ? Match.Yes : Match.No;
            case SessionRequest:
                // Two names of 32 letters from A to P, each behind its length.
                ReadOnlySpan<byte> opening = [SessionRequest, 0, 0, 68, 32];
                if (!bytes[..Math.Min(bytes.Length, opening.Length)].SequenceEqual(opening[..Math.Min(bytes.Length, opening.Length)])) return Match.No;
                if (bytes.Length < opening.Length + 8) return Match.NeedMore;
                return bytes.Slice(opening.Length, 8).ContainsAnyExceptInRange((byte)'A', (byte)'P') ? Match.No : Match.Yes;
            default:
                if (!isNetBios) return Match.No;
                if (bytes.Length < Frame) return Match.NeedMore;
                return bytes[1] != 0 || bytes[2] != 0 || bytes[3] > 6 ? Match.No : bytes[0] == KeepAlive ? Match.NeedMore : Match.Yes;
        }
    }

    private static bool IsAnswer(ReadOnlySpan<byte> bytes) => bytes[0] switch
    {
        SessionRequest => false,
        SessionMessage => bytes[Frame] switch
        {
            0xFF => bytes.Length > Frame + 9 && (bytes[Frame + 9] & 0x80) != 0,
            0xFE => bytes.Length > Frame + 16 && (bytes[Frame + 16] & 1) != 0,
            _ => false,
        },
        _ => true,
    };

    /// <summary>Called and calling name, each encoded in 32 letters behind its length. RFC 1002, section 4.3.2.</summary>
    private void Names(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NameLength * 2) return;
        connection.Facts.Called = Name(bytes);
        connection.Facts.Calling = Name(bytes[NameLength..]);
    }

    private static string? Name(ReadOnlySpan<byte> bytes) => NetBiosName.TryDecode(bytes.Slice(1, NetBiosName.EncodedLength), out string name, out _) && name.Length > 0 ? name : null;
}
