using System.Globalization;
using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent.Telemetry;

/// <summary>
/// Sends what waits, oldest first. A message is signed just before it is first sent, by the certificate of that moment, and its signed form is sealed before it
/// leaves: when the answer is lost, the very same bytes are sent again, which the hub knows.
/// </summary>
internal sealed class TelemetrySender(TelemetryQueue queue, AgentLog log)
{
    private const int MostBytes = 700_000;

    private byte[] boot = RandomNumberGenerator.GetBytes(TelemetryEnvelope.BootLength);

    /// <summary>Messages that lie on the hub's disk, since the start.</summary>
    public long Sent { get; private set; }

    /// <summary>Messages refused for good, since the start.</summary>
    public long Refused { get; private set; }

    /// <summary>Sends one batch; false when nothing waits.</summary>
    /// <exception cref="AgentFault">The hub takes nothing now, or a clock is wrong.</exception>
    public async Task<bool> SendAsync(HubService hub, IMessageSigner signer, DataKey? key, CancellationToken cancel)
    {
        List<QueuedMessage> batch = [.. queue.Oldest(64, MostBytes)];
        if (batch.Count == 0) return false;
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].Envelope.Length > 0) continue;
            batch[i] = batch[i] with { Envelope = Message.Encode(Envelope(batch[i], signer, key)) };
            queue.Keep(batch[i]);
        }
        TelemetryReceipt receipt = await hub.AskAsync<TelemetryBatch, TelemetryReceipt>(HubService.Telemetry, new TelemetryBatch([.. batch.Select(message => message.Envelope)]), cancel);
        if (receipt.Outcomes.Count != batch.Count) throw new AgentFault(Outcome.Unreachable, "the hub's receipt counts another number of messages than were sent");
        AgentFault? wait = null;
        for (int i = 0; i < batch.Count; i++) wait = Settle(batch[i], receipt.Outcomes[i], receipt, signer) ?? wait;
        return wait is null ? true : throw wait;
    }

    private TelemetryEnvelope Envelope(QueuedMessage message, IMessageSigner signer, DataKey? key)
    {
        TelemetryEnvelope envelope = new(signer.Suite.Number, signer.Signer, boot, message.Counter, message.At, "json-lines/1", null, message.Payload, []);
        if (key is not null) envelope = envelope.Sealed(signer.Suite, key.Key, key.Secret);
        return Signing.Sign(envelope, signer);
    }

    /// <summary>Does what an outcome asks for; a fault when sending must wait.</summary>
    private AgentFault? Settle(QueuedMessage message, TelemetryOutcome outcome, TelemetryReceipt receipt, IMessageSigner signer)
    {
        switch (outcome)
        {
            case TelemetryOutcome.Stored or TelemetryOutcome.StoredBefore:
                queue.Done(message.Counter);
                Sent++;
                return null;
            case TelemetryOutcome.NotNow:
                return new AgentFault(Outcome.Unreachable, "the hub cannot store measurements now");
            case TelemetryOutcome.BootReused:
                boot = RandomNumberGenerator.GetBytes(TelemetryEnvelope.BootLength);
                queue.Keep(message with { Envelope = [] });
                return null;
            case TelemetryOutcome.IdentityDiffers when Message.Decode<TelemetryEnvelope>(message.Envelope, out _)?.Signer != signer.Signer:
                // Signed by the certificate before; the hub did not take it, so it may be signed anew.
                queue.Keep(message with { Envelope = [] });
                return null;
            case TelemetryOutcome.UnknownSuite when Message.Decode<TelemetryEnvelope>(message.Envelope, out _)?.Suite != signer.Suite.Number:
                // Signed before the settings named another suite, and not taken.
                queue.Keep(message with { Envelope = [] });
                return null;
            case TelemetryOutcome.UnknownSuite:
                return HubService.SpeaksNot;
            case TelemetryOutcome.TimeOff when message.At > receipt.At:
                return new AgentFault(Outcome.Clock, string.Create(CultureInfo.InvariantCulture, $"this device's clock is ahead of the hub's by {(message.At - receipt.At) / 1e9:F0} s: set the clock"));
            default:
                log.Error(string.Create(CultureInfo.InvariantCulture, $"the hub refuses message {message.Counter} for good: {outcome}; it is kept apart"));
                queue.PutApart(message);
                Refused++;
                // Another device has its identity, or this one lost its memory: the hub knows it by now, and measurements go on.
                if (outcome is TelemetryOutcome.CounterUsed or TelemetryOutcome.CounterTooOld) queue.Raise(receipt.Highest);
                return null;
        }
    }
}
