using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>What one flow remembers of its association: how it was opened and ended, its two streams, and the operations under way.</summary>
internal sealed class AssociationState
{
    private const int MaxNews = 64;
    private readonly HashSet<(string? SopClass, ushort Field, Side Requestor, bool IsAnswered)> known = [];
    private readonly Examinations examinations = new();
    private readonly DeviceMemory devices = new();

    public MessageStream Client { get; } = new();

    public MessageStream Server { get; } = new();

    public OperationTable Operations { get; } = new();

    public AssociatePdu? Request { get; private set; }

    public AssociatePdu? Accept { get; private set; }

    /// <summary>Whether it has ended and was handed out, or was refused.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether bytes of the answering side were lost before an answer was seen.</summary>
    public bool MayHaveAnswered { get; set; }

    /// <summary>Whether commands were exchanged, so that an unseen answer must have been an accept.</summary>
    public bool HasData { get; set; }

    public bool ReleaseRequested { get; set; }

    /// <summary>The move that caused this association, as its first C-STORE names it.</summary>
    private (string? Title, ushort? MessageId) Cause { get; set; }

    /// <summary>Transaction UID of the commitment whose result the requestor opened this association for.</summary>
    private string? Committed { get; set; }

    /// <summary>Time of the latest bytes.</summary>
    public CaptureTime At { get; set; }

    private CaptureTime Began { get; set; }

    private ByteRange Evidence { get; set; }

    /// <summary>Whether anything of an association's opening was seen.</summary>
    public bool IsOpened => Request is not null || Accept is not null;

    public MessageStream Of(Side side) => side == Side.Client ? Client : Server;

    private MessageStream Peer(Side side) => side == Side.Client ? Server : Client;

    /// <summary>An A-ASSOCIATE-RQ.</summary>
    public void Open(AssociatePdu request, ByteRange evidence)
    {
        (Request, Accept) = (request, null);
        (Began, Evidence) = (At, evidence);
        IsOver = ReleaseRequested = MayHaveAnswered = HasData = false;
        Cause = default;
        Committed = null;
    }

    /// <summary>An A-ASSOCIATE-AC.</summary>
    public void Answer(AssociatePdu accept, ByteRange evidence)
    {
        if (Request is null) (Began, Evidence) = (At, evidence);
        Accept = accept;
    }

    /// <summary>An A-ASSOCIATE-RJ.</summary>
    public void Reject(byte result, byte source, byte reason, ByteRange evidence, ITransactionSink into)
    {
        if (Request is null) (Began, Evidence) = (At, evidence);
        AssociationAttempt attempt = Attempt("rejected", null) with
        {
            RejectResult = PduWords.RejectResult(result),
            RejectSource = PduWords.RejectSource(source),
            RejectReason = PduWords.RejectReason(source, reason),
        };
        IsOver = true;
        into.Emit(attempt);
    }

    /// <summary>The association ended by an A-ABORT.</summary>
    public void Abort(Side by, byte source, byte reason, ITransactionSink into)
    {
        if (IsOver) return;
        EmitOperations(into);
        if (IsOpened)
        {
            into.Emit(Attempt(Accept is not null || HasData ? "accepted" : MayHaveAnswered ? "unknown" : "aborted-before-answer", "aborted") with
            {
                AbortedBy = by == Side.Client ? "requestor" : "acceptor",
                AbortSource = PduWords.AbortSource(source),
                AbortReason = PduWords.AbortReason(source, reason),
            });
        }
        IsOver = true;
    }

    /// <summary>The association ended in the given way.</summary>
    public void Finish(string ended, ITransactionSink into)
    {
        if (IsOver) return;
        EmitOperations(into);
        if (IsOpened) into.Emit(Attempt(Accept is not null || HasData ? "accepted" : MayHaveAnswered ? "unknown" : "no-answer", ended));
        IsOver = true;
    }

    /// <summary>A command set that was understood; its data set, if it has one, comes next on the same stream.</summary>
    public void Take(in CommandSet command, MessageStream stream, Side side, long end, ITransactionSink into)
    {
        if (command.IsCancel)
        {
            if (Operations.Find(side, command.RespondedTo ?? 0) is { } withdrawn) withdrawn.IsCancelled = true;
            return;
        }
        if (command.IsResponse) TakeResponse(in command, stream, side, end, into);
        else TakeRequest(in command, stream, side, end, into);
    }

    /// <summary>Hands out one operation and forgets it.</summary>
    public void Emit(Operation operation, ITransactionSink into)
    {
        Client.Disown(operation, into.Masker);
        Server.Disown(operation, into.Masker);
        DimseExchange exchange = Exchange(operation, into.Masker);
        if (exchange is { Command: "N-ACTION", TransactionUid: { } asked }) into.Remember(new CauseKey(asked));
        if (exchange is { Command: "N-EVENT-REPORT", FromAcceptor: false, TransactionUid: { } reported }) Committed ??= reported;
        into.Emit(exchange);
        if (examinations.Follow(exchange, operation.RequestFacts, into.Masker) is { } examination) into.Emit(examination);
        Operations.Remove(operation);
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        Operations.Clear();
        Client.Reset();
        Server.Reset();
        known.Clear();
        examinations.Clear();
        devices.Clear();
        Cause = default;
        Committed = null;
        Request = Accept = null;
        IsOver = MayHaveAnswered = HasData = ReleaseRequested = false;
        At = Began = default;
        Evidence = default;
    }

    private void TakeRequest(in CommandSet command, MessageStream stream, Side side, long end, ITransactionSink into)
    {
        ushort id = command.MessageId ?? 0;
        Operation? operation = Operations.Find(side, id);
        if (operation is { Began: not null } || (operation is not null && operation.Field != command.Field))
        {
            if (!Peer(side).HasLoss) stream.Wrong(DicomFaults.MessageIdReused, into);
            Emit(operation, into);
            operation = null;
        }
        operation ??= Add(side, id, command.Field, into);
        if (!operation.Request(in command, stream.Fragment.Context, At, stream.CommandStart, end)) stream.Wrong(DicomFaults.MalformedUid, into);
        if (operation.MoveDestination is { } destination && (Request ?? Accept)?.CallingAe is { } mover) into.Remember(new CauseKey(mover, id, destination));
        if (Cause.Title is null && operation.MoveOriginator is { } originator) Cause = (originator, operation.MoveOriginatorMessageId);
        Own(operation, stream, command.HasDataSet, isRequest: true, side, into);
        if (operation.IsComplete) Emit(operation, into);
    }

    private void TakeResponse(in CommandSet command, MessageStream stream, Side side, long end, ITransactionSink into)
    {
        Side requestor = side == Side.Client ? Side.Server : Side.Client;
        ushort id = command.RespondedTo ?? 0, field = (ushort)(command.Field & ~CommandSet.ResponseBit);
        Operation? operation = Operations.Find(requestor, id);
        if (operation is not null && operation.Field != field)
        {
            Emit(operation, into);
            operation = null;
        }
        operation ??= Add(requestor, id, field, into);
        if (!operation.Respond(in command, stream.Fragment.Context, side, stream.CommandStart, end)) stream.Wrong(DicomFaults.MalformedUid, into);
        Own(operation, stream, command.HasDataSet, isRequest: false, side, into);
        // A response that overtook its request in the capture waits for it; where requests may have been lost there is nothing to wait for.
        bool mayFollow = operation.Began is null && Of(requestor) is { IsProven: true, HasLoss: false, Next: > 0 };
        if (operation.IsComplete && !mayFollow) Emit(operation, into);
    }

    private void Own(Operation operation, MessageStream stream, bool hasDataSet, bool isRequest, Side side, ITransactionSink into)
    {
        if (hasDataSet) stream.BeginDataSet(operation, isRequest, TransferSyntax.Of(SyntaxOf(stream.Fragment.Context)), side, into.Buffers);
        else stream.Owner = null;
    }

    /// <summary>Transfer syntax that was agreed on for a context, when that was seen.</summary>
    private string? SyntaxOf(byte context) => Accept?.Context(context) is { Answer: 0, TransferSyntaxes: [string chosen, ..] } ? chosen : null;

    private Operation Add(Side requestor, ushort id, ushort field, ITransactionSink into)
    {
        if (Operations.IsFull)
        {
            into.Report(DicomFaults.TooManyOutstanding);
            Emit(Operations.Oldest, into);
        }
        return Operations.Add(requestor, id, field);
    }

    private void EmitOperations(ITransactionSink into)
    {
        while (Operations.Count > 0) Emit(Operations.Oldest, into);
    }

    private DimseExchange Exchange(Operation operation, PatientMasker masker)
    {
        bool isAnswered = operation.Status is not null;
        AssociatePdu? opened = Request ?? Accept;
        DimseExchange exchange = new(At, new ByteRange(operation.EvidenceSide, operation.Start, Math.Max(0, operation.End - operation.Start)))
        {
            Began = operation.Began,
            Command = operation.Command,
            MessageId = operation.MessageId,
            FromAcceptor = operation.Requestor == Side.Server,
            CallingAe = opened?.CallingAe,
            CalledAe = opened?.CalledAe,
            ContextId = operation.Context,
            TransferSyntax = SyntaxOf(operation.Context),
            SopClass = operation.SopClass,
            SopInstance = operation.SopInstance,
            Priority = Dimse.Priority(operation.Priority),
            EventTypeId = operation.EventType,
            ActionTypeId = operation.ActionType,
            MoveDestination = operation.MoveDestination,
            MoveOriginator = operation.MoveOriginator,
            MoveOriginatorMessageId = operation.MoveOriginatorMessageId,
            RequestBytes = operation.RequestBytes,
            ResponseBytes = operation.ResponseBytes,
            PendingResponses = operation.Pending,
            RemainingSubOperations = operation.Remaining,
            CompletedSubOperations = operation.Completed,
            FailedSubOperations = operation.Failed,
            WarningSubOperations = operation.Warnings,
            Cancelled = operation.IsCancelled,
            Status = operation.Status,
            Partial = operation.IsPartial || operation.Began is null || Client.IsLost || Server.IsLost || (!isAnswered && Peer(operation.Requestor) is { HasLoss: true } or { Next: 0 }),
            IsNews = known.Count < MaxNews && known.Add((operation.SopClass, operation.Field, operation.Requestor, isAnswered)),
        };
        exchange = exchange.With(operation, masker);
        return exchange with { TellsDevice = devices.IsNews(exchange) };
    }

    private AssociationAttempt Attempt(string result, string? ended) => new(At, Evidence)
    {
        Began = Began,
        Result = result,
        Ended = ended,
        CallingAe = (Request ?? Accept)?.CallingAe,
        CalledAe = (Request ?? Accept)?.CalledAe,
        AppContext = Request?.ApplicationContext ?? Accept?.ApplicationContext,
        ImplementationUid = Request?.ImplementationUid,
        ImplementationVersion = Request?.ImplementationVersion,
        PeerImplementationUid = Accept?.ImplementationUid,
        PeerImplementationVersion = Accept?.ImplementationVersion,
        VersionAt = Request?.VersionAt,
        PeerVersionAt = Accept?.VersionAt,
        MaxPdu = Request?.MaxPdu,
        PeerMaxPdu = Accept?.MaxPdu,
        AsyncInvoked = Request?.AsyncInvoked,
        AsyncPerformed = Request?.AsyncPerformed,
        PeerAsyncInvoked = Accept?.AsyncInvoked,
        PeerAsyncPerformed = Accept?.AsyncPerformed,
        UserIdentityType = Request?.UserIdentityType is { } type ? PduWords.UserIdentity(type) : null,
        UserIdentityGiven = Request?.UserIdentityType is null ? null : Request.HasUserIdentity,
        UserIdentityAnswered = Request?.UserIdentityType is null || Accept is null ? null : Accept.AnswersUserIdentity,
        ExtendedNegotiation = Request is { Extended.Count: > 0 } ? Request.Extended : null,
        Contexts = PresentationContext.Merge(Request, Accept),
        Roles = RoleSelection.Merge(Request, Accept),
        MoveOriginator = Cause.Title,
        MoveOriginatorMessageId = Cause.MessageId,
        Committed = Committed,
        RequestorFaults = Client.TakeFaults(),
        AcceptorFaults = Server.TakeFaults(),
    };
}
