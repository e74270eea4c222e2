using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Kerberos;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>
/// What is said over one binding, be it a TCP connection or a pipe: which interfaces are bound, which calls wait, who authenticates.
/// It takes whole protocol data units.
/// </summary>
internal sealed class RpcConversation
{
    private const int MostContexts = 64, MostWaiting = 32, ContextHeader = 24, Syntax = 20, LongestAddress = 64;

    private readonly Dictionary<int, Guid> contexts = [];
    private readonly HashSet<Guid> met = [];
    private readonly List<Guid> asked = [];
    private readonly Waiting<uint, DceRpcCall> waiting = new(MostWaiting);
    private readonly GssExchange authentication = new();
    private string? place, authType, authLevel;
    private Guid? lastId;
    private int lastNumber = -1;

    /// <summary>Begins.</summary>
    /// <param name="pipe">The pipe that was opened; null over TCP.</param>
    public void Begin(string? pipe) => place = pipe;

    /// <summary>Takes one unit.</summary>
    public void Take(Side side, ReadOnlySpan<byte> unit, CaptureTime at, ByteRange range, FlowView flow, ITransactionSink into)
    {
        RpcPdu pdu = RpcPdu.Of(unit);
        if (into.Buffers is { } buffers) Offer(in pdu, side, buffers);
        switch (pdu.Kind)
        {
            case RpcPdu.Bind or RpcPdu.AlterContext when side == Side.Client:
                Bind(in pdu, into);
                Authenticate(in pdu, at, range, into);
                break;
            case RpcPdu.BindAck or RpcPdu.AlterContextResponse when side == Side.Server:
                Authenticate(in pdu, at, range, into);
                Accept(in pdu, at, range, into);
                break;
            case RpcPdu.BindNak when side == Side.Server:
                foreach (Guid id in asked) into.Emit(Refused(id, at, range));
                asked.Clear();
                break;
            case RpcPdu.Auth3 when side == Side.Client:
                Authenticate(in pdu, at, range, into);
                authentication.Finish(null, null, into);
                break;
            case RpcPdu.Request when side == Side.Client && (pdu.Flags & RpcPdu.FirstFragment) != 0:
                Request(in pdu, at, range, into);
                break;
            case RpcPdu.Response when side == Side.Server && (pdu.Flags & RpcPdu.FirstFragment) != 0:
                Respond(in pdu, at, flow, into);
                break;
            case RpcPdu.Fault when side == Side.Server:
                if (waiting.Take(pdu.CallId) is { } failed) into.Emit(failed with { At = at, Rtt = at.Since(failed.At), Fault = Name(pdu.U32At(8)) });
                break;
            default:
                break;
        }
    }

    private void Offer(in RpcPdu pdu, Side side, Signatures.Buffers.IBufferSink into)
    {
        if (pdu.Kind == RpcPdu.Request && side == Side.Client)
        {
            (lastId, lastNumber) = (contexts.TryGetValue(pdu.U16At(4), out Guid bound) ? bound : null, pdu.U16At(6));
            RpcBuffers.Offer(in pdu, side, lastId, lastNumber, into);
        }
        else if (pdu.Kind == RpcPdu.Response && side == Side.Server) RpcBuffers.Offer(in pdu, side, lastId, lastNumber, into);
    }

    /// <summary>Hands out what is open.</summary>
    public void End(ITransactionSink into)
    {
        waiting.End(into);
        authentication.Finish(null, null, into);
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        contexts.Clear();
        met.Clear();
        asked.Clear();
        waiting.Clear();
        authentication.Reset();
        place = authType = authLevel = null;
        lastId = null;
        lastNumber = -1;
    }

    /// <summary>Contexts: an interface each, with the ways of writing numbers that the client can. C706, section 12.6.4.3.</summary>
    private void Bind(in RpcPdu pdu, ITransactionSink into)
    {
        asked.Clear();
        int count = pdu.Body.Length > 8 ? pdu.Body[8] : 0, at = 12;
        for (int i = 0; i < count; i++)
        {
            if (at + ContextHeader > pdu.Body.Length)
            {
                into.Report(DceRpcFaults.MalformedBody);
                return;
            }
            Guid id = pdu.IdAt(at + 4);
            if (contexts.Count < MostContexts || contexts.ContainsKey(pdu.U16At(at))) contexts[pdu.U16At(at)] = id;
            asked.Add(id);
            at += ContextHeader + (pdu.Body[at + 2] * Syntax);
        }
    }

    /// <summary>The server's address and what became of each context. C706, section 12.6.4.4.</summary>
    private void Accept(in RpcPdu pdu, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        int length = pdu.U16At(8);
        if (10 + length > pdu.Body.Length) return;
        if (length > 1) place = ShortText.Of(pdu.Body.Slice(10, length).TrimEnd((byte)0), LongestAddress) ?? place;
        int results = (10 + length + 3) & ~3;
        if (results >= pdu.Body.Length) return;
        HashSet<Guid> refused = [], accepted = [];
        for (int i = 0; i < pdu.Body[results] && i < asked.Count; i++)
        {
            int result = pdu.U16At(results + 4 + (i * ContextHeader));
            (result == 0 ? accepted : refused).Add(asked[i]);
        }
        // The same interface is often offered twice, with two ways of writing numbers, of which the server takes one.
        foreach (Guid id in asked)
        {
            if (refused.Remove(id) && !accepted.Contains(id)) into.Emit(Refused(id, at, range));
        }
        asked.Clear();
    }

    private DceRpcCall Refused(Guid id, CaptureTime at, ByteRange range) =>
        new(at, range) { NamedPipe = place, Endpoint = RpcInterfaces.Name(id), Operation = "bind", AuthType = authType, AuthLevel = authLevel, Fault = "refused" };

    private void Authenticate(in RpcPdu pdu, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        if (pdu.Token.IsEmpty) return;
        authType = pdu.AuthType switch { 9 => "spnego", 10 => "ntlm", 16 => "kerberos", 68 => "netlogon", _ => pdu.AuthType.ToString(CultureInfo.InvariantCulture) };
        authLevel = pdu.AuthLevel switch { 2 => "connect", 3 => "call", 4 => "packet", 5 => "integrity", 6 => "privacy", _ => null };
        authentication.Take(pdu.Token, at, range, into);
        if (authType == "spnego") authType = authentication.Mechanism ?? authType;
        if (range.Side == Side.Server && authentication.State == 0) authentication.Finish(true, at, into);
    }

    private void Request(in RpcPdu pdu, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        Guid? id = contexts.TryGetValue(pdu.U16At(4), out Guid bound) ? bound : null;
        int number = pdu.U16At(6);
        string? endpoint = id is { } named ? RpcInterfaces.Name(named) : null, operation = id is { } known ? RpcInterfaces.Operation(known, number) : null;
        bool isReadable = pdu.AuthLevel < 6 && pdu.IsLittle;
        ReadOnlySpan<byte> stub = pdu.Stub;
        waiting.Add(pdu.CallId, new DceRpcCall(at, range)
        {
            Began = at,
            NamedPipe = place,
            Endpoint = endpoint,
            Operation = operation,
            Opnum = number,
            AuthType = authType,
            AuthLevel = authLevel,
            User = authentication.User,
            Arguments = isReadable && endpoint is not null && RpcArguments.AreTold(endpoint, operation!) ? RpcArguments.Texts(stub, endpoint == "ITaskSchedulerService" ? 1 : 4) : null,
            Mapped = isReadable && endpoint == "epmapper" && number == 3 ? EndpointMap.Read(stub)?.ConvertAll(static tower => RpcInterfaces.Name(tower.Id)) : null,
            ZeroChallenge = isReadable && endpoint == "netlogon" ? RpcArguments.IsZeroChallenge(operation!, stub) : null,
            IsNews = id is { } first && met.Count < MostContexts && met.Add(first),
        }, into);
    }

    private void Respond(in RpcPdu pdu, CaptureTime at, FlowView flow, ITransactionSink into)
    {
        if (waiting.Take(pdu.CallId) is not { } call) return;
        call = call with { At = at, Rtt = at.Since(call.At) };
        ReadOnlySpan<byte> stub = pdu.Stub;
        if (pdu.AuthLevel < 6 && pdu.IsLittle)
        {
            if ((pdu.Flags & RpcPdu.LastFragment) != 0 && stub.Length >= 4 && (stub.Length & 3) == 0) call = call with { ReturnCode = $"0x{pdu.U32At(pdu.Body.Length - 4):x8}" };
            if (call is { Endpoint: "epmapper", Opnum: 3 } && EndpointMap.Read(stub) is { } towers)
            {
                call = call with { Mapped = towers.ConvertAll(static tower => tower.Text) };
                foreach (EndpointMap.Tower tower in towers)
                {
                    if (tower is { Carrier: "tcp", Port: > 0 }) into.Expect(new ExpectedFlow(tower.Host.IsNone ? flow.Server.Ip : tower.Host, tower.Port, Carrier.Tcp, null));
                }
            }
        }
        into.Emit(call);
    }

    private static string Name(uint code) => code switch
    {
        5 => "access denied",
        0x1C010002 => "nca_s_op_rng_error",
        0x1C010003 => "nca_s_unk_if",
        0x1C01000B => "nca_s_proto_error",
        0x1C010014 => "nca_s_server_too_busy",
        0x1C00001A => "nca_s_fault_context_mismatch",
        0x1C000006 => "nca_s_fault_ndr",
        0x6F7 => "RPC_X_BAD_STUB_DATA",
        0x721 => "RPC_S_SEC_PKG_ERROR",
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{code:x8}"),
    };
}
