using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Trust;

/// <summary>What is taken, what is refused and what that shows, over states that are saved and read again as between two batches.</summary>
public sealed class TelemetryJudgeTests : IDisposable
{
    private static readonly CaptureTime Now = CaptureTime.FromSeconds(1_800_000_000);
    private static readonly byte[] FirstBoot = new byte[16], SecondBoot = [.. Enumerable.Repeat((byte)2, 16)];
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CertificateId certificate = new("aa", "01"), other = new("aa", "02");
    private TelemetryState state = new();

    private DeviceCaller Caller => new(certificate, 17, key.ExportSubjectPublicKeyInfo(), "kk", Address.FromV4(0x0A000001));

    public void Dispose()
    {
        key.Dispose();
        foreign.Dispose();
    }

    [Fact]
    public void Late_and_overtaking_envelopes_are_taken_once_each()
    {
        Assert.Equal([Stored, Stored, Stored], Send(Made(3), Made(1), Made(2)).Outcomes);
        Assert.Equal([Stored, TelemetryOutcome.StoredBefore, TelemetryOutcome.StoredBefore], Send(Made(4), Made(3), Made(1)).Outcomes);
        Assert.Equal(4ul, state.Window.Highest);
        Assert.Empty(Send(Made(2)).Events);
    }

    [Fact]
    public void Counter_with_other_bytes_is_a_twin()
    {
        Send(Made(1), Made(2));
        (TelemetryOutcome[] outcomes, IReadOnlyList<TrustEvent> events) = Send(Made(2, payload: "other"));
        Assert.Equal([TelemetryOutcome.CounterUsed], outcomes);
        TrustEvent one = Assert.Single(events);
        Assert.Equal((TrustEventKind.CounterBack, "2", "3", 17L), (one.Kind, one.Seen, one.Expected, one.Device));
        Assert.Equal(64, one.Digest!.Length);
    }

    [Fact]
    public void Old_telemetry_is_replayed()
    {
        byte[] old = Made(1);
        Send(old);
        Assert.Equal([Stored], Send(Made(1100)).Outcomes);
        (TelemetryOutcome[] outcomes, IReadOnlyList<TrustEvent> events) = Send(old);
        Assert.Equal([TelemetryOutcome.CounterTooOld], outcomes);
        Assert.Equal(TrustEventKind.Replayed, Assert.Single(events).Kind);
        Assert.Equal(1100 - CounterWindow.Width - 1, state.Window.Missed);
    }

    [Fact]
    public void Telemetry_of_another_device_is_refused_whoever_brings_it()
    {
        (TelemetryOutcome[] outcomes, IReadOnlyList<TrustEvent> events) = Send(Made(1, signer: other));
        Assert.Equal([TelemetryOutcome.IdentityDiffers], outcomes);
        Assert.Equal(other.ToString(), Assert.Single(events).Seen);
        Assert.Equal([TelemetryOutcome.BadSignature], Send(Made(1, with: foreign)).Outcomes);
        Assert.Equal([Stored], Send([Made(1, signer: other, with: foreign)], one => one == other ? foreign.ExportSubjectPublicKeyInfo() : null).Outcomes);
    }

    [Fact]
    public void Clock_far_off_and_bytes_that_are_none_change_nothing()
    {
        Assert.Equal([TelemetryOutcome.TimeOff, TelemetryOutcome.TimeOff, TelemetryOutcome.Malformed, Stored],
            Send(Made(1, seconds: 301), Made(2, seconds: -31L * 86_400), [1, 2, 3], Made(3, seconds: 299)).Outcomes);
        Assert.Equal([Stored, Stored], Send(Made(1), Made(2)).Outcomes);
    }

    [Fact]
    public void Starts_have_counters_of_their_own()
    {
        Send(Made(1), Made(2));
        Assert.Equal([Stored], Send(Made(4, boot: SecondBoot)).Outcomes);
        Assert.Equal([Stored], Send(Made(3)).Outcomes);
        (TelemetryOutcome[] outcomes, IReadOnlyList<TrustEvent> events) = Send(Made(5));
        Assert.Equal([TelemetryOutcome.BootReused], outcomes);
        Assert.Equal(TrustEventKind.BootReused, Assert.Single(events).Kind);
    }

    [Fact]
    public void State_is_bounded_and_reads_what_it_wrote()
    {
        for (ulong counter = 1; counter <= 2000; counter++) Send(Made(counter, boot: [.. Enumerable.Repeat((byte)(counter / 50), 16)]));
        byte[] saved = state.Save();
        Assert.InRange(saved.Length, 1000, 8192);
        Assert.Equal(saved, TelemetryState.Restore(saved)!.Save());
        for (int length = 0; length < saved.Length; length += 97) Assert.Null(TelemetryState.Restore(saved.AsSpan(0, length)));
    }

    [Fact]
    public void Data_keys_are_made_ahead_and_handed_to_those_who_may()
    {
        DataKeyScope scope = new("telemetry/d-17", 17, [40]);
        DataKey first = DataKeyRules.Due(scope, [], Now)!;
        Assert.Null(DataKeyRules.Due(scope, [first], Now));
        CaptureTime nearEnd = new(first.NotAfter - 1);
        DataKey second = DataKeyRules.Due(scope, [first], nearEnd)!;
        Assert.Equal(2u, second.Epoch);
        Assert.Equal([(2u, true), (1u, true)], DataKeyRules.For(scope, [first, second], 17, nearEnd).Select(one => (one.Epoch, one.MayWrite)));
        Assert.Equal([(2u, false), (1u, false)], DataKeyRules.For(scope, [first, second], 40, nearEnd).Select(one => (one.Epoch, one.MayWrite)));
        Assert.Empty(DataKeyRules.For(scope, [first, second], 41, nearEnd));
        Assert.Single(DataKeyRules.For(scope, [first, second], 40, new CaptureTime(second.NotAfter + (((29L * 86_400) + 3600) * CaptureTime.PerSecond))));
    }

    private const TelemetryOutcome Stored = TelemetryOutcome.Stored;

    private (TelemetryOutcome[] Outcomes, IReadOnlyList<TrustEvent> Events) Send(params byte[][] envelopes) => Send(envelopes, _ => null);

    private (TelemetryOutcome[] Outcomes, IReadOnlyList<TrustEvent> Events) Send(byte[][] envelopes, Func<CertificateId, byte[]?> keyOf)
    {
        state = TelemetryState.Restore(state.Save())!;
        TelemetryJudge judge = new(Caller, state, Now, keyOf, SuiteChoice.Every);
        TelemetryOutcome[] outcomes = [.. envelopes.Select(judge.Judge)];
        Assert.Equal(outcomes.Count(one => one == Stored), judge.Taken.Count);
        return (outcomes, judge.Events);
    }

    private byte[] Made(ulong counter, byte[]? boot = null, CertificateId? signer = null, ECDsa? with = null, long seconds = 0, string payload = "37.2") =>
        // ECDSA draws a number for each signature; the same envelope must be the same bytes.
        made.TryGetValue((counter, payload, signer, with, seconds, boot), out byte[]? known) ? known : made[(counter, payload, signer, with, seconds, boot)] = Message.Encode(Signing.Sign(
            new TelemetryEnvelope(1, signer ?? certificate, boot ?? FirstBoot, counter, Now.Nanoseconds + (seconds * CaptureTime.PerSecond), "vitals/1", null, System.Text.Encoding.UTF8.GetBytes(payload), []), new EcdsaSigner(signer ?? certificate, with ?? key)));

    private readonly Dictionary<(ulong, string, CertificateId?, ECDsa?, long, byte[]?), byte[]> made = [];
}
