namespace Wardkeeper.Sensor.Signatures.Buffers;

/// <summary>What rules look into: parts of packets, streams and transactions. Which keyword means which stands in the table of keywords.</summary>
internal enum BufferName : ushort
{
    /// <summary>Not to be had.</summary>
    None,

    /// <summary>Payload of a packet, or what is in order of a stream.</summary>
    Payload,

    // Headers of the packet itself.
    EtherHeader, Ipv4Header, Ipv6Header, TcpHeader, UdpHeader, IcmpHeader, Icmpv6Header, IgmpHeader,
    SctpHeader, SctpUserData, SourceAddress, DestinationAddress,

    FileData, FileName, FileExtension,

    HttpVerb, HttpUri, HttpUriRaw, HttpRequestLine, HttpRequestBody, HttpRequestHeaders, HttpRequestHeadersRaw, HttpRequestHeader, HttpUserAgent, HttpHost, HttpHostRaw,
    HttpRequestCookie, HttpReferer, HttpAccept, HttpAcceptEncoding, HttpAcceptLanguage, HttpConnection, HttpRequestContentType, HttpRequestContentLength, HttpRequestProtocol,
    HttpRequestHeaderNames, HttpRequestStart, HttpStatusCode, HttpStatusMessage, HttpResponseLine, HttpResponseHeaders, HttpResponseHeadersRaw, HttpResponseHeader,
    HttpResponseCookie, HttpServer, HttpLocation, HttpResponseContentType, HttpResponseContentLength, HttpResponseProtocol, HttpResponseHeaderNames, HttpResponseStart,

    DnsQuery, DnsAnswer, DnsOpcode, DnsRcode, DnsType, DnsAuthority, DnsAdditional, DnsResponseName,
    LlmnrQuery, LlmnrAnswer, LlmnrAuthority, LlmnrAdditional, LlmnrResponseName,
    MdnsQuery, MdnsAnswer,

    TlsSni, TlsSubject, TlsIssuer, TlsSerial, TlsFingerprint, TlsVersion, TlsAlternativeName, TlsAlpn, TlsCertificate, TlsChainLength,
    Ja3Hash, Ja3sHash, Ja4Hash, Ja3Text, Ja3sText, QuicVersion,

    SshProtocol, SshSoftware,

    DceInterface, DceOpnum, DceStub, SmbPipe, SmbShare,

    SipMethod, SipUri, SipRequestLine, SipResponseLine, SipProtocol, SipStatusCode, SipStatusMessage, SipFrom, SipTo, SipVia, SipUserAgent, SipContentType, SipContentLength,
    SdpOrigin, SdpSessionName, SdpSessionInfo, SdpUri, SdpEmail, SdpPhoneNumber, SdpConnectionData, SdpBandwidth, SdpTime, SdpRepeatTime, SdpTimezone, SdpEncryptionKey, SdpAttribute, SdpMedia, SdpMediaInfo, SdpMediaConnectionData, SdpMediaEncryptionKey,

    FtpCommand, FtpArgument, FtpDataCommand,
    MailFrom, MailTo, MailCc, MailSubject, MailDate, MailId, MailXMailer, MailUrl,

    SnmpVersion, SnmpCommunity, SnmpPduType, SnmpUser,
    MqttType, MqttTopicPublished, MqttTopicSubscribed, MqttClientId, MqttUser, MqttPassword, MqttReason, MqttVersion, MqttMessage,
    KerberosType, KerberosClient, KerberosService, KerberosError, KerberosEncryption,
    RfbName, RfbSecurityType, RfbSecurityResult,

    LdapRequest, LdapResponse, LdapRequestName, LdapResponseName, LdapResponseCount, LdapRequestAttribute, LdapResponseAttribute,

    EnipCommand, EnipStatus, EnipProtocolVersion, EnipVendor, EnipDeviceType, EnipProductCode, EnipRevision, EnipIdentityStatus, EnipSerial, EnipProductName, EnipState, CipService, CipStatus, CipClass, CipInstance, CipAttribute,

    WebsocketPayload, WebsocketOpcode, WebsocketMask, WebsocketFlags, FrameWebsocketPdu, FrameWebsocketHeader, FrameWebsocketData,
    FrameSshPdu, FrameSshHeader, FrameSshData, FrameSmtpCommandLine, FrameSmtpResponseLine,
    Http2Priority, PgsqlQuery,

    AppEvent,

    DicomCallingAe, DicomCalledAe, DicomAbstractSyntax, DicomTransferSyntax, DicomCommand, DicomStatus, DicomTag, DicomImplementation,
    Hl7Segment, Hl7Field, Hl7MessageType, Hl7SendingApplication, Hl7ReceivingApplication,
}
