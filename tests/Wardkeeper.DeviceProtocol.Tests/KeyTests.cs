using System.Security.Cryptography;
using CsCheck;

namespace Wardkeeper.DeviceProtocol.Tests;

public sealed class KeyTests : IDisposable
{
    private const long Now = 1_800_000_000_000_000_000, Second = 1_000_000_000;
    private readonly ECDsa deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), hubKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CertificateId device = new("aa11", "01"), hub = new("bb22", "7f02");

    private EcdsaSigner Device => new(device, deviceKey);

    private EcdsaSigner Hub => new(hub, hubKey);

    public void Dispose()
    {
        deviceKey.Dispose();
        hubKey.Dispose();
    }

    [Fact]
    public void Envelope_is_signed_and_every_bit_counts()
    {
        TelemetryEnvelope envelope = Signing.Sign(Envelope(1), Device);
        byte[] key = deviceKey.ExportSubjectPublicKeyInfo(), bytes = Message.Encode(envelope);
        Assert.True(Signing.IsSigned(envelope, CipherSuite.P256, key));
        Assert.False(Signing.IsSigned(envelope, CipherSuite.P256, hubKey.ExportSubjectPublicKeyInfo()));
        for (int bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Message.Decode<TelemetryEnvelope>(changed, out _) is { } other && Signing.IsSigned(other, CipherSuite.P256, key), $"bit {bit}");
        }
    }

    [Fact]
    public void Payload_opens_with_its_data_key_only()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        TelemetryEnvelope envelope = Envelope(7).Sealed(CipherSuite.P256, KeyId.New(), key);
        Assert.Equal("37.2"u8.ToArray(), envelope.Open(CipherSuite.P256, key));
        Assert.Null(envelope.Open(CipherSuite.P256, RandomNumberGenerator.GetBytes(32)));
        Assert.Null((envelope with { Counter = 8 }).Open(CipherSuite.P256, key));
        Assert.NotEqual(envelope.Payload, (Envelope(8).Sealed(CipherSuite.P256, envelope.DataKey!.Value, key)).Payload);
    }

    [Fact]
    public void Both_ends_of_an_agreement_have_the_same_keys_and_nobody_else()
    {
        (SessionKeys devices, SessionKeys hubs) = Agree();
        SealedMessage there = devices.Seal("there"u8, Now)!, back = hubs.Seal("back"u8, Now)!;
        Assert.Equal("there"u8.ToArray(), hubs.Open(there, Now));
        Assert.Equal("back"u8.ToArray(), devices.Open(back, Now));
        Assert.Null(hubs.Open(there, Now));
        Assert.Null(devices.Open(there, Now));
        Assert.Null(devices.Open(back with { Counter = 2 }, Now));
        (SessionKeys others, _) = Agree();
        Assert.NotEqual(devices.Key, others.Key);
        Assert.Null(others.Open(back with { Key = others.Key }, Now));
        Assert.Null(hubs.Open(devices.Seal("late"u8, Now)!, Now + (3600 * Second)));
    }

    [Fact]
    public void Offer_for_another_and_answers_of_another_are_refused()
    {
        using SessionAgreement agreement = SessionAgreement.Begin(Device, hub, Now);
        byte[] deviceInfo = deviceKey.ExportSubjectPublicKeyInfo(), hubInfo = hubKey.ExportSubjectPublicKeyInfo();
        Assert.Null(SessionAgreement.Answer(agreement.Offer, hubInfo, Hub, SessionTerms.Default, Now, out ProtocolFault fault));
        Assert.Equal(ProtocolFault.BadSignature, fault);
        Assert.Null(SessionAgreement.Answer(agreement.Offer, deviceInfo, new EcdsaSigner(new CertificateId("bb22", "7f03"), hubKey), SessionTerms.Default, Now, out fault));
        Assert.Equal(ProtocolFault.BadValue, fault);
        SessionAnswer answer = SessionAgreement.Answer(agreement.Offer, deviceInfo, Hub, SessionTerms.Default, Now, out _)!.Value.Answer;
        Assert.Null(agreement.Finish(answer, deviceInfo, out fault));
        Assert.Equal(ProtocolFault.BadSignature, fault);
        using SessionAgreement second = SessionAgreement.Begin(Device, hub, Now);
        Assert.Null(second.Finish(answer, hubInfo, out fault));
        Assert.Equal(ProtocolFault.BadValue, fault);
        Assert.NotNull(agreement.Finish(answer, hubInfo, out _));
    }

    [Fact]
    public void Keys_end_by_time_and_by_count_and_the_ring_keeps_the_last_for_a_minute()
    {
        (SessionKeys devices, SessionKeys hubs) = Agree(new SessionTerms(TimeSpan.FromSeconds(60), 4));
        using SessionKeyRing ring = new();
        ring.Rotate(hubs, Now);
        Assert.False(devices.IsDue(Now));
        for (int i = 0; i < 4; i++) Assert.NotNull(ring.Open(devices.Seal("x"u8, Now)!, Now));
        Assert.True(devices.IsDue(Now));
        Assert.Null(devices.Seal("x"u8, Now));
        (SessionKeys again, SessionKeys hubsAgain) = Agree(new SessionTerms(TimeSpan.FromSeconds(60), 4));
        SealedMessage onItsWay = again.Seal("under way"u8, Now + Second)!, late = again.Seal("late"u8, Now + Second)!;
        ring.Rotate(hubsAgain, Now + Second);
        (SessionKeys third, SessionKeys hubsThird) = Agree(new SessionTerms(TimeSpan.FromSeconds(60), 4));
        ring.Rotate(hubsThird, Now + (2 * Second));
        Assert.NotNull(ring.Open(onItsWay, Now + (3 * Second)));
        Assert.NotNull(ring.Open(third.Seal("new"u8, Now + (3 * Second))!, Now + (3 * Second)));
        Assert.Null(ring.Open(late, Now + (63 * Second)));
        Assert.Null(third.Seal("x"u8, Now + (60 * Second)));
    }

    [Fact]
    public void Data_keys_reach_the_reader_that_asked()
    {
        using DataKeyRequest asked = DataKeyRequest.Begin(Device, Now), other = DataKeyRequest.Begin(Device, Now);
        DataKey[] keys = [new(KeyId.New(), "telemetry/d-17", 1, Now, Now + Second, true, RandomNumberGenerator.GetBytes(32)), new(KeyId.New(), "telemetry/d-17", 2, Now, Now + Second, false, RandomNumberGenerator.GetBytes(32))];
        DataKeyList list = Message.Decode<DataKeyList>(Message.Encode(DataKeyRequest.Wrap(asked.Key, keys, Hub)!), out _)!;
        byte[] hubInfo = hubKey.ExportSubjectPublicKeyInfo();
        IReadOnlyList<DataKey> got = asked.Unwrap(list, hub, hubInfo, out _)!;
        Assert.Equal(keys.Select(key => (key.Key, key.Epoch, key.MayWrite, Convert.ToHexString(key.Secret))), got.Select(key => (key.Key, key.Epoch, key.MayWrite, Convert.ToHexString(key.Secret))));
        Assert.Null(other.Unwrap(list, hub, hubInfo, out ProtocolFault fault));
        Assert.Equal(ProtocolFault.BadValue, fault);
        // A hub's own signature over a key whose right was changed on the way does not help: the right is part of the wrapping.
        DataKeyList forged = Signing.Sign(list with { Keys = [list.Keys[1] with { MayWrite = true }] }, Hub);
        Assert.Null(asked.Unwrap(forged, hub, hubInfo, out fault));
        Assert.Equal(ProtocolFault.DoesNotOpen, fault);
    }

    [Fact]
    public void Window_judges_as_a_list_of_all_counters_does() =>
        Gen.Select(Gen.Int[1, 3000], Gen.Int[0, 1400]).Array[1, 200].Sample(steps =>
        {
            CounterWindow window = new();
            HashSet<ulong> seen = [];
            ulong highest = 0;
            foreach ((int forward, int back) in steps)
            {
                ulong counter = (ulong)Math.Max(1, (long)highest + (forward < 2500 ? forward % 40 : forward) - back);
                CounterState expected = counter + CounterWindow.Width <= highest ? CounterState.TooOld : seen.Contains(counter) ? CounterState.Used : CounterState.New;
                Assert.Equal(expected, window.Judge(counter));
                if (expected == CounterState.New)
                {
                    window.Take(counter);
                    seen.Add(counter);
                    highest = Math.Max(highest, counter);
                }
                window = CounterWindow.Restore(window.Save())!;
                ulong below = highest > CounterWindow.Width ? highest - CounterWindow.Width : 0;
                Assert.Equal((long)below - seen.Count(one => one <= below), window.Missed);
            }
        }, seed: "0000000000000", iter: 100, threads: 1);

    private TelemetryEnvelope Envelope(ulong counter) => new(1, device, Enumerable.Repeat((byte)3, 16).ToArray(), counter, Now, "vitals/1", null, "37.2"u8.ToArray(), []);

    private (SessionKeys Devices, SessionKeys Hubs) Agree(SessionTerms? terms = null)
    {
        using SessionAgreement agreement = SessionAgreement.Begin(Device, hub, Now);
        SessionOffer offer = Message.Decode<SessionOffer>(Message.Encode(agreement.Offer), out _)!;
        (SessionAnswer answer, SessionKeys hubs) = SessionAgreement.Answer(offer, deviceKey.ExportSubjectPublicKeyInfo(), Hub, terms ?? SessionTerms.Default, Now, out _)!.Value;
        SessionKeys devices = agreement.Finish(Message.Decode<SessionAnswer>(Message.Encode(answer), out _)!, hubKey.ExportSubjectPublicKeyInfo(), out _)!;
        return (devices, hubs);
    }
}
