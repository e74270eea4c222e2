namespace Wardkeeper.Sensor.Signatures.Buffers;

/// <summary>What rules look into: parts of packets, streams and transactions. Which keyword means which stands in the table of keywords.</summary>
internal enum BufferName : ushort
{
    /// <summary>Not to be had.</summary>
    None,

    /// <summary>Payload of a packet, or what is in order of a stream.</summary>
    Payload,
    Base64Data,

    // Headers of the packet itself.
    EtherHeader, Ipv4Header, Ipv6Header, TcpHeader, UdpHeader, IcmpHeader, Icmpv6Header, IgmpHeader,
    SctpHeader, SctpChunkType, SctpChunkCount, SctpChunkData, SctpVtag, SctpSourcePort, SctpDestinationPort,

    FileData, FileName, FileExtension, FileMagic, FileMd5, FileSha1, FileSha256, FileSize,

    HttpVerb, HttpUri, HttpUriRaw, HttpRequestLine, HttpRequestBody, HttpRequestHeaders, HttpRequestHeadersRaw, HttpRequestHeader, HttpUserAgent, HttpHost, HttpHostRaw,
    HttpRequestCookie, HttpReferer, HttpAccept, HttpAcceptEncoding, HttpAcceptLanguage, HttpConnection, HttpRequestContentType, HttpRequestContentLength, HttpRequestProtocol,
    HttpRequestHeaderNames, HttpRequestStart, HttpStatusCode, HttpStatusMessage, HttpResponseLine, HttpResponseHeaders, HttpResponseHeadersRaw, HttpResponseHeader,
    HttpResponseCookie, HttpServer, HttpLocation, HttpResponseContentType, HttpResponseContentLength, HttpResponseProtocol, HttpResponseHeaderNames, HttpResponseStart,

    DnsQuery, DnsAnswer, DnsOpcode, DnsRcode, DnsType, DnsAuthority, DnsAdditional, DnsResponseName,
    LlmnrQuery, LlmnrAnswer, LlmnrAuthority, LlmnrAdditional, LlmnrResponseName,
    MdnsQuery, MdnsAnswer,

    TlsSni, TlsSubject, TlsIssuer, TlsSerial, TlsFingerprint, TlsVersion, TlsAlternativeName, TlsAlpn, TlsCertificate, TlsChainLength,
    Ja3Hash, Ja3String, Ja3sHash, Ja3sString, Ja4Hash, QuicSni, QuicVersion, QuicUserAgent,

    SshProtocol, SshSoftware, SshHassh, SshHasshString, SshHasshServer, SshHasshServerString,

    DceInterface, DceOpnum, DceStub, SmbPipe, SmbShare, SmbVersion,

    SipMethod, SipUri, SipRequestLine, SipResponseLine, SipProtocol, SipStatusCode, SipStatusMessage, SipFrom, SipTo, SipVia, SipUserAgent, SipContentType, SipContentLength,

    FtpCommand, FtpArgument, FtpReply, FtpCode, FtpDataCommand, SmtpHelo, SmtpFrom, SmtpTo,
    MailFrom, MailTo, MailCc, MailSubject, MailDate, MailId, MailXMailer, MailUrl,

    SnmpVersion, SnmpCommunity, SnmpPduType, SnmpUser,
    MqttType, MqttTopicPublished, MqttTopicSubscribed, MqttClientId, MqttUser, MqttPassword, MqttReason, MqttVersion, MqttMessage,
    KerberosType, KerberosClient, KerberosService, KerberosError, KerberosEncryption,
    RfbName, RfbSecurityType, RfbSecurityResult,
    RdpCookie, DhcpLeaseTime, DhcpRebindingTime, DhcpRenewalTime,
    LdapRequest, LdapResponse, LdapRequestName, LdapResponseName, LdapResponseCount, LdapRequestAttribute, LdapResponseAttribute,
    WebsocketPayload, WebsocketOpcode, WebsocketMask, WebsocketFlags,
    EnipCommand, CipService, PgsqlQuery,

    AppEvent,

    DicomCallingAe, DicomCalledAe, DicomAbstractSyntax, DicomTransferSyntax, DicomCommand, DicomStatus, DicomTag, DicomImplementation,
    Hl7Segment, Hl7Field, Hl7MessageType, Hl7SendingApplication, Hl7ReceivingApplication,
}
