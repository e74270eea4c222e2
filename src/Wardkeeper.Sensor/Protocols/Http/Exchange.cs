using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Websocket;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One request and response while they are under way.</summary>
internal sealed class Exchange
{
    private CaptureTime began;
    private CaptureTime last;
    private ByteRange evidence;

    public long Depth { get; init; }

    public bool HasRequest { get; private set; }

    public bool HasResponse { get; private set; }

    /// <summary>Whether the request is over, or was never seen.</summary>
    public bool RequestDone { get; set; }

    public bool ResponseDone { get; set; }

    /// <summary>Whether the row was handed out before both sides were over.</summary>
    public bool IsEmitted { get; private set; }

    public string? Method { get; private set; }

    /// <summary>Whether the client waits for 100 Continue before it sends the body.</summary>
    public bool ExpectsContinue { get; set; }

    /// <summary>Protocol the client offers to change to (Upgrade field).</summary>
    public string? Upgrade { get; set; }

    public PatientContext Patients;

    /// <summary>What both ends say of the WebSocket that it is to become, or null.</summary>
    public WebsocketFields? Websocket { get; set; }

    /// <summary>What it asks of a DICOMweb service, or null.</summary>
    public DicomWebRequest? Web { get; set; }

    /// <summary>What it asks of a search server, or null.</summary>
    public ElasticRequest? Elastic { get; set; }

    public string? Host { get; set; }

    public MaskedText? Uri { get; set; }

    public MaskedText? Referrer { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>Where that was read; null where fields are packed.</summary>
    public ByteRange? UserAgentAt { get; set; }

    public string? Origin { get; set; }

    public string? Username { get; set; }

    public string? PasswordRule { get; set; }

    /// <summary>Token of a negotiated log-in in the request, or null.</summary>
    public byte[]? RequestToken { get; set; }

    /// <summary>Token of a negotiated log-in in the response, or null.</summary>
    public byte[]? ResponseToken { get; set; }

    public List<string>? Proxied { get; set; }

    public string? ContentType { get; set; }

    public string? Server { get; set; }

    /// <summary>Where the value of the field Server stands.</summary>
    public ByteRange? ServerAt { get; set; }

    public string? AuthRealm { get; set; }

    public MaskedText? RequestFile { get; set; }

    public MaskedText? ResponseFile { get; set; }

    public BodyFacts RequestBody { get; set; }

    public BodyFacts ResponseBody { get; set; }

    /// <summary>When something of it came last.</summary>
    public CaptureTime Last => last;

    public bool IsForwarded { get; set; }

    public int Status { get; private set; }

    public bool IsHead => Method == "HEAD";

    public bool IsConnect => Method == "CONNECT";

    private string? RequestVersion { get; set; }

    private string? ResponseVersion { get; set; }

    private string? StatusText { get; set; }

    private int Info { get; set; }

    private string? InfoText { get; set; }

    /// <summary>The request's head was read.</summary>
    public void Request(string method, string version, CaptureTime at, ByteRange bytes)
    {
        HasRequest = true;
        (Method, RequestVersion) = (method, version);
        (began, last, evidence) = (at, at, bytes);
    }

    /// <summary>A response's head was read: an interim one or the final one.</summary>
    public void Response(int status, string? text, string version, CaptureTime at, ByteRange bytes)
    {
        if (evidence.Length == 0) (began, evidence) = (at, bytes);
        last = at;
        if (status is >= 100 and < 200 and not 101)
        {
            (Info, InfoText) = (status, text);
            return;
        }
        HasResponse = true;
        (Status, StatusText, ResponseVersion) = (status, text, version);
    }

    /// <summary>Something of it came.</summary>
    public void Touch(CaptureTime at) => last = at;

    /// <summary>Makes the transaction.</summary>
    public HttpExchange Finish(FlowMemory memory)
    {
        IsEmitted = true;
        // Pages of clinical interfaces name their patient in the title.
        string? title = Patients.IsClinical ? null : ResponseBody.Title;
        bool tellsClient = UserAgent is not null && UserAgent != memory.UserAgent;
        // The title of an error page describes nobody.
        string? description = Status is >= 200 and < 300 ? title : null;
        bool tellsServer = HasResponse && (!memory.HasAnswered || Differs(Server, memory.Server) || Differs(AuthRealm, memory.Realm) || (description is not null && memory.Title is null));
        if (tellsClient) memory.UserAgent = UserAgent;
        if (HasResponse) memory.HasAnswered = true;
        memory.Server = Server ?? memory.Server;
        memory.Realm = AuthRealm ?? memory.Realm;
        memory.Title ??= description;
        return new HttpExchange(last, evidence)
        {
            Began = began,
            TransDepth = Depth,
            Method = Method,
            Host = Host,
            Uri = Uri,
            Referrer = Referrer,
            Version = ResponseVersion ?? RequestVersion,
            UserAgent = UserAgent,
            Origin = Origin,
            RequestBodyLen = RequestBody.Length,
            ResponseBodyLen = ResponseBody.Length,
            StatusCode = HasResponse ? Status : null,
            StatusMsg = StatusText,
            InfoCode = Info == 0 ? null : Info,
            InfoMsg = InfoText,
            Username = Username,
            PasswordRule = PasswordRule,
            Proxied = Proxied,
            OrigFilenames = RequestFile is { } sent ? [sent] : null,
            OrigMimeTypes = RequestBody.Type is { } type ? [type] : null,
            RespFilenames = ResponseFile is { } received ? [received] : null,
            RespMimeTypes = ResponseBody.Type is { } answer ? [answer] : null,
            ContentType = ContentType,
            Server = Server,
            ServerAt = ServerAt,
            Title = title,
            Places = tellsClient && UserAgentAt is { } said ? new TextPlace(UserAgent!, said, ResponseBody.Places) : ResponseBody.Places,
            AuthRealm = AuthRealm,
            OrigSha256 = RequestBody.Sha256,
            RespSha256 = ResponseBody.Sha256,
            Device = ResponseBody.Device,
            TellsClient = tellsClient,
            TellsServer = tellsServer,
            IsForwarded = IsForwarded,
        };
    }

    /// <summary>The row of a connection that became WebSocket.</summary>
    public WebsocketUpgrade ToWebsocket() => new(last, evidence)
    {
        Began = began,
        Host = Host,
        Uri = Uri,
        UserAgent = UserAgent,
        Subprotocol = Websocket?.Subprotocol,
        ClientProtocols = Websocket?.ClientProtocols,
        ServerExtensions = Websocket?.ServerExtensions,
        ClientExtensions = Websocket?.ClientExtensions,
    };

    private static bool Differs(string? now, string? before) => now is not null && now != before;
}

/// <summary>What a flow's ends said of themselves last, so that it is stated once.</summary>
internal sealed class FlowMemory
{
    public string? UserAgent { get; set; }

    public string? Server { get; set; }

    public string? Realm { get; set; }

    public string? Title { get; set; }

    public bool HasAnswered { get; set; }

    /// <summary>Whether it was stated who serves and who asks for DICOM objects.</summary>
    public bool HasToldWeb { get; set; }

    public void Clear()
    {
        UserAgent = Server = Realm = Title = null;
        HasAnswered = HasToldWeb = false;
    }
}
