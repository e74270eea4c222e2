using System.Globalization;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent.Telemetry;

/// <summary>
/// Keys that the device and the hub change regularly: session keys, agreed on anew when three quarters of their time are over, and data keys, by which
/// measurements are encrypted to their readers. Data keys are sealed, so that measurements are encrypted also when the device starts without the hub.
/// </summary>
internal sealed class HubKeys(DeviceState state, AgentLog log) : IDisposable
{
    private const string Record = "data-keys", Scope = "telemetry/";
    private const long Hour = 3_600_000_000_000;

    private readonly SessionKeyRing sessions = new();
    private IReadOnlyList<DataKey> keys = state.Load(Record, AgentJson.Default.IReadOnlyListDataKey) ?? [];
    private long askKeysAt, agreeAt;

    /// <summary>The key that encrypts measurements now; null when the hub gave none.</summary>
    public DataKey? Writing(long now) => keys.Where(key => key.MayWrite && key.NotBefore <= now && now < key.NotAfter && key.Scope.StartsWith(Scope, StringComparison.Ordinal)).MaxBy(key => key.Epoch);

    /// <summary>Renews what is due.</summary>
    public async Task RefreshAsync(HubService hub, IMessageSigner signer, long now, CancellationToken cancel)
    {
        if (hub.Hub is not { } certificate || CertificateId.Of(certificate) is not { } id) return;
        byte[] publicKey = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        if (sessions.IsDue(now) && now >= agreeAt) agreeAt = await UnlessRefusedAsync("session keys", AgreeAsync(hub, signer, id, publicKey, now, cancel)) ? 0 : now + Hour;
        if (now >= askKeysAt && !await UnlessRefusedAsync("data keys", FetchAsync(hub, signer, id, publicKey, now, cancel))) askKeysAt = now + Hour;
    }

    public void Dispose() => sessions.Dispose();

    /// <summary>A hub that hands out no keys still takes measurements; it is asked again later.</summary>
    private async Task<bool> UnlessRefusedAsync(string what, Task asking)
    {
        try
        {
            await asking;
            return true;
        }
        catch (AgentFault refused) when (refused.Outcome == Outcome.Refused)
        {
            log.Warn($"no {what}: {refused.Message}");
            return false;
        }
    }

    private async Task AgreeAsync(HubService hub, IMessageSigner signer, CertificateId id, byte[] publicKey, long now, CancellationToken cancel)
    {
        using SessionAgreement agreement = SessionAgreement.Begin(signer, id, now);
        SessionAnswer answer = await hub.AskAsync<SessionOffer, SessionAnswer>(HubService.Session, agreement.Offer, cancel);
        SessionKeys session = agreement.Finish(answer, publicKey, out ProtocolFault fault) ?? throw new AgentFault(Outcome.Unreachable, $"the hub's answer to the session's offer does not hold ({fault})");
        sessions.Rotate(session, now);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"session keys {session.Key} for {answer.LifeSeconds} s"));
    }

    private async Task FetchAsync(HubService hub, IMessageSigner signer, CertificateId id, byte[] publicKey, long now, CancellationToken cancel)
    {
        using DataKeyRequest request = DataKeyRequest.Begin(signer, now);
        DataKeyList list = await hub.AskAsync<ReaderKey, DataKeyList>(HubService.Keys, request.Key, cancel);
        IReadOnlyList<DataKey> fetched = request.Unwrap(list, id, publicKey, out ProtocolFault fault) ?? throw new AgentFault(Outcome.Unreachable, $"the hub's list of data keys does not hold ({fault})");
        KeyId? before = Writing(now)?.Key;
        keys = fetched;
        state.Save(Record, keys, AgentJson.Default.IReadOnlyListDataKey);
        DataKey? writing = Writing(now);
        // Asked again an hour later, or when a quarter of the key's time is left.
        askKeysAt = writing is null ? now + Hour : Math.Min(now + Hour, Math.Max(now + (Hour / 60), writing.NotAfter - ((writing.NotAfter - writing.NotBefore) / 4)));
        if (writing?.Key != before) log.Info(writing is null ? "the hub gives no data key; measurements are protected on their way only" : string.Create(CultureInfo.InvariantCulture, $"data key {writing.Key}, epoch {writing.Epoch}"));
    }
}
