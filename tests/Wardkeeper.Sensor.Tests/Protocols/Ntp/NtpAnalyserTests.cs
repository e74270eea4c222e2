using System.Buffers.Binary;
using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ntp;

namespace Wardkeeper.Sensor.Tests.Protocols.Ntp;

public sealed class NtpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 40000, 123);

    [Fact]
    public void Time_control_and_private_messages_are_read()
    {
        Conversation said = Of(
            Said.Client(Seeds.Read("ntp", "client")), Said.Server(Seeds.Read("ntp", "server")), Said.Server(Seeds.Read("ntp", "with-digest")), Said.Client(Seeds.Read("ntp", "with-extension")),
            Said.Client(Seeds.Read("ntp", "control")), Said.Client(Seeds.Read("ntp", "monlist")));
        Golden.Hold("all-modes", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Only_a_synchronised_answer_makes_a_server()
    {
        Assert.Empty(Of(Said.Client(Seeds.Read("ntp", "client"))).Observe(View));
        byte[] unsynchronised = Seeds.Read("ntp", "server");
        unsynchronised[1] = 16;
        Assert.Empty(Of(Said.Server(unsynchronised)).Observe(View));
        IReadOnlyList<Observation> seen = Of(Said.Server(Seeds.Read("ntp", "server"))).Observe(View);
        Assert.Equal("ntp-server", Assert.Single(seen.OfType<Claim>()).Value);
        Assert.Equal(123, Assert.Single(seen.OfType<ServiceSighting>()).Port);
    }

    [Fact]
    public void Times_before_and_after_2036_are_told_apart()
    {
        Assert.Equal(0, NtpFields.Time([0x83, 0xAA, 0x7E, 0x80, 0, 0, 0, 0])!.Value.Nanoseconds);
        Assert.Equal(CaptureTime.FromSeconds(2_085_978_496), NtpFields.Time([0, 0, 0, 0, 0, 0, 0, 1])!.Value);
        Assert.Equal(CaptureTime.FromSeconds(2_085_978_495, 500_000_000), NtpFields.Time([0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0])!.Value);
        Assert.Null(NtpFields.Time(new byte[8]));
    }

    [Fact]
    public void Kiss_codes_and_clocks_are_letters_and_other_references_addresses()
    {
        Assert.Equal("RATE", NtpFields.Reference(0, "RATE"u8));
        Assert.Equal("GPS", NtpFields.Reference(1, "GPS\0"u8));
        Assert.Equal("10.0.0.3", NtpFields.Reference(2, [10, 0, 0, 3]));
        Assert.Equal("01ff", NtpFields.Reference(1, [1, 255, 0, 0]));
        Assert.Null(NtpFields.Reference(0, new byte[4]));
    }

    [Fact]
    public void Opening_that_is_an_answer_turns_the_flow_round()
    {
        byte[] answer = Seeds.Read("ntp", "server");
        Assert.Equal(Match.YesReversed, NtpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 123, ServerPort = 50000, Client = answer }));
        Assert.Equal(Match.Yes, NtpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 50000, ServerPort = 123, Server = answer }));
        Assert.Equal(Match.Yes, NtpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 50000, ServerPort = 123, Client = Seeds.Read("ntp", "client") }));
    }

    [Fact]
    public void Look_alikes_are_refused()
    {
        byte[] client = Seeds.Read("ntp", "client");
        Assert.Equal(Match.No, Recognise(client, 40001));
        Assert.Equal(Match.No, Recognise(client.AsSpan(0, 47), 123));
        Assert.Equal(Match.No, Recognise([.. client, 1, 2, 3, 4, 5, 6, 7, 8], 123));
        Assert.Equal(Match.No, Recognise("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n"u8, 123));
        client[1] = 17;
        Assert.Equal(Match.No, Recognise(client, 123));
        client[1] = 0;
        // Versions 0, 5 and 7, mode 0 of version 4.
        foreach (byte first in (byte[])[0x03, 0x2B, 0x3B, 0x20])
        {
            client[0] = first;
            Assert.Equal(Match.No, Recognise(client, 123));
        }
    }

    [Theory]
    [InlineData("client", 47, "ntp.short")]
    [InlineData("with-digest", 67, "ntp.trailer")]
    [InlineData("with-extension", 70, "ntp.trailer")]
    [InlineData("control", 11, "ntp.short")]
    [InlineData("monlist", 7, "ntp.short")]
    public void Datagram_that_was_cut_is_a_fault(string seed, int length, string fault) =>
        Assert.Equal(fault, Assert.Single(Of(Said.Client(Seeds.Read("ntp", seed)[..length])).Faults).Id);

    [Fact]
    public void What_was_written_is_read() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5], Gen.Byte[0, 16], Gen.ULong, Gen.Int[0, 4], Gen.Bool).Holds((version, mode, stratum, time, extensions, digest) =>
        {
            byte[] datagram = new byte[48 + (extensions * 28) + (digest ? 20 : 0)];
            datagram[0] = (byte)((version << 3) | mode);
            datagram[1] = stratum;
            BinaryPrimitives.WriteUInt64BigEndian(datagram.AsSpan(40), time);
            for (int i = 0; i < extensions; i++) datagram[48 + (28 * i) + 3] = 28;
            NtpMessage read = Assert.IsType<NtpMessage>(Assert.Single(Of(Said.Client(datagram)).Transactions));
            Assert.Equal((version, mode, stratum, extensions), (read.Version, read.Mode, read.Stratum, read.Extensions));
            Assert.Equal(time == 0, read.TransmitTime is null);
        });

    private static Match Recognise(ReadOnlySpan<byte> bytes, ushort port) => NtpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 40000, ServerPort = port, Client = bytes });

    private static Conversation Of(params Said[] said) => Conversation.Of<NtpAnalyser>(said, View);
}
