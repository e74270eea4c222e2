using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>How a message's body is delimited (RFC 9112, section 6.3), as far as its own head tells.</summary>
internal enum BodyFraming : byte
{
    /// <summary>The head says nothing.</summary>
    Unstated,

    /// <summary>By Content-Length.</summary>
    Length,

    /// <summary>Chunked.</summary>
    Chunked,

    /// <summary>By something that is not understood: until the connection closes, or unknown for a request.</summary>
    UntilClose,

    /// <summary>Contradictory or malformed: nobody can say where the body ends.</summary>
    Unknown,
}

/// <summary>Reads the fields of one message head into its exchange, and what they say of the body.</summary>
internal struct MessageHead
{
    private bool sawLength;
    private bool sawTransferCoding;
    private bool isChunked;
    private bool isBad;
    private bool isRequest;
    private byte[]? fileName;

    /// <summary>How the body is delimited.</summary>
    public BodyFraming Framing { get; private set; }

    /// <summary>Content-Length, when <see cref="Framing"/> is by length.</summary>
    public long Length { get; private set; }

    /// <summary>How the body is packed.</summary>
    public ContentCoding Coding { get; private set; }

    /// <summary>Character set of the body, or null.</summary>
    public string? Charset { get; private set; }

    /// <summary>Media type of the body, or null.</summary>
    public string? Stated { get; private set; }

    /// <summary>First protocol of the Upgrade field, lower case, or null.</summary>
    public string? Upgrade { get; private set; }

    /// <summary>Reads all field lines, with where they lie in the stream; null where they were packed.</summary>
    public static MessageHead Read(ReadOnlySpan<byte> lines, bool isRequest, Exchange exchange, UriMasking masking, ByteRange? at, ITransactionSink into)
    {
        MessageHead head = new() { isRequest = isRequest };
        FieldLines fields = new(lines);
        int count = 0;
        while (fields.Next())
        {
            if (fields.Fault is { } fault) into.Report(fault);
            if (fields.Name.IsEmpty) continue;
            if (++count == HttpLimits.Fields) into.Report(HttpFaults.TooManyFields);
            if (head.ReadFraming(in fields, into) || head.ReadContent(in fields, exchange)) continue;
            // What only describes is dropped beyond the bound; what delimits the body never is.
            if (count > HttpLimits.Fields) continue;
            if (isRequest) ReadRequest(in fields, exchange, masking, lines, at);
            else ReadResponse(in fields, exchange, lines, at);
        }
        if (isRequest) exchange.Upgrade = head.Upgrade;
        // Only now is it known what else the head says of patients.
        if (head.fileName is { } name)
        {
            MaskedText file = masking.FileName(name, in exchange.Patients);
            if (isRequest) exchange.RequestFile = file;
            else exchange.ResponseFile = file;
        }
        head.Conclude(into);
        return head;
    }

    /// <summary>Media type of a Content-Type field, in lower case.</summary>
    public static string MediaType(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOfAny(";, "u8);
#pragma warning disable CA1308 // Media types are written in lower case.
        return FieldText.Of(end < 0 ? value : value[..end], 128).ToLowerInvariant();
#pragma warning restore CA1308
    }

    /// <summary>File name of a Content-Disposition field (RFC 6266, section 4.3), or nothing.</summary>
    public static ReadOnlySpan<byte> FileName(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> name = FieldText.Parameter(value, "filename*"u8);
        int quote = name.LastIndexOf((byte)'\'');
        return quote >= 0 ? name[(quote + 1)..] : FieldText.Parameter(value, "filename"u8);
    }

    /// <summary>Whether a body of this media type is a page or a document, of which more than its first bytes tells.</summary>
    public static bool IsPage(string? stated) => stated is not null && (stated.Contains("html", StringComparison.Ordinal) || stated.Contains("xml", StringComparison.Ordinal));

    /// <summary>What the head says of the body that follows it.</summary>
    /// <param name="countsMatches">Whether it answers a search.</param>
    /// <param name="at">When the head came.</param>
    /// <param name="where">Where the head lies.</param>
    /// <param name="into">Where faults of the body go.</param>
    public readonly BodyHead BodyHead(bool countsMatches, CaptureTime at, ByteRange where, ITransactionSink into) => new()
    {
        Coding = Coding,
        KeepsMore = IsPage(Stated),
        Stated = Stated,
        Charset = Charset,
        CountsMatches = countsMatches,
        At = at,
        Where = where,
        Into = into,
    };

    private bool ReadFraming(in FieldLines fields, ITransactionSink into)
    {
        if (fields.Is("content-length"u8))
        {
            ReadLength(fields.Value, into);
            return true;
        }
        if (!fields.Is("transfer-encoding"u8)) return false;
        ReadOnlySpan<byte> value = fields.Value;
        while (!value.IsEmpty)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> coding = (comma < 0 ? value : value[..comma]).Trim(" \t\r\n"u8);
            value = comma < 0 ? default : value[(comma + 1)..];
            if (coding.IsEmpty) continue;
            // Chunked must come last and once; where it does not, some servers honour it and others do not.
            if (isChunked) isBad = true;
            sawTransferCoding = true;
            if (Ascii.EqualsIgnoreCase(coding, "chunked"u8)) isChunked = true;
            else if (Ascii.EqualsIgnoreCase(coding, "gzip"u8) || Ascii.EqualsIgnoreCase(coding, "x-gzip"u8)) Coding = ContentCoding.Gzip;
            else if (Ascii.EqualsIgnoreCase(coding, "deflate"u8)) Coding = ContentCoding.Deflate;
            else if (!Ascii.EqualsIgnoreCase(coding, "identity"u8)) isBad = true;
        }
        return true;
    }

    private void ReadLength(ReadOnlySpan<byte> value, ITransactionSink into)
    {
        do
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> digits = (comma < 0 ? value : value[..comma]).Trim(" \t\r\n"u8);
            value = comma < 0 ? default : value[(comma + 1)..];
            if (!TryNumber(digits, out long length))
            {
                into.Report(HttpFaults.BadLength);
                Framing = BodyFraming.Unknown;
                continue;
            }
            if (sawLength && length != Length)
            {
                into.Report(HttpFaults.ConflictingLengths);
                Framing = BodyFraming.Unknown;
            }
            Length = length;
            sawLength = true;
        }
        while (!value.IsEmpty);
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > 18) return false;
        foreach (byte digit in digits) number = (number * 10) + digit - '0';
        return true;
    }

    private void Conclude(ITransactionSink into)
    {
        if (sawTransferCoding)
        {
            if (sawLength) into.Report(HttpFaults.LengthAndTransferCoding);
            if (isBad || (!isChunked && isRequest)) into.Report(HttpFaults.BadTransferCoding);
            Framing = isChunked ? BodyFraming.Chunked : isRequest ? BodyFraming.Unknown : BodyFraming.UntilClose;
        }
        else if (sawLength && Framing == BodyFraming.Unstated)
        {
            Framing = BodyFraming.Length;
        }
    }

    private bool ReadContent(in FieldLines fields, Exchange exchange)
    {
        if (fields.Is("content-type"u8))
        {
            string type = MediaType(fields.Value);
            if (type.Length == 0) return true;
            exchange.ContentType = Stated = type;
            if (type is "application/dicom" or "application/dicom+json" or "application/dicom+xml" || BodyReaders.IsClinical(type))
                exchange.Patients = exchange.Patients with { IsClinical = true };
            ReadOnlySpan<byte> charset = FieldText.Parameter(fields.Value, "charset"u8);
            if (!charset.IsEmpty && charset.Length <= 32) Charset = Encoding.ASCII.GetString(charset);
            return true;
        }
        if (fields.Is("content-encoding"u8))
        {
            ReadOnlySpan<byte> value = fields.Value;
            Coding = Coding != ContentCoding.Identity ? ContentCoding.Unknown
                : Ascii.EqualsIgnoreCase(value, "gzip"u8) || Ascii.EqualsIgnoreCase(value, "x-gzip"u8) ? ContentCoding.Gzip
                : Ascii.EqualsIgnoreCase(value, "deflate"u8) ? ContentCoding.Deflate
                : Ascii.EqualsIgnoreCase(value, "br"u8) ? ContentCoding.Brotli
                : value.IsEmpty || Ascii.EqualsIgnoreCase(value, "identity"u8) ? ContentCoding.Identity
                : ContentCoding.Unknown;
            return true;
        }
        if (fields.Is("upgrade"u8))
        {
            int end = fields.Value.IndexOfAny(", "u8);
#pragma warning disable CA1308 // Services are named in lower case.
            Upgrade = FieldText.Of(end < 0 ? fields.Value : fields.Value[..end], 32).ToLowerInvariant();
#pragma warning restore CA1308
            return true;
        }
        if (WebsocketFields.IsOne(in fields))
        {
            (exchange.Websocket ??= new WebsocketFields()).Read(in fields, isRequest);
            return true;
        }
        if (!fields.Is("content-disposition"u8)) return false;
        ReadOnlySpan<byte> name = FileName(fields.Value);
        if (!name.IsEmpty) fileName = name[..Math.Min(name.Length, HttpLimits.Value)].ToArray();
        return true;
    }

    private static void ReadRequest(in FieldLines fields, Exchange exchange, UriMasking masking, ReadOnlySpan<byte> lines, ByteRange? at)
    {
        if (fields.Is("host"u8)) exchange.Host = FieldText.Of(fields.Value);
        else if (fields.Is("user-agent"u8)) (exchange.UserAgent, exchange.UserAgentAt) = (FieldText.Of(fields.Value), at?.Of(lines, fields.Value));
        else if (fields.Is("referer"u8)) exchange.Referrer = masking.Uri(fields.Value, ref exchange.Patients);
        else if (fields.Is("origin"u8)) exchange.Origin = FieldText.Of(fields.Value);
        else if (fields.Is("expect"u8)) exchange.ExpectsContinue = Ascii.EqualsIgnoreCase(fields.Value, "100-continue"u8);
        else if (fields.Is("authorization"u8) || fields.Is("proxy-authorization"u8)) ReadCredentials(in fields, exchange);
        else if (IsProxyField(in fields) && (exchange.Proxied ??= []).Count < HttpLimits.Proxied)
            exchange.Proxied.Add($"{Encoding.ASCII.GetString(fields.Name).ToUpperInvariant()} -> {FieldText.Of(fields.Value)}");
    }

    private static void ReadCredentials(in FieldLines fields, Exchange exchange)
    {
        if (FieldText.BasicUser(fields.Value, out string? rule) is { } user) (exchange.Username, exchange.PasswordRule) = (user, rule);
        exchange.RequestToken = FieldText.Negotiated(fields.Value) ?? exchange.RequestToken;
    }

    private static bool IsProxyField(in FieldLines fields) =>
        fields.Is("forwarded"u8) || fields.Is("x-forwarded-for"u8) || fields.Is("x-forwarded-from"u8) || fields.Is("client-ip"u8)
        || fields.Is("via"u8) || fields.Is("xroxy-connection"u8) || fields.Is("proxy-connection"u8);

    private static void ReadResponse(in FieldLines fields, Exchange exchange, ReadOnlySpan<byte> lines, ByteRange? at)
    {
        if (fields.Is("server"u8))
        {
            exchange.Server = FieldText.Of(fields.Value);
            exchange.ServerAt = at?.Of(lines, fields.Value);
        }
        else if (fields.Is("www-authenticate"u8) || fields.Is("proxy-authenticate"u8))
        {
            exchange.ResponseToken ??= FieldText.Negotiated(fields.Value);
            if (exchange.AuthRealm is not null) return;
            ReadOnlySpan<byte> realm = FieldText.Parameter(fields.Value, "realm"u8);
            if (!realm.IsEmpty) exchange.AuthRealm = FieldText.Of(realm);
        }
    }
}
