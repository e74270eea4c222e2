using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Offers what a handshake shows to signatures.</summary>
internal static class TlsBuffers
{
    /// <summary>The client's hello.</summary>
    public static void Hello(in ClientHello hello, IBufferSink into)
    {
        into.Offer(BufferName.TlsVersion, Side.Client, hello.Version);
        if (!hello.IsVersion2Form)
        {
            if (!hello.ServerName.IsEmpty) into.Offer(BufferName.TlsSni, Side.Client, hello.ServerName);
            foreach (string protocol in hello.Protocols() ?? []) into.Offer(BufferName.TlsAlpn, Side.Client, Encoding.UTF8.GetBytes(protocol));
            into.Offer(BufferName.Ja3Hash, Side.Client, Encoding.ASCII.GetBytes(TlsFingerprints.Ja3(in hello)));
            into.Offer(BufferName.Ja3Text, Side.Client, TlsFingerprints.Ja3Text(in hello));
            into.Offer(BufferName.Ja4Hash, Side.Client, Encoding.ASCII.GetBytes(TlsFingerprints.Ja4(in hello)));
        }
        into.Complete(Side.Client);
    }

    /// <summary>The server's hello; its certificate follows, but in TLS 1.3, where it is encrypted.</summary>
    public static void Hello(in ServerHello hello, IBufferSink into)
    {
        into.Offer(BufferName.TlsVersion, Side.Server, hello.Version);
        if (!hello.NextProtocol.IsEmpty) into.Offer(BufferName.TlsAlpn, Side.Server, hello.NextProtocol);
        into.Offer(BufferName.Ja3sHash, Side.Server, Encoding.ASCII.GetBytes(TlsFingerprints.Ja3s(in hello)));
        into.Offer(BufferName.Ja3sText, Side.Server, TlsFingerprints.Ja3sText(in hello));
        if (ServerHello.IsTls13(hello.Version)) into.Complete(Side.Server);
    }

    /// <summary>A chain of certificates as it is sent.</summary>
    public static void Chain(ReadOnlySpan<byte> list, Side side, IBufferSink into)
    {
        SpanReader reader = new(list);
        int count = 0;
        while (reader.Remaining > 0 && count < 16)
        {
            ReadOnlySpan<byte> bytes = reader.Take(reader.U24());
            if (reader.Failed) break;
            if (count++ == 0) Certificate(bytes, side, into);
            into.Offer(BufferName.TlsCertificate, side, bytes);
        }
        into.Offer(BufferName.TlsChainLength, side, count);
        into.Complete(side);
    }

    /// <summary>One certificate.</summary>
    public static void Certificate(ReadOnlySpan<byte> bytes, Side side, IBufferSink into)
    {
        if (!CertificateReader.TryRead(bytes, out CertificateFacts facts)) return;
        Text(BufferName.TlsSubject, facts.Subject, side, into);
        Text(BufferName.TlsIssuer, facts.Issuer, side, into);
        if (facts.Serial is { } serial) Text(BufferName.TlsSerial, Pairs(serial.Length % 2 == 0 ? serial : "0" + serial), side, into);
        foreach (string name in facts.SanDns ?? []) Text(BufferName.TlsAlternativeName, name, side, into);
        foreach (string name in facts.SanIp ?? []) Text(BufferName.TlsAlternativeName, name, side, into);
#pragma warning disable CA5350 // Rules name certificates by this sum.
        Text(BufferName.TlsFingerprint, Pairs(Convert.ToHexStringLower(SHA1.HashData(bytes))), side, into);
#pragma warning restore CA5350
    }

    private static void Text(BufferName name, string? text, Side side, IBufferSink into)
    {
        if (text is not null) into.Offer(name, side, Encoding.UTF8.GetBytes(text));
    }

    private static string Pairs(string digits) => string.Join(':', digits.Chunk(2).Select(static pair => new string(pair)));
}
