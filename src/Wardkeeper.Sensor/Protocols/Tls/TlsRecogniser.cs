namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>
/// Tells TLS from its first bytes: a client's hello whose lengths add up, a server's hello, an alert, or, in a stream whose
/// beginning was missed, two records in a row or one on each side. Pure.
/// </summary>
internal static class TlsRecogniser
{
    /// <summary>Record header, handshake header and the version field of a hello.</summary>
    private const int HelloFields = TlsRecord.HeaderLength + HandshakeBuffer.HeaderLength + 2;

    private const int AlertRecord = TlsRecord.HeaderLength + 2;

    /// <summary>Bytes of the shortest encrypted record: a tag or MAC of 16 bytes.</summary>
    private const int ShortestEncrypted = 16;

    private enum Kind
    {
        None,
        NeedMore,
        ClientHello,
        ServerHello,
        Alert,

        /// <summary>A record that says little by itself.</summary>
        Record,

        /// <summary>Two records in a row.</summary>
        Records,
    }

    /// <summary>Decides over the first bytes of both sides.</summary>
    public static Match Recognise(in Opening opening)
    {
        Kind client = KindOf(opening.Client, opening.FromStart), server = KindOf(opening.Server, opening.FromStart);
        if (client == Kind.None || server == Kind.None)
        {
            if (client == Kind.ClientHello) return Match.Yes;
            if (server == Kind.ClientHello) return Match.YesReversed;
            // A stream whose beginning was missed may begin amid a record on one side.
            if (opening.FromStart) return Match.No;
            return client is Kind.ServerHello ? Match.YesReversed : client is Kind.Records || server is Kind.Records or Kind.ServerHello ? Match.Yes : Match.No;
        }
        if (client == Kind.ClientHello || server == Kind.ServerHello) return server == Kind.ClientHello ? Match.No : Match.Yes;
        if (server == Kind.ClientHello || client == Kind.ServerHello) return Match.YesReversed;
        if (client == Kind.Alert || server == Kind.Alert) return Match.Yes;
        if (opening.FromStart) return client == Kind.NeedMore || server == Kind.NeedMore ? Match.NeedMore : Match.No;
        if (client == Kind.Records || server == Kind.Records || (client == Kind.Record && server == Kind.Record)) return Match.Yes;
        return Match.NeedMore;
    }

    private static Kind KindOf(ReadOnlySpan<byte> bytes, bool fromStart)
    {
        if (bytes.IsEmpty) return Kind.NeedMore;
        if (Ssl2.CanBeginClientHello(bytes)) return bytes.Length < Ssl2.ClientHelloFields ? Kind.NeedMore : Ssl2.IsClientHello(bytes) ? Kind.ClientHello : Kind.None;
        if (!TlsRecord.CanBegin(bytes)) return Kind.None;
        if (bytes.Length < TlsRecord.HeaderLength) return Kind.NeedMore;
        if (!TlsRecord.TryRead(bytes, out TlsRecord record)) return Kind.None;
        switch (record.Type)
        {
            case ContentType.Handshake:
                Kind kind = Handshake(bytes, record);
                if (kind is Kind.Record or Kind.Records && fromStart) return Kind.None;
                return kind == Kind.Record ? Following(bytes, record) : kind;
            case ContentType.Alert when record.Length == 2:
                if (bytes.Length < AlertRecord) return Kind.NeedMore;
                return bytes[5] is 1 or 2 && TlsNames.IsAlert(bytes[6]) ? Kind.Alert : Kind.None;
            default:
                bool isEncrypted = record.Type is ContentType.ApplicationData or ContentType.Alert && record.Length >= ShortestEncrypted && record.Version != 0x0304;
                bool isCipherChange = record.Type == ContentType.ChangeCipherSpec && record.Length == 1 && (bytes.Length < 6 || bytes[5] == 1);
                return fromStart || !(isEncrypted || isCipherChange) ? Kind.None : Following(bytes, record);
        }
    }

    /// <summary>A record that carries handshake: a hello is told by its content, anything else only by what follows.</summary>
    private static Kind Handshake(ReadOnlySpan<byte> bytes, TlsRecord record)
    {
        ReadOnlySpan<byte> body = bytes[TlsRecord.HeaderLength..];
        if (body.Length > record.Length) body = body[..record.Length];
        bool isWhole = record.Length <= HelloFields - TlsRecord.HeaderLength;
        if (body.Length < HelloFields - TlsRecord.HeaderLength && !(isWhole && body.Length == record.Length)) return Kind.NeedMore;
        HandshakeType type = (HandshakeType)body[0];
        if (type is HandshakeType.ClientHello or HandshakeType.ServerHello)
        {
            int length = body.Length < 4 ? 64 : (body[1] << 16) | (body[2] << 8) | body[3];
            bool isHello = length is >= 38 and <= HandshakeBuffer.LongestMessage && (body.Length < 5 || body[4] is 3 or 0x7E or 0x7F) && (body.Length < 6 || body[4] != 3 || body[5] <= 4);
            return !isHello ? Kind.None : type == HandshakeType.ClientHello ? Kind.ClientHello : Kind.ServerHello;
        }
        if (type == HandshakeType.Certificate && body.Length >= 7)
        {
            // Three lengths that agree, as they do up to TLS 1.2, say as much as a record that follows.
            int message = (body[1] << 16) | (body[2] << 8) | body[3];
            if (message != ((body[4] << 16) | (body[5] << 8) | body[6]) + 3) return Kind.None;
            if (message > 64 && message + HandshakeBuffer.HeaderLength == record.Length) return Kind.Records;
        }
        return Enum.IsDefined(type) ? Kind.Record : Kind.None;
    }

    private static Kind Following(ReadOnlySpan<byte> bytes, TlsRecord record)
    {
        if (bytes.Length < record.Whole + TlsRecord.HeaderLength) return Kind.Record;
        return TlsRecord.TryRead(bytes[record.Whole..], out TlsRecord next) && next.Version == record.Version ? Kind.Records : Kind.None;
    }
}
