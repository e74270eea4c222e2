using System.Collections.Frozen;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;
using static Wardkeeper.Sensor.Signatures.Buffers.BufferName;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>The keywords that say what is looked into: sticky buffers, the older modifiers of one content, and numbers.</summary>
internal static class BufferKeywords
{
    /// <summary>Keyword, buffer when the client speaks, buffer when the server speaks, whether there may be several.</summary>
    private static readonly (string Word, BufferName Client, BufferName Server, bool Several)[] Sticky =
    [
        ("ether.hdr", EtherHeader, EtherHeader, false), ("ipv4.hdr", Ipv4Header, Ipv4Header, false), ("ipv6.hdr", Ipv6Header, Ipv6Header, false), ("tcp.hdr", TcpHeader, TcpHeader, false),
        ("udp.hdr", UdpHeader, UdpHeader, false), ("icmpv4.hdr", IcmpHeader, IcmpHeader, false), ("icmpv6.hdr", Icmpv6Header, Icmpv6Header, false), ("igmp.hdr", IgmpHeader, IgmpHeader, false),
        ("sctp.hdr", SctpHeader, SctpHeader, false), ("sctp.chunk_data", SctpUserData, SctpUserData, false), ("ip.src", SourceAddress, SourceAddress, false), ("ip.dst", DestinationAddress, DestinationAddress, false),

        ("file_data", FileData, FileData, true), ("file.data", FileData, FileData, true), ("file.name", FileName, FileName, false),

        ("http.method", HttpVerb, None, false), ("http.uri", HttpUri, None, false), ("http.uri.raw", HttpUriRaw, None, false), ("http.request_line", HttpRequestLine, None, false),
        ("http.request_body", HttpRequestBody, None, false), ("http.header", HttpRequestHeaders, HttpResponseHeaders, false), ("http.header.raw", HttpRequestHeadersRaw, HttpResponseHeadersRaw, false),
        ("http.request_header", HttpRequestHeader, None, true), ("http.response_header", None, HttpResponseHeader, true), ("http.user_agent", HttpUserAgent, None, false), ("http.host", HttpHost, None, false),
        ("http.host.raw", HttpHostRaw, None, false), ("http.cookie", HttpRequestCookie, HttpResponseCookie, false), ("http.referer", HttpReferer, None, false), ("http.accept", HttpAccept, None, false),
        ("http.accept_enc", HttpAcceptEncoding, None, false), ("http.accept_lang", HttpAcceptLanguage, None, false), ("http.connection", HttpConnection, HttpConnection, false),
        ("http.content_type", HttpRequestContentType, HttpResponseContentType, false), ("http.content_len", HttpRequestContentLength, HttpResponseContentLength, false),
        ("http.protocol", HttpRequestProtocol, HttpResponseProtocol, false), ("http.header_names", HttpRequestHeaderNames, HttpResponseHeaderNames, false), ("http.start", HttpRequestStart, HttpResponseStart, false),
        ("http.stat_code", None, HttpStatusCode, false), ("http.stat_msg", None, HttpStatusMessage, false), ("http.response_line", None, HttpResponseLine, false), ("http.response_body", None, FileData, false),
        ("http.server", None, HttpServer, false), ("http.location", None, HttpLocation, false),

        ("dns.query", DnsQuery, None, true), ("dns_query", DnsQuery, None, true), ("dns.query.name", DnsQuery, None, true), ("dns.queries.rrname", DnsQuery, DnsQuery, true), ("dns.answers.rrname", DnsAnswer, DnsAnswer, true),
        ("dns.authorities.rrname", DnsAuthority, DnsAuthority, true), ("dns.additionals.rrname", DnsAdditional, DnsAdditional, true), ("dns.response.rrname", None, DnsResponseName, true),
        ("llmnr.queries.rrname", LlmnrQuery, LlmnrQuery, true), ("llmnr.answers.rrname", LlmnrAnswer, LlmnrAnswer, true), ("llmnr.authorities.rrname", LlmnrAuthority, LlmnrAuthority, true),
        ("llmnr.additionals.rrname", LlmnrAdditional, LlmnrAdditional, true), ("llmnr.response.rrname", LlmnrResponseName, LlmnrResponseName, true), ("mdns.queries.rrname", MdnsQuery, MdnsQuery, true), ("mdns.answers.rrname", MdnsAnswer, MdnsAnswer, true),

        ("tls.sni", TlsSni, None, false), ("tls_sni", TlsSni, None, false), ("tls.cert_subject", None, TlsSubject, false), ("tls_cert_subject", None, TlsSubject, false), ("tls.cert_issuer", None, TlsIssuer, false), ("tls_cert_issuer", None, TlsIssuer, false),
        ("tls.cert_serial", None, TlsSerial, false), ("tls_cert_serial", None, TlsSerial, false), ("tls.cert_fingerprint", None, TlsFingerprint, false), ("tls_cert_fingerprint", None, TlsFingerprint, false),
        ("tls.subjectaltname", None, TlsAlternativeName, true), ("tls.alpn", TlsAlpn, TlsAlpn, true), ("tls.certs", None, TlsCertificate, true),
        ("ja3.hash", Ja3Hash, None, false), ("ja3_hash", Ja3Hash, None, false), ("ja3s.hash", None, Ja3sHash, false), ("ja4.hash", Ja4Hash, None, false), ("ja3.string", Ja3Text, None, false), ("ja3_string", Ja3Text, None, false), ("ja3s.string", None, Ja3sText, false),
        ("quic.version", QuicVersion, None, false),

        ("ssh.proto", SshProtocol, SshProtocol, false), ("ssh_proto", SshProtocol, SshProtocol, false), ("ssh.software", SshSoftware, SshSoftware, false), ("ssh_software", SshSoftware, SshSoftware, false),

        ("dce_stub_data", DceStub, DceStub, false), ("dcerpc.stub_data", DceStub, DceStub, false), ("smb.named_pipe", SmbPipe, None, false), ("smb_named_pipe", SmbPipe, None, false), ("smb.share", SmbShare, None, false), ("smb_share", SmbShare, None, false),

        ("sip.method", SipMethod, None, false), ("sip.uri", SipUri, None, false), ("sip.request_line", SipRequestLine, None, false), ("sip.response_line", None, SipResponseLine, false), ("sip.protocol", SipProtocol, SipProtocol, false),
        ("sip.stat_code", None, SipStatusCode, false), ("sip.stat_msg", None, SipStatusMessage, false), ("sip.from", SipFrom, SipFrom, true), ("sip.to", SipTo, SipTo, true), ("sip.via", SipVia, SipVia, true),
        ("sip.user_agent", SipUserAgent, SipUserAgent, true), ("sip.content_type", SipContentType, SipContentType, true), ("sip.content_length", SipContentLength, SipContentLength, true),

        ("sdp.origin", SdpOrigin, SdpOrigin, false), ("sdp.session_name", SdpSessionName, SdpSessionName, false), ("sdp.session_info", SdpSessionInfo, SdpSessionInfo, false), ("sdp.uri", SdpUri, SdpUri, false), ("sdp.email", SdpEmail, SdpEmail, false), ("sdp.phone_number", SdpPhoneNumber, SdpPhoneNumber, false), ("sdp.connection_data", SdpConnectionData, SdpConnectionData, false), ("sdp.bandwidth", SdpBandwidth, SdpBandwidth, true), ("sdp.time", SdpTime, SdpTime, true), ("sdp.repeat_time", SdpRepeatTime, SdpRepeatTime, true),
        ("sdp.timezone", SdpTimezone, SdpTimezone, false), ("sdp.encryption_key", SdpEncryptionKey, SdpEncryptionKey, false), ("sdp.attribute", SdpAttribute, SdpAttribute, true), ("sdp.media.media", SdpMedia, SdpMedia, true), ("sdp.media.media_info", SdpMediaInfo, SdpMediaInfo, true), ("sdp.media.connection_data", SdpMediaConnectionData, SdpMediaConnectionData, true), ("sdp.media.encryption_key", SdpMediaEncryptionKey, SdpMediaEncryptionKey, true),
        ("enip.product_name", None, EnipProductName, false),

        ("ftp.command", FtpCommand, None, false), ("ftp.command_data", FtpArgument, None, false),
        ("email.from", MailFrom, MailFrom, false), ("email.to", MailTo, MailTo, false), ("email.cc", MailCc, MailCc, false), ("email.subject", MailSubject, MailSubject, false), ("email.date", MailDate, MailDate, false),
        ("email.message_id", MailId, MailId, false), ("email.x_mailer", MailXMailer, MailXMailer, false), ("email.url", MailUrl, MailUrl, true),

        ("snmp.community", SnmpCommunity, SnmpCommunity, false), ("snmp.usm", SnmpUser, SnmpUser, false),
        ("mqtt.publish.topic", MqttTopicPublished, MqttTopicPublished, false), ("mqtt.publish.message", MqttMessage, MqttMessage, false), ("mqtt.subscribe.topic", MqttTopicSubscribed, None, true), ("mqtt.connect.clientid", MqttClientId, None, false),
        ("mqtt.connect.username", MqttUser, None, false), ("mqtt.connect.password", MqttPassword, None, false),
        ("krb5.cname", None, KerberosClient, true), ("krb5_cname", None, KerberosClient, true), ("krb5.sname", None, KerberosService, true), ("krb5_sname", None, KerberosService, true),
        ("rfb.name", None, RfbName, false), ("websocket.payload", WebsocketPayload, WebsocketPayload, false), ("pgsql.query", PgsqlQuery, None, false),
        ("ldap.request.dn", LdapRequestName, None, false), ("ldap.responses.dn", None, LdapResponseName, true), ("ldap.request.attribute_type", LdapRequestAttribute, None, true), ("ldap.responses.attribute_type", None, LdapResponseAttribute, true),

        ("dicom.calling_ae", DicomCallingAe, None, false), ("dicom.called_ae", DicomCalledAe, None, false), ("dicom.abstract_syntax", DicomAbstractSyntax, DicomAbstractSyntax, true), ("dicom.transfer_syntax", DicomTransferSyntax, DicomTransferSyntax, true),
        ("dicom.command", DicomCommand, DicomCommand, false), ("dicom.implementation", DicomImplementation, DicomImplementation, false), ("dicom.tag", DicomTag, DicomTag, true),
        ("hl7.segment", Hl7Segment, Hl7Segment, true), ("hl7.field", Hl7Field, Hl7Field, true), ("hl7.message_type", Hl7MessageType, Hl7MessageType, false), ("hl7.sending_application", Hl7SendingApplication, Hl7SendingApplication, false),
        ("hl7.receiving_application", Hl7ReceivingApplication, Hl7ReceivingApplication, false),
    ];

    /// <summary>Modifiers of the content before them, and the letters that mean the same behind an expression.</summary>
    private static readonly (string Word, char Letter, BufferName Client, BufferName Server)[] Modifiers =
    [
        ("http_uri", 'U', HttpUri, None), ("http_raw_uri", 'I', HttpUriRaw, None), ("http_method", 'M', HttpVerb, None), ("http_header", 'H', HttpRequestHeaders, HttpResponseHeaders),
        ("http_raw_header", 'D', HttpRequestHeadersRaw, HttpResponseHeadersRaw), ("http_cookie", 'C', HttpRequestCookie, HttpResponseCookie), ("http_client_body", 'P', HttpRequestBody, None),
        ("http_server_body", 'Q', None, FileData), ("http_stat_code", 'S', None, HttpStatusCode), ("http_stat_msg", 'Y', None, HttpStatusMessage), ("http_user_agent", 'V', HttpUserAgent, None),
        ("http_host", 'W', HttpHost, None), ("http_raw_host", 'Z', HttpHostRaw, None),
    ];

    /// <summary>Older sticky words with an underscore for a dot.</summary>
    private static readonly (string Old, string New)[] Renamed =
    [
        ("http_request_line", "http.request_line"), ("http_response_line", "http.response_line"), ("http_accept", "http.accept"), ("http_accept_enc", "http.accept_enc"), ("http_accept_lang", "http.accept_lang"), ("http_connection", "http.connection"),
        ("http_content_len", "http.content_len"), ("http_content_type", "http.content_type"), ("http_header_names", "http.header_names"), ("http_protocol", "http.protocol"), ("http_referer", "http.referer"), ("http_start", "http.start"),
    ];

    /// <summary>Numbers, with the names of their values in <see cref="NumberWords"/>.</summary>
    private static readonly (string Word, BufferName Client, BufferName Server)[] Numbers =
    [
        ("dns.opcode", DnsOpcode, DnsOpcode), ("dns.rcode", DnsRcode, DnsRcode), ("dns.rrtype", DnsType, DnsType),
        ("snmp.version", SnmpVersion, SnmpVersion), ("snmp.pdu_type", SnmpPduType, SnmpPduType), ("mqtt.type", MqttType, MqttType), ("mqtt.reason_code", MqttReason, MqttReason),
        ("mqtt.connack.return_code", None, MqttReason), ("mqtt.protocol_version", MqttVersion, MqttVersion), ("krb5_msg_type", KerberosType, KerberosType), ("krb5_err_code", KerberosError, KerberosError), ("krb5.ticket_encryption", KerberosEncryption, KerberosEncryption),
        ("rfb.sectype", RfbSecurityType, RfbSecurityType), ("rfb.secresult", None, RfbSecurityResult),
        ("ldap.request.operation", LdapRequest, None), ("ldap.responses.operation", None, LdapResponse), ("ldap.responses.count", None, LdapResponseCount), ("enip_command", EnipCommand, EnipCommand), ("cip_service", CipService, CipService),
        ("enip.command", EnipCommand, EnipCommand), ("enip.status", EnipStatus, EnipStatus), ("enip.protocol_version", None, EnipProtocolVersion), ("enip.vendor_id", None, EnipVendor), ("enip.device_type", None, EnipDeviceType), ("enip.product_code", None, EnipProductCode),
        ("enip.revision", None, EnipRevision), ("enip.identity_status", None, EnipIdentityStatus), ("enip.serial", None, EnipSerial), ("enip.state", None, EnipState), ("enip.cip_status", None, CipStatus), ("enip.cip_class", CipClass, None), ("enip.cip_instance", CipInstance, None), ("enip.cip_attribute", CipAttribute, None),
        ("dcerpc.opnum", DceOpnum, DceOpnum), ("dce_opnum", DceOpnum, DceOpnum), ("tls.cert_chain_len", None, TlsChainLength), ("dicom.status", DicomStatus, DicomStatus),
        ("websocket.opcode", WebsocketOpcode, WebsocketOpcode), ("websocket.mask", WebsocketMask, WebsocketMask), ("websocket.flags", WebsocketFlags, WebsocketFlags), ("http2.priority", Http2Priority, None),
    ];

    /// <summary>Frames, the parts of a stream that a protocol is made of, which rules look into by <c>frame</c>.</summary>
    private static readonly FrozenDictionary<string, BufferName> Frames = new Dictionary<string, BufferName>(StringComparer.Ordinal)
    {
        ["websocket.pdu"] = FrameWebsocketPdu,
        ["websocket.header"] = FrameWebsocketHeader,
        ["websocket.data"] = FrameWebsocketData,
        ["ssh.record.pdu"] = FrameSshPdu,
        ["ssh.record.hdr"] = FrameSshHeader,
        ["ssh.record.data"] = FrameSshData,
        ["smtp.command_line"] = FrameSmtpCommandLine,
        ["smtp.response_line"] = FrameSmtpResponseLine,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<char, (BufferName, BufferName)> ByLetter = Modifiers.ToFrozenDictionary(one => one.Letter, one => (one.Client, one.Server));

    /// <summary>All of them as keywords.</summary>
    public static IEnumerable<Keyword> All()
    {
        foreach ((string word, BufferName client, BufferName server, bool several) in Sticky) yield return new Keyword(word, (rule, value) => Begin(rule, value, client, server, several));
        foreach ((string old, string now) in Renamed)
        {
            (string _, BufferName client, BufferName server, bool several) = Sticky.First(one => one.Word == now);
            yield return new Keyword(old, (rule, value) => Begin(rule, value, client, server, several));
        }
        foreach ((string word, char _, BufferName client, BufferName server) in Modifiers) yield return new Keyword(word, (rule, _) => rule.MoveLast(client, server));
        yield return new Keyword("frame", Frame);
        foreach ((string word, BufferName client, BufferName server) in Numbers)
            yield return new Keyword(word, (rule, value) => Number(rule, value, word, client, server));
    }

    /// <summary>The buffer that a letter behind an expression means.</summary>
    public static (BufferName Client, BufferName Server)? OfPcreFlag(char letter) => ByLetter.TryGetValue(letter, out (BufferName, BufferName) buffers) ? buffers : null;

    /// <summary>A number, and perhaps which of several: <c>dns.rrtype:1,all</c>.</summary>
    private static void Number(RuleBuilder rule, string? value, string word, BufferName client, BufferName server)
    {
        int? which = null;
        int comma = value?.LastIndexOf(',') ?? -1;
        if (comma > 0 && word is "dns.rrtype" or "ldap.responses.operation")
        {
            string index = value![(comma + 1)..].Trim();
            value = value[..comma];
            which = index switch { "any" => null, "all" => int.MaxValue, _ => int.TryParse(index, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : throw new RefusedException(rule.Keyword, $"{index} is no number") };
        }
        // A flag is asked for by its name, whatever stands beside it.
        if (word == "websocket.flags" && value?.Trim() is { Length: > 0 } flags && char.IsLetter(flags[0])) value = "&" + flags;
        NumberTest test = word == "krb5.ticket_encryption" && value?.Trim() is "weak" ? NumberTest.AnyOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 23, 24]) : NumberTest.Parse(rule.Keyword, value, NumberWords.Of(word));
        rule.Begin(client, server, again: true);
        rule.Section.Which = which;
        rule.Add(new NumberCheck(test));
        rule.BeginPayload();
    }

    /// <summary><c>frame:ssh.record.pdu</c>; without a protocol the rule's own is meant.</summary>
    private static void Frame(RuleBuilder rule, string? value)
    {
        BufferName frame = Frames.GetValueOrDefault(value ?? "");
        foreach (string service in rule.Rule.Protocol.Services)
        {
            if (frame == None) frame = Frames.GetValueOrDefault($"{service}.{value}");
        }
        if (frame == None) throw new RefusedException(rule.Keyword, $"{value} is not supported");
        rule.Begin(frame, frame, again: true);
    }

    private static void Begin(RuleBuilder rule, string? value, BufferName client, BufferName server, bool several)
    {
        if (value is not null && value.Length > 0) throw new RefusedException(rule.Keyword, "it takes no value here");
        rule.Begin(client, server, several);
    }
}
