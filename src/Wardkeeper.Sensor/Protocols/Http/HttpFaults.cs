namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Every way in which HTTP/1.x can be wrong.</summary>
internal static class HttpFaults
{
    /// <summary>A message to or from a printer whose attributes end in the midst of one.</summary>
    public static readonly Fault IppMalformed = new("http.ipp-malformed", "RFC 8010 3.1");

    /// <summary>Where a message should begin there is neither a request line nor a status line of HTTP/1.x.</summary>
    public static readonly Fault BadStartLine = new("http.bad-start-line", "RFC 9112 2.1");

    /// <summary>A response states a version other than 1.x, which browsers overlook and inspection may not.</summary>
    public static readonly Fault OddVersion = new("http.odd-version", "RFC 9112 2.3");

    /// <summary>A body of FHIR resources is no well-formed JSON; what came before the mistake is read.</summary>
    public static readonly Fault FhirMalformed = new("http.fhir-malformed", "RFC 8259 2; HL7 FHIR R4 2.6.2");

    /// <summary>Start line and fields together exceed <see cref="HttpLimits.Head"/>.</summary>
    public static readonly Fault HeadTooLong = new("http.head-too-long", "RFC 9110 5.4");

    /// <summary>More fields than <see cref="HttpLimits.Fields"/>.</summary>
    public static readonly Fault TooManyFields = new("http.too-many-fields", "RFC 9110 5.4");

    /// <summary>A field line without colon, with an empty name, or with a blank before the colon.</summary>
    public static readonly Fault BadField = new("http.bad-field", "RFC 9112 5.1");

    /// <summary>A field is folded over several lines.</summary>
    public static readonly Fault FoldedField = new("http.folded-field", "RFC 9112 5.2");

    /// <summary>Content-Length is no decimal number.</summary>
    public static readonly Fault BadLength = new("http.bad-content-length", "RFC 9110 8.6");

    /// <summary>Several Content-Lengths contradict each other: the shape of request smuggling.</summary>
    public static readonly Fault ConflictingLengths = new("http.conflicting-content-length", "RFC 9112 6.3");

    /// <summary>Both Transfer-Encoding and Content-Length: the shape of request smuggling; the former is believed.</summary>
    public static readonly Fault LengthAndTransferCoding = new("http.content-length-with-transfer-encoding", "RFC 9112 6.1");

    /// <summary>A Transfer-Encoding that does not end in chunked, or names it twice.</summary>
    public static readonly Fault BadTransferCoding = new("http.bad-transfer-encoding", "RFC 9112 6.1");

    /// <summary>A chunk's size line or end is malformed.</summary>
    public static readonly Fault BadChunk = new("http.bad-chunk", "RFC 9112 7.1");

    /// <summary>More requests without an answer than <see cref="HttpLimits.OpenExchanges"/>.</summary>
    public static readonly Fault TooManyOpen = new("http.too-many-open-requests", "RFC 9112 9.3.2");

    /// <summary>A body claims to unpack to more than 200 times its size.</summary>
    public static readonly Fault Expansion = new("http.expansion", "RFC 9110 8.4");
}

/// <summary>Bounds on what is held and looked at.</summary>
internal static class HttpLimits
{
    /// <summary>Bytes of a start line and its fields.</summary>
    public const int Head = 64 * 1024;

    /// <summary>Bytes of a start line.</summary>
    public const int Line = 32 * 1024;

    /// <summary>Fields of one message.</summary>
    public const int Fields = 256;

    /// <summary>Characters of a URI that are reported.</summary>
    public const int Uri = 8 * 1024;

    /// <summary>Bytes of any other field that are reported.</summary>
    public const int Value = 1024;

    /// <summary>Requests waiting for their answers.</summary>
    public const int OpenExchanges = 64;

    /// <summary>Intermediaries reported.</summary>
    public const int Proxied = 8;

    /// <summary>Bytes of one chunk extension or of a trailer section.</summary>
    public const int ChunkLine = 16 * 1024;

    /// <summary>Times a packed body may grow before that is reported.</summary>
    public const int Growth = 200;
}
