using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols.Dtls;

/// <summary>
/// Reads the plain part of a DTLS handshake: records of a datagram, fragments of messages put together in their order, and from
/// these what TLS's own readers know. A fragment that comes too early is dropped; its sender repeats it.
/// </summary>
internal sealed class DtlsReader
{
    private const int RecordHeader = 13, MessageHeader = 12, LongestMessage = 64 * 1024;

    private readonly TlsSession session = new();
    private readonly Assembly client = new(), server = new();
    private bool clientEncrypts, serverEncrypts;

    /// <summary>Whether a record of a handshake begins here; <paramref name="isAnswer"/> when a server sends it.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes, out bool isAnswer)
    {
        isAnswer = false;
        if (bytes.Length < RecordHeader + 2 || !IsRecord(bytes)) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[11..]);
        if (length == 0 || (bytes[3] | bytes[4]) != 0) return false;
        ReadOnlySpan<byte> body = bytes[RecordHeader..];
        if (bytes[0] == (byte)ContentType.Alert) return length == 2 && body[0] is 1 or 2 && bytes.Length == RecordHeader + 2;
        if (bytes[0] != (byte)ContentType.Handshake || body.Length < MessageHeader) return false;
        int whole = (body[1] << 16) | (body[2] << 8) | body[3], from = (body[6] << 16) | (body[7] << 8) | body[8], part = (body[9] << 16) | (body[10] << 8) | body[11];
        isAnswer = (HandshakeType)body[0] is HandshakeType.ServerHello or HandshakeType.HelloVerifyRequest or HandshakeType.HelloRequest;
        return Enum.IsDefined((HandshakeType)body[0]) && from + part <= whole && part <= length - MessageHeader && whole <= LongestMessage;
    }

    /// <summary>Takes a datagram.</summary>
    public Fault? Take(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> rest = segment.Bytes;
        while (!rest.IsEmpty)
        {
            if (rest[0] is >= 0x20 and <= 0x3F)
            {
                // The short header of DTLS 1.3: everything behind it is encrypted. RFC 9147, 4.
                Encrypted(segment.Side, into);
                return null;
            }
            if (rest.Length < RecordHeader || !IsRecord(rest)) return DtlsFaults.NotARecord;
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[11..]);
            if (length > rest.Length - RecordHeader) return segment.Missing > 0 ? null : DtlsFaults.NotARecord;
            Fault? fault = Record(in segment, (ContentType)rest[0], BinaryPrimitives.ReadUInt16BigEndian(rest[3..]), rest.Slice(RecordHeader, length), into);
            if (fault is not null) return fault;
            rest = rest[(RecordHeader + length)..];
        }
        return null;
    }

    /// <summary>Hands out what was seen.</summary>
    public void End(ITransactionSink into) => session.Report(false, into);

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        session.Reset();
        client.Drop();
        server.Drop();
        clientEncrypts = serverEncrypts = false;
    }

    private static bool IsRecord(ReadOnlySpan<byte> bytes) =>
        bytes[0] is >= 20 and <= 25 && ((bytes[1] == 0xFE && bytes[2] is 0xFF or 0xFD or 0xFC) || (bytes[1] == 1 && bytes[2] == 0));

    private void Encrypted(Side side, ITransactionSink into)
    {
        if (side == Side.Client) clientEncrypts = true;
        else serverEncrypts = true;
        if (clientEncrypts && serverEncrypts) session.Report(session.HasHello, into);
    }

    private Fault? Record(in Segment segment, ContentType type, int epoch, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        if (session.IsReported) return null;
        if (epoch > 0 || type == ContentType.ApplicationData)
        {
            Encrypted(segment.Side, into);
            return null;
        }
        session.Touch(in segment, 0, segment.Bytes.Length);
        switch (type)
        {
            case ContentType.ChangeCipherSpec:
                session.Note(segment.Side, 'I');
                if (segment.Side == Side.Client) session.TakeClientChangeCipherSpec();
                return null;
            case ContentType.Alert when body.Length == 2:
                session.Note(segment.Side, 'L');
                session.TakeAlert(body[1]);
                return null;
            case ContentType.Handshake:
                return Fragments(in segment, body, into);
            default:
                return null;
        }
    }

    private Fault? Fragments(in Segment segment, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        Assembly assembly = segment.Side == Side.Client ? client : server;
        while (!body.IsEmpty)
        {
            SpanReader reader = new(body);
            HandshakeType type = (HandshakeType)reader.U8();
            int whole = reader.U24();
            ushort number = reader.U16();
            int from = reader.U24();
            ReadOnlySpan<byte> part = reader.Take(reader.U24());
            if (reader.Failed || from + part.Length > whole || whole > LongestMessage) return DtlsFaults.Fragment;
            body = reader.Rest;
            if (part.Length == whole) Message(in segment, type, part, into);
            else if (assembly.Add(number, whole, from, part)) Message(in segment, type, assembly.Whole, into);
        }
        return null;
    }

    private void Message(in Segment segment, HandshakeType type, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        char letter = TlsAnalyser.Letter(type);
        switch (type)
        {
            case HandshakeType.ClientHello when segment.Side == Side.Client:
                byte[] stripped = new byte[body.Length];
                if (!ClientHello.TryRead(WithoutCookie(body, stripped), out ClientHello offered)) into.Report(TlsFaults.MalformedClientHello);
                else if (!session.HasServerHello) session.Take(in offered, isFirst: true);
                break;
            case HandshakeType.ServerHello when segment.Side == Side.Server:
                if (!ServerHello.TryRead(body, out ServerHello chosen)) into.Report(TlsFaults.MalformedServerHello);
                else if (!session.HasServerHello) session.Take(in chosen);
                break;
            case HandshakeType.Certificate when !session.IsTls13:
                SpanReader reader = new(body);
                session.TakeChain(in segment, reader.Take(reader.U24()), into);
                break;
            case HandshakeType.ServerKeyExchange when segment.Side == Side.Server:
                session.TakeServerKeyExchange(body);
                break;
            case HandshakeType.ClientKeyExchange when segment.Side == Side.Client:
                session.TakeClientKeyExchange();
                break;
        }
        session.Note(segment.Side, letter);
    }

    /// <summary>A client's hello in the form of TLS: between session and cipher suites stands a cookie. RFC 6347, 4.2.1.</summary>
    private static ReadOnlySpan<byte> WithoutCookie(ReadOnlySpan<byte> body, Span<byte> into)
    {
        const int fixedPart = 2 + 32;
        if (body.Length <= fixedPart) return body;
        int session = fixedPart + 1 + body[fixedPart];
        if (session >= body.Length) return body;
        int cookie = session + 1 + body[session];
        if (cookie > body.Length) return body;
        body[..session].CopyTo(into);
        body[cookie..].CopyTo(into[session..]);
        return into[..(session + body.Length - cookie)];
    }

    /// <summary>One message that comes in fragments.</summary>
    private sealed class Assembly
    {
        private byte[]? buffer;
        private int number = -1, count, length;

        /// <summary>The message once it is whole.</summary>
        public ReadOnlySpan<byte> Whole => buffer.AsSpan(0, length);

        /// <summary>Adds a fragment; true when it was the last.</summary>
        public bool Add(ushort message, int whole, int from, ReadOnlySpan<byte> part)
        {
            if (message != number || whole != length) (number, length, count) = (message, whole, 0);
            if (from > count || from + part.Length <= count) return false;
            // Grows with what has come, not with what a header claims.
            if (buffer is null || buffer.Length < from + part.Length) Array.Resize(ref buffer, Math.Min(LongestMessage, Math.Max(2048, 2 * (from + part.Length))));
            part.CopyTo(buffer.AsSpan(from));
            count = from + part.Length;
            if (count < length) return false;
            number = -1;
            return true;
        }

        /// <summary>Forgets everything.</summary>
        public void Drop()
        {
            buffer = null;
            number = -1;
            count = length = 0;
        }
    }
}
