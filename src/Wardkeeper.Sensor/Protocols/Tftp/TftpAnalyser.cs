using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Tftp;

/// <summary>
/// TFTP: requests for files, and their transfer, which the server begins from a port of its own and which the request announces.
/// Kept per flow are the request and where the transfer is; a file passes through and is not held.
/// </summary>
internal sealed class TftpAnalyser : IProtocol
{
    private const int Usual = 512, LongestBlock = 1468, LongestName = 256, Read = 1, Write = 2, Data = 3, Acknowledge = 4, Failed = 5, Options = 6;

    private readonly Body body = new();
    private TftpTransfer? row;
    private UriMasking? masking;
    private bool isOpen, isWhole, isOver;
    private Side sender;
    private ushort expected;
    private int sent, acknowledged, blockSize = Usual;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "tftp",
        Title = "Trivial File Transfer Protocol",
        Standard = "RFC 1350, RFC 2347, RFC 2348, RFC 2349",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0),
        Ports = [69],
        LookAhead = 516,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 4 || bytes[0] != 0) return Match.No;
        // A transfer goes between other ports than its request: it begins with the first block, agreed options, or the leave to write.
        if (IsAnothers(opening.ClientPort) || IsAnothers(opening.ServerPort)) return IsRequest(in opening, bytes);
        bool isFirst = bytes[1] == Data && bytes[2] == 0 && bytes[3] == 1 && bytes.Length <= LongestBlock + 4;
        bool isLeave = bytes[1] == Acknowledge && bytes is [_, _, 0, 0];
        if (isFirst || isLeave || (bytes[1] == Options && IsOption(bytes[2..]))) return Match.Yes;
        return IsRequest(in opening, bytes);
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < 4 || bytes[0] != 0) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : TftpFaults.NoOperation);
        ushort number = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        Fault? fault = null;
        switch (bytes[1])
        {
            case Read or Write:
                Finish(isComplete: isOver, into);
                fault = Request(in segment, into);
                break;
            case Data:
                Block(in segment, number, bytes[4..], into);
                break;
            case Acknowledge:
                acknowledged = Math.Max(acknowledged, number);
                if (isOver) Finish(isComplete: true, into);
                break;
            case Failed:
                Begin(in segment);
                row = row! with { At = segment.At, ErrorCode = number, ErrorMsg = ShortText.Of(new SpanReader(bytes[4..]).UntilZero(), LongestName) };
                Finish(isComplete: false, into);
                break;
            case Options:
                Begin(in segment);
                TakeOptions(bytes[2..]);
                break;
            default:
                fault = TftpFaults.NoOperation;
                break;
        }
        return new Progress(bytes.Length, 0, fault);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => Finish(isComplete: isOver, into);

    /// <inheritdoc/>
    public void Reset()
    {
        body.Abandon();
        Forget();
    }

    // What passive standby routers say (port 1985) is a first block to the letter.
    private static bool IsAnothers(ushort port) => port is (< 1024 and not 69) or 1985;

    private static Match IsRequest(in Opening opening, ReadOnlySpan<byte> bytes)
    {
        if (bytes[1] is not (Read or Write)) return Match.No;
        ReadOnlySpan<byte> name = bytes[2..];
        int end = name.IndexOf((byte)0);
        // An empty name is sent by those who try what a server does.
        if (end < 0 || (end == 0 && !opening.HasPort(69)) || name[..end].IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0) return Match.No;
        ReadOnlySpan<byte> mode = name[(end + 1)..];
        end = mode.IndexOf((byte)0);
        return end > 0 && Mode(mode[..end]) is not null ? opening.Client.IsEmpty ? Match.YesReversed : Match.Yes : Match.No;
    }

    private static bool IsOption(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> name = new SpanReader(text).UntilZero();
        return Ascii.EqualsIgnoreCase(name, "blksize"u8) || Ascii.EqualsIgnoreCase(name, "tsize"u8) || Ascii.EqualsIgnoreCase(name, "timeout"u8) || Ascii.EqualsIgnoreCase(name, "windowsize"u8);
    }

    private static string? Mode(ReadOnlySpan<byte> mode)
    {
        foreach (string known in (ReadOnlySpan<string>)["octet", "netascii", "mail"])
        {
            if (Ascii.EqualsIgnoreCase(mode, known)) return known;
        }
        return null;
    }

    private void Begin(in Segment segment)
    {
        row ??= new TftpTransfer(segment.At, segment.Range(0, segment.Bytes.Length)) { Began = segment.At };
        row = row with { At = segment.At };
    }

    private Fault? Request(in Segment segment, ITransactionSink into)
    {
        SpanReader reader = new(segment.Bytes[2..]);
        ReadOnlySpan<byte> name = reader.UntilZero(), mode = reader.UntilZero();
        if (Mode(mode) is not { } known) return segment.Missing > 0 ? null : TftpFaults.EndlessText;
        PatientContext context = default;
        row = new TftpTransfer(segment.At, segment.Range(0, segment.Bytes.Length))
        {
            Began = segment.At,
            Wrq = segment.Bytes[1] == Write,
            Fname = UriMasking.Of(into.Masker, ref masking).Uri(name[..Math.Min(name.Length, LongestName)], ref context),
            Mode = known,
        };
        TakeOptions(reader.Rest);
        // The server answers from a port of its own to the one that asked.
        FlowView flow = segment.Flow;
        into.Expect(new ExpectedFlow(flow.At(segment.Side).Ip, segment.Side == Side.Client ? flow.ClientPort : flow.ServerPort, Carrier.Udp, "tftp") { File = new AnnouncedFile(row.Fname, IsFile: true) });
        return null;
    }

    /// <summary>Pairs of names and values. RFC 2347.</summary>
    private void TakeOptions(ReadOnlySpan<byte> options)
    {
        SpanReader reader = new(options);
        for (int i = 0; i < 16 && reader.Remaining > 0; i++)
        {
            ReadOnlySpan<byte> name = reader.UntilZero();
            if (!long.TryParse(reader.UntilZero(), NumberStyles.None, CultureInfo.InvariantCulture, out long value)) continue;
            if (Ascii.EqualsIgnoreCase(name, "blksize"u8) && value is >= 8 and <= 65464)
            {
                blockSize = (int)value;
                row = row! with { Blksize = blockSize };
            }
            else if (Ascii.EqualsIgnoreCase(name, "tsize"u8) && value > 0)
            {
                row = row! with { Tsize = value };
            }
        }
    }

    private void Block(in Segment segment, ushort number, ReadOnlySpan<byte> data, ITransactionSink into)
    {
        Begin(in segment);
        // Whoever sends the first block of a flow that was announced is the server of a file that is read.
        row = row! with { Server = row.Server ?? (row.Wrq == true ? Side.Server : segment.Side) };
        if (!isOpen)
        {
            (isOpen, isWhole) = (true, number == 1);
            expected = 1;
            // A block longer than usual shows what was agreed where the agreement was missed.
            if (number == 1 && data.Length > blockSize) blockSize = data.Length;
            sender = segment.Side;
            body.Begin(new BodyHead { KeepsMore = true, IsFile = true, At = segment.At, Where = segment.Range(0, 0), Into = into });
        }
        short ahead = (short)(number - expected);
        if (ahead < 0) return;
        if (ahead > 0)
        {
            body.Lose((long)ahead * blockSize);
            isWhole = false;
        }
        expected = (ushort)(number + 1);
        sent++;
        body.Push(data);
        if (segment.Missing > 0) body.Lose(segment.Missing);
        // A block that is not full is the last.
        isOver |= data.Length + segment.Missing < blockSize;
    }

    private void Finish(bool isComplete, ITransactionSink into)
    {
        if (row is null) return;
        if (isOpen)
        {
            BodyFacts facts = body.End(isComplete && isWhole);
            row = row with { Size = facts.Length, BlockSent = sent };
            Brought file = new(Info.Name, row.At, row.Bytes, sender) { Name = row.Fname, IsFile = true, Kind = "transfer" };
            into.WhenAnnounced((said, then) => (file with { Name = file.Name ?? said?.Name }).Emit(facts, then));
        }
        into.Emit(row with { BlockAcked = acknowledged > 0 ? acknowledged : null });
        Forget();
    }

    private void Forget()
    {
        row = null;
        isOpen = isWhole = isOver = false;
        sent = acknowledged = 0;
        blockSize = Usual;
    }
}
