using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>One attempt to open an association and what became of it. PS3.8. Written when the association is refused or has ended.</summary>
/// <param name="At">Time of the packet that ended or refused it; of the last packet when nothing did.</param>
/// <param name="Bytes">The A-ASSOCIATE-RQ.</param>
public sealed record AssociationAttempt(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes), ICaused
{
    /// <inheritdoc/>
    public override string Log => "dicom";

    /// <summary><c>association</c>, to tell this row from the exchanges in the same log.</summary>
    public string Kind { get; } = "association";

    /// <summary>Application entity title of the requestor (A-ASSOCIATE-RQ, bytes 27 to 42), blanks removed, at most 16 characters.</summary>
    public string? CallingAe { get; init; }

    /// <summary>Application entity title that was called (A-ASSOCIATE-RQ, bytes 11 to 26), blanks removed, at most 16 characters.</summary>
    public string? CalledAe { get; init; }

    /// <summary><c>accepted</c>, <c>rejected</c>, <c>no-answer</c>, <c>aborted-before-answer</c>, or <c>unknown</c> when bytes of the answering side were not captured.</summary>
    public required string Result { get; init; }

    /// <summary>How it ended: <c>released</c>, <c>release-requested</c> (a release that was never answered), <c>aborted</c>, <c>closed</c> or <c>reset</c> (the TCP connection, without a release), <c>open</c> (still open when observation ended). Absent for a rejected one.</summary>
    public string? Ended { get; init; }

    /// <summary>Result of an A-ASSOCIATE-RJ: <c>permanent</c> or <c>transient</c>. PS3.8, section 9.3.4.</summary>
    public string? RejectResult { get; init; }

    /// <summary>Who rejected: <c>service-user</c>, <c>service-provider-acse</c>, <c>service-provider-presentation</c>.</summary>
    public string? RejectSource { get; init; }

    /// <summary>Why it was rejected, in the words of PS3.8, section 9.3.4, for example <c>calling-ae-title-not-recognized</c>.</summary>
    public string? RejectReason { get; init; }

    /// <summary>Who sent an A-ABORT: <c>requestor</c> or <c>acceptor</c>.</summary>
    public string? AbortedBy { get; init; }

    /// <summary>Source that an A-ABORT states: <c>service-user</c> or <c>service-provider</c>. PS3.8, section 9.3.8.</summary>
    public string? AbortSource { get; init; }

    /// <summary>Reason that an A-ABORT of the service provider states, for example <c>unexpected-pdu</c>.</summary>
    public string? AbortReason { get; init; }

    /// <summary>Application context name, usually 1.2.840.10008.3.1.1.1.</summary>
    public string? AppContext { get; init; }

    /// <summary>Implementation Class UID of the requestor. PS3.7, annex D.3.3.2.</summary>
    public string? ImplementationUid { get; init; }

    /// <summary>Implementation Version Name of the requestor, at most 64 characters.</summary>
    public string? ImplementationVersion { get; init; }

    /// <summary>Implementation Class UID of the acceptor.</summary>
    public string? PeerImplementationUid { get; init; }

    /// <summary>Implementation Version Name of the acceptor, at most 64 characters.</summary>
    public string? PeerImplementationVersion { get; init; }

    /// <summary>Where the requestor's Implementation Version Name stands.</summary>
    internal ByteRange? VersionAt { get; init; }

    /// <summary>Where the acceptor's stands.</summary>
    internal ByteRange? PeerVersionAt { get; init; }

    /// <summary>Largest PDU the requestor takes, in bytes; 0 means no limit. PS3.8, annex D.1.</summary>
    public long? MaxPdu { get; init; }

    /// <summary>Largest PDU the acceptor takes, in bytes; 0 means no limit.</summary>
    public long? PeerMaxPdu { get; init; }

    /// <summary>Presentation contexts in the order of the request, with the acceptor's answer; at most 128. Each has <c>id</c>, <c>abstract_syntax</c> (SOP class), <c>abstract_name</c>, <c>transfer_syntaxes</c> (proposed, at most 64), <c>result</c> (<c>accepted</c>, <c>user-rejection</c>, <c>no-reason</c>, <c>abstract-syntax-not-supported</c>, <c>transfer-syntaxes-not-supported</c>) and <c>accepted_transfer_syntax</c>.</summary>
    public IReadOnlyList<PresentationContext> Contexts { get; init; } = [];

    /// <summary>SCP/SCU role selections in the order of the request, at most 128; absent when there were none. Each has <c>sop_class</c>, <c>scu</c> and <c>scp</c> (what the requestor proposes to be), <c>accepted_scu</c> and <c>accepted_scp</c>. PS3.7, annex D.3.3.4.</summary>
    public IReadOnlyList<RoleSelection>? Roles { get; init; }

    /// <summary>Operations the requestor offers to have outstanding as invoker; 0 means no limit. PS3.7, annex D.3.3.3.</summary>
    public long? AsyncInvoked { get; init; }

    /// <summary>Operations the requestor offers to have outstanding as performer; 0 means no limit.</summary>
    public long? AsyncPerformed { get; init; }

    /// <summary>Operations outstanding as invoker that the acceptor agreed to.</summary>
    public long? PeerAsyncInvoked { get; init; }

    /// <summary>Operations outstanding as performer that the acceptor agreed to.</summary>
    public long? PeerAsyncPerformed { get; init; }

    /// <summary>SOP classes with an extended negotiation in the request, at most 64; absent when there are none. PS3.7, annex D.3.3.5 and D.3.3.6.</summary>
    public IReadOnlyList<string>? ExtendedNegotiation { get; init; }

    /// <summary>Type of the user identity: <c>username</c>, <c>username-and-passcode</c>, <c>kerberos</c>, <c>saml</c>, <c>jwt</c>. The identity itself and its passcode are never kept. PS3.7, annex D.3.3.7.</summary>
    public string? UserIdentityType { get; init; }

    /// <summary>Whether the user identity's primary field holds anything.</summary>
    public bool? UserIdentityGiven { get; init; }

    /// <summary>Whether the acceptor answered the user identity, which it does only when it takes part.</summary>
    public bool? UserIdentityAnswered { get; init; }

    /// <summary>Application entity title whose C-MOVE caused this association, as its first C-STORE says.</summary>
    public string? MoveOriginator { get; init; }

    /// <summary>Message ID of the C-MOVE that caused this association.</summary>
    public int? MoveOriginatorMessageId { get; init; }

    /// <summary>Transaction UID of the storage commitment whose result it was opened for.</summary>
    internal string? Committed { get; init; }

    /// <summary>The <c>uid</c> of the association that caused this one: it asked for the move whose objects are stored here, or for the commitment whose result is told; absent when it was not seen, or is this one.</summary>
    public string? Cause { get; private set; }

    CauseKey? ICaused.CausedBy =>
        MoveOriginator is { } mover && MoveOriginatorMessageId is { } move ? new CauseKey(mover, move, CalledAe) : Committed is { } commitment ? new CauseKey(commitment) : null;

    void ICaused.Explain(string uid) => Cause = uid;

    /// <summary>What was wrong in what the requestor sent, by the names below, each once, at most 16; nothing after bytes were lost. Absent when all was right.</summary>
    public IReadOnlyList<string>? RequestorFaults { get; init; }

    /// <summary>The same of what the acceptor sent.</summary>
    public IReadOnlyList<string>? AcceptorFaults { get; init; }

    /// <summary>Seconds from the request to the end.</summary>
    public TimeSpan? Duration => Began is { } began ? At.Since(began) : null;

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("calling_ae"u8, CallingAe);
        row.Text("called_ae"u8, CalledAe);
        row.Text("result"u8, Result);
        row.Text("ended"u8, Ended);
        row.Text("reject_result"u8, RejectResult);
        row.Text("reject_source"u8, RejectSource);
        row.Text("reject_reason"u8, RejectReason);
        row.Text("aborted_by"u8, AbortedBy);
        row.Text("abort_source"u8, AbortSource);
        row.Text("abort_reason"u8, AbortReason);
        row.Text("app_context"u8, AppContext);
        row.Text("implementation_uid"u8, ImplementationUid);
        row.Text("implementation_version"u8, ImplementationVersion);
        row.Text("peer_implementation_uid"u8, PeerImplementationUid);
        row.Text("peer_implementation_version"u8, PeerImplementationVersion);
        row.Number("max_pdu"u8, MaxPdu);
        row.Number("peer_max_pdu"u8, PeerMaxPdu);
        row.Objects("contexts"u8, Contexts, static (to, context) => context.Write(to));
        row.Objects("roles"u8, Roles, static (to, role) => role.Write(to));
        row.Number("async_invoked"u8, AsyncInvoked);
        row.Number("async_performed"u8, AsyncPerformed);
        row.Number("peer_async_invoked"u8, PeerAsyncInvoked);
        row.Number("peer_async_performed"u8, PeerAsyncPerformed);
        row.Texts("extended_negotiation"u8, ExtendedNegotiation);
        row.Text("user_identity_type"u8, UserIdentityType);
        row.Flag("user_identity_given"u8, UserIdentityGiven);
        row.Flag("user_identity_answered"u8, UserIdentityAnswered);
        row.Text("move_originator"u8, MoveOriginator);
        row.Number("move_originator_message_id"u8, MoveOriginatorMessageId);
        row.Text("cause"u8, Cause);
        row.Texts("requestor_faults"u8, RequestorFaults);
        row.Texts("acceptor_faults"u8, AcceptorFaults);
        row.Elapsed("duration"u8, Duration);
    }

    /// <summary>How the requestor's software proposes: a trait of the toolkit it is built on, whatever it calls itself.</summary>
    private string? Proposal => Contexts is [var first, ..]
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pdu={MaxPdu};contexts={Contexts.Count};syntaxes={string.Join(',', first.TransferSyntaxes.Take(8))}")
        : null;

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        // A title that was refused is still what the subject called itself, but the ledger must be able to tell a guess from a name.
        into.Claim(flow.Client, ClaimKind.AeTitle, CallingAe, Result == "rejected" ? "A-ASSOCIATE-RQ calling AE title, rejected" : "A-ASSOCIATE-RQ calling AE title");
        into.Claim(flow.Client, ClaimKind.ImplementationUid, ImplementationUid, "A-ASSOCIATE-RQ item 52H");
        into.Claim(flow.Client, ClaimKind.ImplementationVersion, ImplementationVersion, "A-ASSOCIATE-RQ item 55H", VersionAt);
        into.Claim(flow.Client, ClaimKind.DicomProposal, Proposal, "A-ASSOCIATE-RQ items 20H and 51H");
        if (Result == "rejected") into.Service();
        if (Result != "accepted") return;
        into.Service(PeerImplementationVersion ?? PeerImplementationUid);
        into.Claim(flow.Server, ClaimKind.CalledAeTitle, CalledAe, "A-ASSOCIATE-RQ called AE title, accepted");
        into.Claim(flow.Server, ClaimKind.ImplementationUid, PeerImplementationUid, "A-ASSOCIATE-AC item 52H");
        into.Claim(flow.Server, ClaimKind.ImplementationVersion, PeerImplementationVersion, "A-ASSOCIATE-AC item 55H", PeerVersionAt);
    }
}

/// <summary>One presentation context: what was proposed and what became of it. PS3.8, sections 9.3.2.2 and 9.3.3.2.</summary>
public sealed record PresentationContext
{
    /// <summary>Presentation context identifier, odd, 1 to 255.</summary>
    public required byte Id { get; init; }

    /// <summary>Proposed SOP class UID.</summary>
    public string? AbstractSyntax { get; init; }

    /// <summary>Its name in PS3.6, when it has one.</summary>
    public string? AbstractName => DicomTables.Name(AbstractSyntax);

    /// <summary>Proposed transfer syntax UIDs in order, at most 64.</summary>
    public IReadOnlyList<string> TransferSyntaxes { get; init; } = [];

    /// <summary><c>accepted</c>, <c>user-rejection</c>, <c>no-reason</c>, <c>abstract-syntax-not-supported</c>, <c>transfer-syntaxes-not-supported</c>; absent without an answer.</summary>
    public string? Result { get; init; }

    /// <summary>Transfer syntax UID that the acceptor chose.</summary>
    public string? AcceptedTransferSyntax { get; init; }

    internal static IReadOnlyList<PresentationContext> Merge(AssociatePdu? request, AssociatePdu? accept)
    {
        IReadOnlyList<ContextItem> items = (request ?? accept)?.Contexts ?? [];
        PresentationContext[] merged = new PresentationContext[items.Count];
        for (int i = 0; i < merged.Length; i++)
        {
            ContextItem? answer = accept?.Context(items[i].Id);
            merged[i] = new PresentationContext
            {
                Id = items[i].Id,
                AbstractSyntax = items[i].AbstractSyntax,
                TransferSyntaxes = request is null ? [] : items[i].TransferSyntaxes,
                Result = answer is null ? null : PduWords.ContextResult(answer.Answer),
                AcceptedTransferSyntax = answer is { Answer: 0, TransferSyntaxes: [string chosen, ..] } ? chosen : null,
            };
        }
        return merged;
    }

    internal void Write(RowWriter row)
    {
        row.Number("id"u8, Id);
        row.Text("abstract_syntax"u8, AbstractSyntax);
        row.Text("abstract_name"u8, AbstractName);
        row.Texts("transfer_syntaxes"u8, TransferSyntaxes);
        row.Text("result"u8, Result);
        row.Text("accepted_transfer_syntax"u8, AcceptedTransferSyntax);
    }
}

/// <summary>One SCP/SCU role selection. PS3.7, annex D.3.3.4.</summary>
public sealed record RoleSelection
{
    /// <summary>SOP class UID.</summary>
    public required string SopClass { get; init; }

    /// <summary>Whether the requestor proposes to be SCU.</summary>
    public bool Scu { get; init; }

    /// <summary>Whether the requestor proposes to be SCP.</summary>
    public bool Scp { get; init; }

    /// <summary>Whether the acceptor agreed to the requestor being SCU; absent without an answer.</summary>
    public bool? AcceptedScu { get; init; }

    /// <summary>Whether the acceptor agreed to the requestor being SCP; absent without an answer.</summary>
    public bool? AcceptedScp { get; init; }

    internal static IReadOnlyList<RoleSelection>? Merge(AssociatePdu? request, AssociatePdu? accept)
    {
        if (request is not { Roles.Count: > 0 }) return null;
        List<RoleSelection> merged = new(request.Roles.Count);
        foreach (RoleItem role in request.Roles)
        {
            RoleItem? answer = accept?.Roles.FirstOrDefault(item => item.SopClass == role.SopClass);
            merged.Add(new RoleSelection { SopClass = role.SopClass, Scu = role.Scu, Scp = role.Scp, AcceptedScu = answer?.Scu, AcceptedScp = answer?.Scp });
        }
        return merged;
    }

    internal void Write(RowWriter row)
    {
        row.Text("sop_class"u8, SopClass);
        row.Flag("scu"u8, Scu);
        row.Flag("scp"u8, Scp);
        row.Flag("accepted_scu"u8, AcceptedScu);
        row.Flag("accepted_scp"u8, AcceptedScp);
    }
}
