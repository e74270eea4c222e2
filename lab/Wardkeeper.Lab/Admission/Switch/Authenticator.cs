using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>How an exchange with a supplicant ended.</summary>
/// <param name="Mac">Who answered; null when nobody did.</param>
/// <param name="Name">How it called itself.</param>
/// <param name="Answer">What the server said at last; null when it, or the supplicant, fell silent.</param>
/// <param name="IsServerSilent">Whether it was the server.</param>
internal sealed record EapOutcome(string? Mac, string Name, RadiusPacket? Answer, bool IsServerSilent = false)
{
    /// <summary>There is no supplicant at the port.</summary>
    public static EapOutcome Nobody { get; } = new(null, "", null);
}

/// <summary>
/// The switch's 802.1X authenticator (IEEE 802.1X-2010, clause 8): carries EAP between the supplicant at a port and the RADIUS server (RFC 3579), the State of each challenge with the
/// next request. It looks at codes and numbers of EAP packets and at nothing inside them.
/// </summary>
internal sealed class Authenticator(SwitchSettings settings, RadiusClient radius)
{
    private const int MostRounds = 64, MostBegins = 3;
    private const uint FramedService = 2, FrameLength = 1_400;

    /// <summary>Sends a frame out at a port; null where the switch has no such wires.</summary>
    public Action<string, byte[]>? Send { get; set; }

    /// <summary>Whether it looks for supplicants at all.</summary>
    public bool IsOn => Send is not null && settings.SupplicantPatience > TimeSpan.Zero;

    /// <summary>Asks whoever is at a port who it is and lets it prove that to the server; the answer is what the server said. The supplicant is told how it ended.</summary>
    public async Task<EapOutcome> RunAsync(AccessPort port, CancellationToken cancel)
    {
        while (port.Eapol.Reader.TryRead(out _))
        {
            // What came before belongs to an earlier exchange.
        }
        byte number = (byte)System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, 200);
        for (int begin = 0; begin < MostBegins; begin++, number++)
        {
            Eapol? first = await AskAsync(port, [Eapol.Request, number, 0, 5, Eapol.Identity], null, cancel);
            if (first is null) return EapOutcome.Nobody;
            if (first.Name is not { } name || name.Length > RadiusAttribute.Longest) continue;
            if (await ProveAsync(port, first, name, cancel) is { } outcome) return outcome;
        }
        return EapOutcome.Nobody;
    }

    /// <summary>Tells the supplicant at a port that it is not let in, or not any more.</summary>
    public void Fail(AccessPort port, byte number = 0) => Send?.Invoke(port.Name, Eapol.Frame([Eapol.Failure, number, 0, 4]));

    /// <summary>The exchange after the name was said; null when the supplicant begins anew.</summary>
    private async Task<EapOutcome?> ProveAsync(AccessPort port, Eapol response, string name, CancellationToken cancel)
    {
        ReadOnlyMemory<byte>? state = null;
        for (int round = 0; round < MostRounds; round++)
        {
            RadiusPacket? answer = await radius.AskAsync(RadiusCode.AccessRequest,
                [
                    RadiusAttribute.Text(RadiusType.UserName, name),
                    RadiusAttribute.Number(RadiusType.ServiceType, FramedService),
                    RadiusAttribute.Number(RadiusType.FramedMtu, FrameLength),
                    .. SwitchReports.Place(settings, port, response.Mac),
                    .. port.Session is { } now && now.Mac == response.Mac ? [RadiusAttribute.Text(RadiusType.AcctSessionId, now.Id)] : (RadiusAttribute[])[],
                    .. Pieces(response.Eap),
                    .. state is { } mark ? [new RadiusAttribute(RadiusType.State, mark)] : (RadiusAttribute[])[],
                ], cancel);
            byte[] eap = answer is null ? [] : [.. answer.Attributes.Where(one => one.Type == RadiusType.EapMessage).SelectMany(one => one.Value.ToArray())];
            if (answer?.Code != RadiusCode.AccessChallenge || eap.Length < 5 || eap[0] != Eapol.Request)
            {
                bool isAccepted = answer?.Code == RadiusCode.AccessAccept;
                if (eap.Length >= 4) Send!(port.Name, Eapol.Frame(eap));
                else if (!isAccepted) Fail(port, response.Number);
                return new EapOutcome(response.Mac, name, answer?.Code == RadiusCode.AccessChallenge ? null : answer, IsServerSilent: answer is null);
            }
            state = answer.Find(RadiusType.State);
            if (await AskAsync(port, eap, response.Mac, cancel) is not { } next) return new EapOutcome(response.Mac, name, null);
            if (next.Kind == EapolKind.Start) return null;
            response = next;
        }
        return new EapOutcome(response.Mac, name, null);
    }

    /// <summary>Sends a request until its response comes; null when none does. A supplicant that begins anew is asked again at once, or, once it has said its name (<paramref name="mac"/>), returned.</summary>
    private async Task<Eapol?> AskAsync(AccessPort port, byte[] request, string? mac, CancellationToken cancel)
    {
        for (int attempt = 0; attempt < settings.SupplicantTries; attempt++)
        {
            Send!(port.Name, Eapol.Frame(request));
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(settings.SupplicantPatience);
            try
            {
                while (true)
                {
                    Eapol heard = await port.Eapol.Reader.ReadAsync(patience.Token);
                    if (mac is not null && heard.Mac != mac) continue;
                    if (heard.Kind == EapolKind.Start && mac is not null) return heard;
                    if (heard.Kind == EapolKind.Start) Send!(port.Name, Eapol.Frame(request));
                    else if (heard.Number == request[1]) return heard;
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Asked again.
            }
        }
        return null;
    }

    private static IEnumerable<RadiusAttribute> Pieces(ReadOnlyMemory<byte> eap)
    {
        for (int at = 0; at < eap.Length; at += RadiusAttribute.Longest) yield return new(RadiusType.EapMessage, eap.Slice(at, Math.Min(RadiusAttribute.Longest, eap.Length - at)));
    }
}
