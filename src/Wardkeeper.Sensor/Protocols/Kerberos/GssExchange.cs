using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>
/// The authentication that is under way in a conversation of another protocol: takes both sides' tokens as they come and hands out a
/// row when its owner says how it ended. It holds one at a time.
/// </summary>
internal sealed class GssExchange
{
    private NtlmFacts? ntlm;
    private KerberosExchange? kerberos;
    private CaptureTime began, last;
    private ByteRange where;

    /// <summary>User of the last authentication by NTLM, behind its domain if it has one; null when none is known.</summary>
    public string? User { get; private set; }

    /// <summary>Mechanism of the last authentication: <c>ntlm</c> or <c>kerberos</c>.</summary>
    public string? Mechanism { get; private set; }

    /// <summary>What the server said last of a negotiation: done (0), going on (1), refused (2); -1 for nothing.</summary>
    public int State { get; private set; } = -1;

    /// <summary>Takes a token of either side.</summary>
    public void Take(ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        GssToken token = GssToken.Of(bytes);
        State = token.State;
        if (token.Mechanism == GssMechanism.Ntlm && !token.Inner.IsEmpty) Ntlm(token.Inner, at, range, into);
        else if (token.Mechanism == GssMechanism.Kerberos && !token.Inner.IsEmpty) Kerberos(token.Inner, at, range, into);
    }

    /// <summary>Hands out what is under way.</summary>
    /// <param name="success">Whether the server agreed; null when that was not seen.</param>
    /// <param name="at">When it said so; null for the time of the last token.</param>
    /// <param name="into">Where it goes.</param>
    public void Finish(bool? success, CaptureTime? at, ITransactionSink into)
    {
        if (kerberos is { } ticket) into.Emit(ticket with { At = at ?? last, Success = success ?? ticket.Success });
        kerberos = null;
        if (ntlm is not { } facts) return;
        ntlm = null;
        // A client that only offers NTLM and is told to use something else says nothing.
        if (!facts.HasChallenge && !facts.HasAuthenticate) return;
        into.Emit(new NtlmAuthentication(at ?? last, where)
        {
            Began = began,
            Username = facts.User,
            Hostname = facts.Host,
            Domainname = facts.Domain,
            ServerTargetName = facts.TargetName,
            ServerNbComputerName = facts.ServerNetBiosName,
            ServerNbDomainName = facts.ServerNetBiosDomain,
            ServerDnsComputerName = facts.ServerDnsName,
            ServerDnsDomainName = facts.ServerDnsDomain,
            ServerTreeName = facts.ServerTree,
            ServerTime = facts.ServerTime,
            ServerVersion = facts.ServerVersion,
            ClientVersion = facts.ClientVersion,
            Response = facts.Response,
            Target = facts.Target,
            Success = success,
        });
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        ntlm = null;
        kerberos = null;
        User = Mechanism = null;
        State = -1;
        began = last = default;
        where = default;
    }

    private void Ntlm(ReadOnlySpan<byte> message, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        NtlmFacts facts = ntlm ?? new NtlmFacts();
        bool isFirst = message.Length > 8 && message[8] == 1;
        if (ntlm is not null && isFirst && (facts.HasChallenge || facts.HasAuthenticate))
        {
            Finish(null, null, into);
            facts = new NtlmFacts();
        }
        if (!NtlmMessage.TryRead(message, facts))
        {
            into.Report(KerberosFaults.MalformedNtlm);
            return;
        }
        if (ntlm is null || isFirst) (began, where) = (at, range);
        (ntlm, last, Mechanism) = (facts, at, "ntlm");
        if (facts.HasAuthenticate) User = facts.User is null ? null : facts.Domain is null ? facts.User : $"{facts.Domain}\\{facts.User}";
    }

    private void Kerberos(ReadOnlySpan<byte> message, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        last = at;
        Mechanism = "kerberos";
        switch (message[0])
        {
            case KerberosMessage.ApRequest:
                if (kerberos is not null) Finish(null, null, into);
                if (KerberosMessage.TryRead(message, out KerberosMessage request)) kerberos = new KerberosExchange(at, range) { Began = at, RequestType = "AP", Realm = request.Realm, Service = request.Service, Cipher = request.TicketCipher };
                else into.Report(KerberosFaults.MalformedMessage);
                break;
            case KerberosMessage.ApReply when kerberos is not null:
                kerberos = kerberos with { At = at, Success = true };
                break;
            case KerberosMessage.Error when KerberosMessage.TryRead(message, out KerberosMessage error):
                kerberos = (kerberos ?? new KerberosExchange(at, range) { Began = at, RequestType = "AP", Realm = error.Realm, Service = error.Service }) with { At = at, Success = false, ErrorMsg = KerberosNames.Error(error.ErrorCode) };
                break;
            default:
                break;
        }
    }
}
