using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>
/// How terminals of H.323 find and ask their gatekeeper: discovery, registration, admission and leave, each with its answer, the names
/// and numbers in them and the maker that registering terminals state. Kept per flow are the requests that wait, a bounded number.
/// </summary>
internal sealed class RasAnalyser : MessageAnalyser, IProtocol
{
    private const int Longest = 4096, MostWaiting = 16, Shortest = 3;
    private const ushort Port = 1719, DiscoveryPort = 1718;

    private readonly Waiting<int, RasMessage> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "h225_ras",
        Title = "H.323 registration and admission (RAS)",
        Standard = "H.225.0 annex H, X.691",
        Carriers = Carrier.Udp,
        Ports = [DiscoveryPort, Port],
        LookAhead = 16,
        MaxHeld = Longest,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!opening.HasPort(Port) && !opening.HasPort(DiscoveryPort)) return Match.No;
        // The messages that terminals begin with, and repeat to stay registered, name the protocol's version.
        if (bytes.Length < Shortest || !RasNames.HasVersion(bytes[0] >> 2) || RasNames.Optional(bytes[0] >> 2) is not { } optional) return Match.No;
        int at = RasNames.HeadBytes(optional) + 2;
        if (bytes.Length < at || !bytes[at..].StartsWith(RasReader.Version)) return Match.No;
        bool isAnswer = RasNames.IsAnswer(bytes[0] >> 2);
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
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
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes) => bytes.Length < Shortest ? Measured.Wrong(H323Faults.NoMessage) : new Measured(bytes.Length, Longest);

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        int choice = bytes[0] >> 2;
        if ((bytes[0] & 0x80) != 0 || RasNames.Optional(choice) is not { } optional) return Continuation.Stay;
        int head = RasNames.HeadBytes(optional);
        if (head + 2 > bytes.Length)
        {
            into.Report(H323Faults.NoMessage);
            return Continuation.Stay;
        }
        int number = BinaryPrimitives.ReadUInt16BigEndian(bytes[head..]);
        if (!RasNames.IsAnswer(choice))
        {
            RasMessage row = RasReader.Request(new RasMessage(message.At, message.Range) { Kind = RasNames.Kind(choice), Sequence = number + 1 }, choice, bytes, out bool isWhole);
            if (!isWhole) into.Report(H323Faults.NoMessage);
            waiting.Add(number, row with { Places = TextPlace.Of(null, bytes, message.Range, row.Product, row.Version) }, into);
            return Continuation.Stay;
        }
        RasMessage answer = waiting.Take(number) is { } asked
            ? asked with { At = message.At, Began = asked.At }
            : new RasMessage(message.At, message.Range) { Kind = RasNames.Kind(choice), Sequence = number + 1 };
        into.Emit(RasReader.Answer(answer with { Outcome = RasNames.Outcome(choice) }, choice, bytes));
        return Continuation.Stay;
    }
}
