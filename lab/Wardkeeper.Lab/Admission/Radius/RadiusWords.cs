namespace Wardkeeper.Lab.Admission.Radius;

/// <summary>Packet codes (RFC 2865, 2866, 5176, 5997).</summary>
internal enum RadiusCode : byte
{
    AccessRequest = 1,
    AccessAccept = 2,
    AccessReject = 3,
    AccountingRequest = 4,
    AccountingResponse = 5,
    AccessChallenge = 11,
    StatusServer = 12,
    DisconnectRequest = 40,
    DisconnectAck = 41,
    DisconnectNak = 42,
    CoaRequest = 43,
    CoaAck = 44,
    CoaNak = 45,
}

/// <summary>Attribute numbers that a switch speaks (RFC 2865, 2866, 2868, 2869, 3576, 3580).</summary>
internal enum RadiusType : byte
{
    UserName = 1,
    UserPassword = 2,
    NasIpAddress = 4,
    NasPort = 5,
    ServiceType = 6,
    FilterId = 11,
    FramedMtu = 12,
    ReplyMessage = 18,
    State = 24,
    Class = 25,
    VendorSpecific = 26,
    SessionTimeout = 27,
    TerminationAction = 29,
    CalledStationId = 30,
    CallingStationId = 31,
    NasIdentifier = 32,
    ProxyState = 33,
    AcctStatusType = 40,
    AcctDelayTime = 41,
    AcctInputOctets = 42,
    AcctOutputOctets = 43,
    AcctSessionId = 44,
    AcctSessionTime = 46,
    AcctInputPackets = 47,
    AcctOutputPackets = 48,
    AcctTerminateCause = 49,
    EventTimestamp = 55,
    NasPortType = 61,
    TunnelType = 64,
    TunnelMediumType = 65,
    EapMessage = 79,
    MessageAuthenticator = 80,
    TunnelPrivateGroupId = 81,
    AcctInterimInterval = 85,
    NasPortId = 87,
    ErrorCause = 101,
}

/// <summary>Why a Disconnect or CoA was refused (RFC 5176, section 3.5).</summary>
internal enum RadiusErrorCause : uint
{
    UnsupportedAttribute = 401,
    MissingAttribute = 402,
    NasIdentificationMismatch = 403,
    InvalidRequest = 404,
    SessionContextNotFound = 503,
    ResourcesUnavailable = 506,
}

/// <summary>Why a session ended (RFC 2866, section 5.10).</summary>
internal enum TerminateCause : uint
{
    UserRequest = 1,
    LostCarrier = 2,
    SessionTimeout = 5,
    AdminReset = 6,
    AdminReboot = 7,
    PortError = 8,
    NasError = 9,
    ReauthenticationFailure = 20,
}
