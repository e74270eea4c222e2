using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Takes a flow's content from its first byte to transactions: recognises the protocol, lends an analyser from the pool, feeds it,
/// hands over to a successor. One per shard.
/// </summary>
internal sealed class ContentPath(Recognition recognition, SensorLimits limits, SensorCounters counters, ShardOutput output, PatientMasker masker, AnnouncedFlows announced) : ITransactionSink
{
    /// <summary>An analyser threw: a defect of ours. It is dropped from its flow, and the flow goes on without it.</summary>
    public static readonly Fault AnalyserFailed = new("analyser.failed", "IAnalyser");

    /// <summary>Protocols inside each other in one flow (CONNECT, then TLS, then …).</summary>
    private const int MaxHandOvers = 8;

    private readonly Stack<IAnalyser>[] analysers = [.. recognition.Protocols.Select(_ => new Stack<IAnalyser>())];
    private readonly Stack<StreamFeeder> feeders = new();
    private readonly Stack<Undecided> undecideds = new();
    private readonly ObservationBatch observations = new();
    private readonly List<(long Packet, FlowView Flow, string As, Announcement? Announced, CaptureTime Until, Action<AnnouncedFile?, ITransactionSink> Tell)> waiting = [];
    private readonly int transfer = recognition.IndexOf(Protocols.Ftp.FtpDataAnalyser.Info.Name);
    private FlowView? speaking, pointing;
    private bool speakingFromOriginator;
    private Announcement? speakingAnnounced;
    private CaptureTime speakingUntil;
    private string speakingAs = "";
    private bool emitted;

    /// <summary>Number of the packet that is being worked on.</summary>
    public long Packet { get; set; }

    /// <summary>Time of the packet that is being worked on.</summary>
    public CaptureTime Now { get; set; }

    /// <inheritdoc/>
    public PatientMasker Masker => masker;

    /// <summary>Runs the rules, if there are any.</summary>
    public Signatures.SignatureEngine? Signatures { get; set; }

    /// <inheritdoc/>
    public Signatures.Buffers.IBufferSink? Buffers => Signatures;

    /// <inheritdoc/>
    public FileSums Sums { get; set; }

    /// <summary>Flows announced since the last exchange.</summary>
    public List<(ExpectedFlow Flow, string Parent, long Packet, CaptureTime At)> Announced { get; } = [];

    /// <summary>In-order bytes of a stream.</summary>
    public void Bytes(ref Flow flow, bool fromOriginator, ReadOnlySpan<byte> bytes, CaptureTime at, long offset)
    {
        while (bytes.Length > 0)
        {
            if (flow.Stage == RecognitionStage.Attached)
            {
                int consumed = Feed(ref flow, fromOriginator, bytes, at, offset, 0);
                bytes = bytes[consumed..];
                offset += consumed;
                continue;
            }
            if (flow.Stage == RecognitionStage.Settled) return;
            Offer(ref flow, fromOriginator, bytes, at, offset);
            return;
        }
    }

    /// <summary>One whole datagram, frame or ICMP message.</summary>
    public void Datagram(ref Flow flow, bool fromOriginator, ReadOnlySpan<byte> bytes, int missing, CaptureTime at, long offset)
    {
        if (flow.Stage is RecognitionStage.Fresh)
        {
            Opening opening = OpeningOf(in flow, fromOriginator ? bytes : default, fromOriginator ? default : bytes, missing > 0);
            ProtocolSet candidates = recognition.Candidates(in opening);
            int found = recognition.Ask(in opening, ref candidates, out bool reversed);
            if (found < 0)
            {
                if (++flow.Offers >= limits.Offers) flow.Stage = RecognitionStage.Settled;
                return;
            }
            Attach(ref flow, found, reversed);
        }
        if (flow.Stage == RecognitionStage.Attached) Feed(ref flow, fromOriginator, bytes, at, offset, missing);
    }

    /// <summary>Bytes of a stream are missing.</summary>
    public void Gap(ref Flow flow, bool fromOriginator, long missing, long offset)
    {
        if (flow.Stage == RecognitionStage.Attached)
        {
            Speak(ref flow);
            flow.Feeder!.Gap(SideOf(flow.View!, fromOriginator), missing, this);
        }
        else if (flow.Stage != RecognitionStage.Settled)
        {
            flow.FromStart = false;
            Forget(ref flow);
            flow.Stage = RecognitionStage.Fresh;
        }
    }

    /// <summary>The flow ends.</summary>
    public void End(ref Flow flow, FlowEnd how)
    {
        TryTransfer(ref flow);
        if (flow.Stage == RecognitionStage.Attached) Detach(ref flow, how);
        Forget(ref flow);
    }

    /// <summary>The same part of a stream was sent twice with different content: somebody may be hiding something from one of its readers.</summary>
    public void Evasion(ref Flow flow, bool fromOriginator)
    {
        FlowView view = flow.Facts();
        observations.Speak(view, "tcp", Now, Packet);
        observations.Claim(fromOriginator ? view.Originator : view.Responder, ClaimKind.Anomaly, "stream overlap with different content", "tcp segments");
        Publish();
    }

    /// <summary>States an attribute from outside any analyser.</summary>
    public void Claim(FlowView view, Subject subject, string protocol, ClaimKind kind, string value, string origin)
    {
        observations.Speak(view, protocol, Now, Packet);
        observations.Claim(subject, kind, value, origin);
        Publish();
    }

    /// <summary>Attaches the analyser of a protocol that was announced for this flow.</summary>
    public void AttachExpected(ref Flow flow, string protocol)
    {
        int found = recognition.IndexOf(protocol);
        if (found >= 0) Attach(ref flow, found, false);
    }

    /// <summary>Nobody announced the flow: what was attached in case somebody did is taken off.</summary>
    public void Unguess(ref Flow flow)
    {
        (flow.IsGuess, flow.AskedIn) = (false, 0);
        if (flow.Stage != RecognitionStage.Attached) return;
        Release(ref flow);
        flow.View = null;
        flow.Stage = RecognitionStage.Settled;
    }

    /// <summary>Whether this is the protocol that is guessed.</summary>
    public bool IsTransfer(string protocol) => recognition.IndexOf(protocol) == transfer;

    /// <summary>The flow was announced as what it was taken for, or as something else.</summary>
    public void Confirm(ref Flow flow, string protocol)
    {
        if (!IsTransfer(protocol))
        {
            Unguess(ref flow);
            return;
        }
        flow.IsGuess = false;
        flow.Services |= ProtocolSet.Of(transfer);
    }

    /// <summary>Hands out what waited for announcements, which are all known up to here.</summary>
    public void Settle(AnnouncedFlows announced)
    {
        foreach ((long packet, FlowView flow, string name, Announcement? known, CaptureTime until, Action<AnnouncedFile?, ITransactionSink> tell) in waiting)
        {
            Announcement? found = known?.File is null ? announced.Find(flow.ResponderAddress, flow.ResponderPort, flow.Carrier, until) ?? known : known;
            (Packet, speaking, speakingAs) = (packet, flow, name);
            tell(found?.File, this);
        }
        waiting.Clear();
    }

    /// <inheritdoc/>
    public void WhenAnnounced(Action<AnnouncedFile?, ITransactionSink> tell) => waiting.Add((Packet, speaking!, speakingAs, speakingAnnounced, speakingUntil, tell));

    /// <inheritdoc/>
    public void Emit(Transaction transaction)
    {
        emitted = true;
        transaction.Flow = speaking;
        output.Add(Packet, transaction);
        bool isOfSerialLine = transaction.IsOfSerialLine || IsSerialLine(speaking!);
        if ((isOfSerialLine ? speaking!.BehindResponder() : speaking) is not { } about) return;
        observations.Speak(about, transaction.Protocol ?? speakingAs, transaction.At, Packet, transaction.Places);
        transaction.Observe(about, observations);
        if (isOfSerialLine) observations.Claim(about.Responder, ClaimKind.SwitchPort, $"{speaking!.ResponderAddress} port {speaking.ResponderPort}", "serial line");
        Publish();
    }

    /// <summary>Whether a protocol of serial lines is spoken straight into a port of a machine that has some.</summary>
    private bool IsSerialLine(FlowView flow) => flow.Carrier == Carrier.Tcp && announced.HasSerialLines(flow.ResponderAddress) && Protocols.Telnet.SerialPayload.Reads(speakingAs);

    /// <inheritdoc/>
    public void Report(Fault fault)
    {
        counters.Count(fault.Id, Packet);
        if (fault.Event is { } named && speaking is not null) Signatures?.Told(SideOf(speaking, speakingFromOriginator), named);
        if (speaking is null || CrashingFaults.Of(fault) is not { } crashing || ReferenceEquals(pointing, speaking)) return;
        pointing = speaking;
        observations.Speak(speaking, crashing.Protocol, Now, Packet);
        observations.Claim(speakingFromOriginator ? speaking.Originator : speaking.Responder, ClaimKind.Anomaly, crashing.Value, crashing.Origin);
        Publish();
    }

    /// <inheritdoc/>
    public void Expect(in ExpectedFlow expected) => Announced.Add((expected, speaking!.Uid, Packet, Now));

    /// <inheritdoc/>
    public void Remember(CauseKey request) => output.Add(Packet, new CauseNote(request, speaking!.Uid));

    private static Side SideOf(FlowView view, bool fromOriginator) => fromOriginator != view.ClientIsResponder ? Side.Client : Side.Server;

    private static Opening OpeningOf(in Flow flow, ReadOnlySpan<byte> originator, ReadOnlySpan<byte> responder, bool truncated) => new()
    {
        Carrier = flow.Carrier,
        ClientPort = flow.OriginatorPort,
        ServerPort = flow.ResponderPort,
        EtherType = flow.EtherType,
        IpProtocol = flow.IpProtocol,
        Client = originator,
        Server = responder,
        FromStart = flow.FromStart,
        Truncated = truncated,
    };

    private void Offer(ref Flow flow, bool fromOriginator, ReadOnlySpan<byte> bytes, CaptureTime at, long offset)
    {
        if (flow.Stage == RecognitionStage.Fresh)
        {
            Opening first = OpeningOf(in flow, fromOriginator ? bytes : default, fromOriginator ? default : bytes, false);
            ProtocolSet candidates = recognition.Candidates(in first);
            int found = recognition.Ask(in first, ref candidates, out bool reversed);
            if (found >= 0)
            {
                Attach(ref flow, found, reversed);
                Bytes(ref flow, fromOriginator, bytes, at, offset);
                return;
            }
            if (candidates.IsEmpty && !MayBeTransfer(in flow))
            {
                Refuse(ref flow);
                return;
            }
            flow.Undecided = undecideds.Count > 0 ? undecideds.Pop() : new Undecided();
            flow.Undecided.Candidates = candidates;
            flow.Stage = RecognitionStage.Undecided;
            Hold(ref flow, fromOriginator, bytes, at, offset);
            if (candidates.IsEmpty) Refuse(ref flow);
            return;
        }
        Hold(ref flow, fromOriginator, bytes, at, offset);
        Reconsider(ref flow);
    }

    private void Hold(ref Flow flow, bool fromOriginator, ReadOnlySpan<byte> bytes, CaptureTime at, long offset) =>
        flow.Undecided!.Add(fromOriginator, bytes, at, offset, Packet);

    private void Reconsider(ref Flow flow)
    {
        Undecided held = flow.Undecided!;
        Opening opening = OpeningOf(in flow, held.Originator, held.Responder, false);
        ProtocolSet candidates = held.Candidates;
        int found = recognition.Ask(in opening, ref candidates, out bool reversed);
        held.Candidates = candidates;
        if (found < 0)
        {
            if (!candidates.IsEmpty && held.Pieces.Count < limits.OpeningPieces) return;
            Refuse(ref flow);
            return;
        }
        flow.Undecided = null;
        Attach(ref flow, found, reversed);
        foreach (Undecided.Piece piece in held.Pieces) Bytes(ref flow, piece.FromOriginator, held.BytesOf(piece), piece.At, piece.Offset);
        held.Clear();
        undecideds.Push(held);
    }

    /// <summary>No protocol: a flow whose beginning was missed may still show one at a later segment.</summary>
    private void Refuse(ref Flow flow)
    {
        if (TryTransfer(ref flow)) return;
        Forget(ref flow);
        flow.Stage = flow.FromStart || ++flow.Offers >= limits.Offers ? RecognitionStage.Settled : RecognitionStage.Fresh;
    }

    /// <summary>Whether this may be a data connection of FTP, which no content shows: a whole stream between ports that FTP takes.</summary>
    private bool MayBeTransfer(in Flow flow) => transfer >= 0 && flow.Kind == PacketKind.Tcp && flow.FromStart && flow.HandOvers == 0
        && flow.ResponderPort >= 1024 && (flow.OriginatorPort >= 1024 || flow.OriginatorPort == 20);

    /// <summary>What is no other protocol, and in which one side alone speaks, is read as a file until it is known whether anybody announced it.</summary>
    private bool TryTransfer(ref Flow flow)
    {
        if (flow.Undecided is not { } held || !MayBeTransfer(in flow) || !(held.Originator.IsEmpty || held.Responder.IsEmpty)) return false;
        flow.Undecided = null;
        Attach(ref flow, transfer, false);
        flow.Services -= ProtocolSet.Of(transfer);
        flow.IsGuess = true;
        foreach (Undecided.Piece piece in held.Pieces) Bytes(ref flow, piece.FromOriginator, held.BytesOf(piece), piece.At, piece.Offset);
        held.Clear();
        undecideds.Push(held);
        return true;
    }

    private void Forget(ref Flow flow)
    {
        if (flow.Undecided is null) return;
        flow.Undecided.Clear();
        undecideds.Push(flow.Undecided);
        flow.Undecided = null;
    }

    private void Attach(ref Flow flow, int index, bool reversed)
    {
        FlowView view = flow.Facts();
        view.ClientIsResponder = reversed;
        StreamFeeder feeder = feeders.Count > 0 ? feeders.Pop() : new StreamFeeder();
        IAnalyser analyser = analysers[index].Count > 0 ? analysers[index].Pop() : recognition.Protocols[index].Create();
        feeder.Attach(recognition.Protocols[index], analyser, view);
        feeder.Index = index;
        flow.Feeder = feeder;
        flow.Stage = RecognitionStage.Attached;
        flow.Services |= ProtocolSet.Of(index);
        flow.Signatures?.Recognise(flow.Services);
        feeder.HasEmitted = false;
    }

    private void Detach(ref Flow flow, FlowEnd how)
    {
        StreamFeeder feeder = flow.Feeder!;
        Speak(ref flow);
        feeder.End(how, this);
        Release(ref flow);
    }

    private void Release(ref Flow flow)
    {
        StreamFeeder feeder = flow.Feeder!;
        int index = feeder.Index;
        IAnalyser analyser = feeder.Detach()!;
        analyser.Reset();
        if (analysers[index].Count < 1024) analysers[index].Push(analyser);
        if (feeders.Count < 4096) feeders.Push(feeder);
        flow.Feeder = null;
    }

    /// <summary>Feeds the analyser and follows what it decides. Returns how many of the bytes are done with.</summary>
    private int Feed(ref Flow flow, bool fromOriginator, ReadOnlySpan<byte> bytes, CaptureTime at, long offset, int missing)
    {
        Speak(ref flow);
        speakingFromOriginator = fromOriginator;
        emitted = false;
        StreamFeeder feeder = flow.Feeder!;
        Progress progress;
        try
        {
            progress = feeder.Push(SideOf(flow.View!, fromOriginator), bytes, at, offset, missing, this);
        }
        catch (Exception) when (!limits.LetBugsThrough)
        {
            Report(AnalyserFailed);
            Release(ref flow);
            flow.Stage = RecognitionStage.Settled;
            return bytes.Length;
        }
        feeder.HasEmitted |= emitted;
        switch (progress.Then)
        {
            case Continuation.GiveUp or Continuation.Done:
                int index = feeder.Index;
                emitted |= feeder.HasEmitted;
                Detach(ref flow, FlowEnd.Detached);
                if (progress.Then == Continuation.GiveUp && !emitted) flow.Services -= ProtocolSet.Of(index);
                flow.Stage = RecognitionStage.Settled;
                return bytes.Length;
            case Continuation.HandOver:
                Detach(ref flow, FlowEnd.Detached);
                flow.Stage = RecognitionStage.Fresh;
                flow.FromStart = true;
                if (++flow.HandOvers > MaxHandOvers) flow.Stage = RecognitionStage.Settled;
                else if (progress.Successor is { } successor) AttachExpected(ref flow, successor);
                return progress.Consumed;
            default:
                return bytes.Length;
        }
    }

    private void Speak(ref Flow flow)
    {
        speaking = flow.View;
        (speakingAnnounced, speakingUntil) = (flow.Announced, flow.LastAt);
        speakingAs = flow.Feeder!.Protocol!.Info.Name;
    }

    private void Publish()
    {
        foreach (Observation observation in observations.Span) output.Add(Packet, observation);
        observations.Clear();
    }
}
