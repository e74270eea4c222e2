using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.GeSrtp;

/// <summary>
/// SRTP, by which controllers of GE (now Emerson) are read, written and stopped: a head of 56 bytes with a mailbox message, and data
/// behind it. Kept per flow are the requests that wait, a bounded number; data is passed by. Written from public observations, since
/// its maker published no layout.
/// </summary>
internal sealed class GeSrtpAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 56, MostWaiting = 32, MailboxType = 31, ServiceCode = 42;
    private const byte Init = 0, InitAnswer = 1, Request = 2, Response = 3, WithText = 0x80, Short = 0xC0, Refused = 0xD1, Done = 0xD4, DoneWithText = 0x94;
    private const ushort Port = 18245;

    private readonly Waiting<int, GeSrtpExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ge_srtp",
        Title = "GE SRTP, plant controllers",
        Standard = "public observations of GE SRTP",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(Init, InitAnswer, Request, Response),
        Ports = [Port],
        LookAhead = Header,
        MaxHeld = 256,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        bool isClient = !opening.Client.IsEmpty;
        // A connection begins with zeros: on its own port only.
        if (bytes.IsEmpty) return Match.NeedMore;
        if ((bytes.Length > 1 && bytes[1] != 0) || (bytes[0] is Init or InitAnswer && !opening.HasPort(Port))) return Match.No;
        if (bytes.Length < Header) return IsHead(bytes) ? Match.NeedMore : Match.No;
        if (!IsHead(bytes)) return Match.No;
        bool isAnswer = bytes[0] is InitAnswer or Response;
        return isAnswer == isClient ? Match.YesReversed : Match.Yes;
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
        if (bytes.Length < 2) return Measured.Need(2);
        if (bytes[0] > Response || bytes[1] != 0) return Measured.Wrong(GeSrtpFaults.MalformedHeader);
        if (bytes.Length < Header) return Measured.Need(Header);
        return new Measured(Header + BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]), Header);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        // The beginning has no number; its answer comes before anything else.
        int key = bytes[0] <= InitAnswer ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if (bytes[0] is Init or Request)
        {
            int code = bytes[ServiceCode];
            bool isInit = bytes[0] == Init;
            waiting.Add(key, new GeSrtpExchange(message.At, message.Range) { PduType = "REQ", Service = isInit ? "connect" : GeSrtpNames.Service(code), IsWrite = !isInit && GeSrtpNames.IsWrite(code) }, into);
            return Continuation.Stay;
        }
        GeSrtpExchange? asked = waiting.Take(key);
        byte type = bytes[MailboxType];
        bool hasStatus = bytes[0] == Response && type is Done or DoneWithText;
        into.Emit((asked ?? new GeSrtpExchange(message.At, message.Range)) with
        {
            At = message.At,
            Began = asked?.At,
            PduType = asked is null ? "RESP" : null,
            Error = bytes[0] == Response && type == Refused ? string.Create(CultureInfo.InvariantCulture, $"{bytes[42]:x2}{bytes[43]:x2}") : null,
            PrivilegeLevel = hasStatus ? (sbyte)bytes[51] : null,
        });
        return Continuation.Stay;
    }

    /// <summary>Whether a head begins so: zeros, or a mailbox message of a known kind with its first packet and a service that there is.</summary>
    private static bool IsHead(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] > Response) return false;
        if (bytes[0] == Init) return bytes[..Math.Min(bytes.Length, Header)].IndexOfAnyExcept((byte)0) < 0;
        // Its answer has a number in one place only.
        if (bytes[0] == InitAnswer) return bytes[1..Math.Min(bytes.Length, 8)].IndexOfAnyExcept((byte)0) < 0 && (bytes.Length < 10 || bytes[9..Math.Min(bytes.Length, Header)].IndexOfAnyExcept((byte)0) < 0);
        if (bytes.Length <= MailboxType) return true;
        byte type = bytes[MailboxType];
        if (bytes[24] != 0 || bytes[25] != 0 || bytes[29] != 0) return false;
        if (bytes[0] == Response) return type is Refused or Done or DoneWithText;
        if (type is not (WithText or Short)) return false;
        if (bytes.Length < Header) return true;
        return bytes[ServiceCode] <= GeSrtpNames.Most && (type == Short ? bytes[40] == 1 && bytes[41] >= 1 : bytes[48] == 1 && bytes[49] >= 1);
    }
}
