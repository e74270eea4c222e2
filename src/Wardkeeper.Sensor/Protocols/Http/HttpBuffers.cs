using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Offers one side's messages to signatures: start line, fields and body, in the forms that rules know. Used only while there are rules.</summary>
internal sealed class HttpBuffers
{
    private const int MostPacked = 256 * 1024, MostUnpacked = 256 * 1024, MostLayers = 4;

    private readonly List<byte> packed = [], begun = [];
    private readonly List<ContentCoding> codings = [];
    private byte[]? boundary;
    private bool isPut, isSuspect, isHttp2;
    private long? dnsLeft;

    /// <summary>A head that is not whole so far: should nothing follow, what there is of it counts.</summary>
    public void Begin(ReadOnlySpan<byte> head)
    {
        begun.Clear();
        begun.AddRange(head);
    }

    /// <summary>Nothing follows.</summary>
    public void End(Side side, IBufferSink into)
    {
        EndOdd(side, into);
        if (begun.Count == 0) return;
        byte[] head = [.. begun];
        begun.Clear();
        if (side == Side.Client) Request(head, into);
        else Response(head, into);
        Complete(side, into);
    }

    /// <summary>A request's head.</summary>
    /// <param name="head">Start line and fields.</param>
    /// <param name="into">Where it goes.</param>
    /// <param name="pseudo">Names, each with its line's end, of the fields that stood for the start line.</param>
    public void Request(ReadOnlySpan<byte> head, IBufferSink into, ReadOnlySpan<byte> pseudo = default)
    {
        begun.Clear();
        int end = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? head : head[..end]).TrimEnd("\r\n"u8), fields = end < 0 ? default : head[(end + 1)..];
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (first <= 0) return;
        ReadOnlySpan<byte> target = last > first ? line[first..last].Trim((byte)' ') : line[first..].Trim((byte)' ');
        into.Offer(BufferName.HttpVerb, Side.Client, line[..first]);
        into.Offer(BufferName.HttpUriRaw, Side.Client, target);
        (byte[] uri, bool isDouble) = HttpUriForm.Normal(target);
        into.Offer(BufferName.HttpUri, Side.Client, uri);
        if (isDouble) into.Event(Side.Client, "http.double_encoded_uri");
        into.Offer(BufferName.HttpRequestLine, Side.Client, line);
        if (last > first) into.Offer(BufferName.HttpRequestProtocol, Side.Client, line[(last + 1)..]);
        into.Offer(BufferName.HttpRequestStart, Side.Client, [.. line, .. "\r\n"u8, .. fields]);
        isPut = line[..first].SequenceEqual("PUT"u8) || line[..first].SequenceEqual("POST"u8);
        Fields(fields, Side.Client, HttpUriForm.Host(target), into, pseudo);
    }

    /// <summary>A response's head.</summary>
    /// <param name="head">Start line and fields.</param>
    /// <param name="into">Where it goes.</param>
    /// <param name="pseudo">Names, each with its line's end, of the fields that stood for the start line.</param>
    public void Response(ReadOnlySpan<byte> head, IBufferSink into, ReadOnlySpan<byte> pseudo = default)
    {
        EndOdd(Side.Server, into);
        Keeps = false;
        begun.Clear();
        int end = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? head : head[..end]).TrimEnd("\r\n"u8), fields = end < 0 ? default : head[(end + 1)..];
        into.Offer(BufferName.HttpResponseLine, Side.Server, line);
        int first = line.IndexOf((byte)' ');
        if (first > 0)
        {
            into.Offer(BufferName.HttpResponseProtocol, Side.Server, line[..first]);
            ReadOnlySpan<byte> rest = line[first..].TrimStart((byte)' ');
            int blank = rest.IndexOf((byte)' ');
            into.Offer(BufferName.HttpStatusCode, Side.Server, blank < 0 ? rest : rest[..blank]);
            if (blank >= 0) into.Offer(BufferName.HttpStatusMessage, Side.Server, rest[(blank + 1)..]);
        }
        into.Offer(BufferName.HttpResponseStart, Side.Server, [.. line, .. "\r\n"u8, .. fields]);
        Fields(fields, Side.Server, default, into, pseudo);
    }

    /// <summary>Bytes of the body, without the framing of chunks.</summary>
    public void Body(ReadOnlySpan<byte> bytes, Side side, IBufferSink into)
    {
        if (dnsLeft is { } left && (dnsLeft = left - bytes.Length) < 0)
        {
            into.Event(side, side == Side.Client ? EventNames.DnsRequestTooLong : EventNames.DnsResponseTooLong);
            dnsLeft = null;
        }
        if (side == Side.Client) into.Append(BufferName.HttpRequestBody, side, bytes);
        if (side == Side.Client && boundary is null && !isPut) return;
        bool isPlain = codings.Count == 0 && boundary is null;
        if (isPlain) into.Append(BufferName.FileData, side, bytes);
        if ((!isPlain || Keeps || isSuspect) && packed.Count < MostPacked) packed.AddRange(bytes[..Math.Min(bytes.Length, MostPacked - packed.Count)]);
    }

    /// <summary>Whether the message is not framed as its head says; what follows it is kept.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>Whether what is read of the body is kept, in case it becomes odd.</summary>
    public bool Keeps { get; set; }

    /// <summary>The message is not framed as its head says.</summary>
    public void TurnOdd() => IsOdd = true;

    /// <summary>Bytes behind the place where it became odd.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        if (begun.Count < MostPacked) begun.AddRange(bytes[..Math.Min(bytes.Length, MostPacked - begun.Count)]);
    }

    /// <summary>What is odd ends here: each way to read it is offered.</summary>
    public void EndOdd(Side side, IBufferSink into)
    {
        if (!IsOdd) return;
        IsOdd = false;
        byte[] before = [.. packed], rest = [.. begun];
        packed.Clear();
        begun.Clear();
        foreach (byte[] reading in OddBody.Readings(before, rest)) into.Offer(BufferName.FileData, side, reading);
        Complete(side, into);
    }

    /// <summary>The message is whole, or will not become so.</summary>
    public void Complete(Side side, IBufferSink into)
    {
        if (IsOdd) return;
        if (packed.Count > 0)
        {
            byte[] bytes = [.. packed];
            if (boundary is { } line) HttpParts.Offer(bytes, line, side, into);
            else
            {
                if (codings.Count > 0) into.Offer(BufferName.FileData, side, Unpack(bytes));
                foreach (byte[] reading in isSuspect ? OddBody.Readings(default, bytes) : []) into.Offer(BufferName.FileData, side, reading);
            }
        }
        packed.Clear();
        codings.Clear();
        boundary = null;
        dnsLeft = null;
        isPut = isSuspect = false;
        into.Complete(side);
    }

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        begun.Clear();
        IsOdd = Keeps = false;
        packed.Clear();
        codings.Clear();
        boundary = null;
        dnsLeft = null;
        isPut = isSuspect = false;
    }

    private byte[] Unpack(byte[] bytes)
    {
        for (int i = codings.Count - 1; i >= 0; i--)
        {
            byte[] into = new byte[MostUnpacked];
            int count = ContentDecoder.Decode(codings[i], bytes, bytes.Length, into);
            if (count == 0) return OddBody.Unpack(bytes) is { Length: > 0 } unpacked ? unpacked : bytes;
            bytes = into[..count];
        }
        return bytes;
    }

    private void Fields(ReadOnlySpan<byte> lines, Side side, ReadOnlySpan<byte> hostOfTarget, IBufferSink into, ReadOnlySpan<byte> pseudo)
    {
        bool isRequest = side == Side.Client;
        isHttp2 = !pseudo.IsEmpty;
        if (!lines.IsEmpty) into.Offer(isRequest ? BufferName.HttpRequestHeadersRaw : BufferName.HttpResponseHeadersRaw, side, lines);
        List<byte> all = new(lines.Length), names = [.. "\r\n"u8, .. pseudo];
        FieldLines fields = new(lines);
        bool sawHost = false;
        while (fields.Next())
        {
            isSuspect |= fields.Fault is not null || fields.Name.ContainsAnyInRange((byte)0, (byte)31) || fields.Value.ContainsAnyInRange((byte)0, (byte)31);
            if (fields.Name.IsEmpty) continue;
            byte[] line = [.. fields.Name, .. ": "u8, .. fields.Value];
            into.Offer(isRequest ? BufferName.HttpRequestHeader : BufferName.HttpResponseHeader, side, line);
            names.AddRange([.. fields.Name, .. "\r\n"u8]);
            if (fields.Is("cookie"u8) || fields.Is("set-cookie"u8))
            {
                into.Offer(isRequest ? BufferName.HttpRequestCookie : BufferName.HttpResponseCookie, side, fields.Value);
                continue;
            }
            all.AddRange([.. line, .. "\r\n"u8]);
            if (fields.Is("host"u8) && isRequest && !sawHost)
            {
                sawHost = true;
                Host(fields.Value, hostOfTarget, into);
            }
            else Field(in fields, side, into);
        }
        if (!sawHost && !hostOfTarget.IsEmpty) Host(hostOfTarget, hostOfTarget, into);
        if (all.Count > 0) into.Offer(isRequest ? BufferName.HttpRequestHeaders : BufferName.HttpResponseHeaders, side, [.. all]);
        names.AddRange("\r\n"u8);
        if (names.Count > 4) into.Offer(isRequest ? BufferName.HttpRequestHeaderNames : BufferName.HttpResponseHeaderNames, side, [.. names]);
    }

    private static void Host(ReadOnlySpan<byte> value, ReadOnlySpan<byte> hostOfTarget, IBufferSink into)
    {
        into.Offer(BufferName.HttpHostRaw, Side.Client, hostOfTarget.IsEmpty ? value : hostOfTarget);
        ReadOnlySpan<byte> name = HttpUriForm.WithoutPort(hostOfTarget.IsEmpty ? value : hostOfTarget);
        into.Offer(BufferName.HttpHost, Side.Client, Signatures.Matching.Transforms.ToLower(name));
        if (!hostOfTarget.IsEmpty && !Ascii.EqualsIgnoreCase(HttpUriForm.WithoutPort(value), name)) into.Event(Side.Client, "http.uri_host_ambiguous");
    }

    private void Field(in FieldLines fields, Side side, IBufferSink into)
    {
        bool isRequest = side == Side.Client;
        ReadOnlySpan<byte> value = fields.Value;
        if (fields.Is("content-encoding"u8) || fields.Is("transfer-encoding"u8)) Coding(value);
        else if (fields.Is("content-type"u8))
        {
            into.Offer(isRequest ? BufferName.HttpRequestContentType : BufferName.HttpResponseContentType, side, value);
            if (isHttp2 && Ascii.EqualsIgnoreCase(value, "application/dns-message"u8)) dnsLeft = ushort.MaxValue;
            ReadOnlySpan<byte> line = FieldText.Parameter(value, "boundary"u8);
            if (isRequest && !line.IsEmpty) boundary = line.ToArray();
        }
        else if (fields.Is("content-length"u8)) into.Offer(isRequest ? BufferName.HttpRequestContentLength : BufferName.HttpResponseContentLength, side, value);
        else if (fields.Is("connection"u8)) into.Offer(BufferName.HttpConnection, side, value);
        else if (isRequest && fields.Is("user-agent"u8)) into.Offer(BufferName.HttpUserAgent, side, value);
        else if (isRequest && fields.Is("referer"u8)) into.Offer(BufferName.HttpReferer, side, value);
        else if (isRequest && fields.Is("accept"u8)) into.Offer(BufferName.HttpAccept, side, value);
        else if (isRequest && fields.Is("accept-encoding"u8)) into.Offer(BufferName.HttpAcceptEncoding, side, value);
        else if (isRequest && fields.Is("accept-language"u8)) into.Offer(BufferName.HttpAcceptLanguage, side, value);
        else if (!isRequest && fields.Is("server"u8)) into.Offer(BufferName.HttpServer, side, value);
        else if (!isRequest && fields.Is("location"u8)) into.Offer(BufferName.HttpLocation, side, value);
        else if (fields.Is("content-disposition"u8) && MessageHead.FileName(value) is { IsEmpty: false } file) into.Offer(BufferName.FileName, side, file);
    }

    private void Coding(ReadOnlySpan<byte> value)
    {
        foreach (string word in Encoding.Latin1.GetString(value).Split([',', ' ', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            ContentCoding? coding = word.ToUpperInvariant() switch { "GZIP" or "X-GZIP" => ContentCoding.Gzip, "DEFLATE" or "X-DEFLATE" => ContentCoding.Deflate, "BR" => ContentCoding.Brotli, _ => null };
            if (coding is { } known && codings.Count < MostLayers) codings.Add(known);
        }
    }
}
