namespace Wardkeeper.Sensor.Observations;

/// <summary>What leaves the sensor besides transactions and flow records. Each knows where it was seen.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Protocol">Name of the protocol that said so, for example <c>dhcp</c>.</param>
/// <param name="At">Capture time.</param>
/// <param name="Uid">Flow it was seen in; null for link-layer frames.</param>
/// <param name="Packet">Number of the packet that completed it, in the order of analysis.</param>
public abstract record Observation(Subject Subject, string Protocol, CaptureTime At, string? Uid, long Packet);

/// <summary>One attribute value that somebody stated or showed. The ledger's value is a decision over such claims.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Kind">Which attribute.</param>
/// <param name="Value">The value as text, masked where it could name a patient.</param>
/// <param name="Protocol">Name of the protocol that said so.</param>
/// <param name="At">Capture time.</param>
/// <param name="Uid">Flow it was seen in.</param>
/// <param name="Packet">Number of the packet.</param>
/// <param name="Origin">Where exactly in the protocol, for example <c>option 12</c>, <c>MSH-3</c>, <c>Server</c>.</param>
public sealed record Claim(Subject Subject, ClaimKind Kind, string Value, string Protocol, CaptureTime At, string? Uid, long Packet, string Origin)
    : Observation(Subject, Protocol, At, Uid, Packet)
{
    /// <summary>Where in the stream the value was read; null where the protocol does not tell.</summary>
    public ByteRange? Bytes { get; init; }

    /// <summary>End of an origin that lies in an object which the subject sent: another device may have made it.</summary>
    public const string InSentObject = "object it sent";

    /// <summary>Whether it speaks of whoever made an object that the subject sent, which need not be the subject.</summary>
    public static bool IsOfSentObject(string origin) => origin is not null && origin.EndsWith(InSentObject, StringComparison.Ordinal);
}

/// <summary>A service that answered, with what it said of itself.</summary>
/// <param name="Subject">The server.</param>
/// <param name="Carrier">TCP or UDP.</param>
/// <param name="Port">Its port.</param>
/// <param name="Service">Protocol spoken there.</param>
/// <param name="Banner">What it said of itself (Server header, SSH banner, page title), or null.</param>
/// <param name="Client">Who was served.</param>
/// <param name="At">Capture time.</param>
/// <param name="Uid">Flow it was seen in.</param>
/// <param name="Packet">Number of the packet.</param>
public sealed record ServiceSighting(Subject Subject, Carrier Carrier, ushort Port, string Service, string? Banner, Subject Client, CaptureTime At, string? Uid, long Packet)
    : Observation(Subject, Service, At, Uid, Packet);

/// <summary>Attributes that protocols speak of. Names follow the ledger's fields.</summary>
public enum ClaimKind
{
    /// <summary>The subject's hardware address and IP address belong together (ARP, ND, DHCP acknowledgement): the value is the IP address.</summary>
    AddressBinding,

    /// <summary>Another hardware address of the same device, for example a management or virtual one.</summary>
    OtherMac,

    /// <summary>A host name.</summary>
    HostName,

    /// <summary>A fully qualified or domain name.</summary>
    DomainName,

    /// <summary>A name meant for people (UPnP friendly name, SNMP sysName, station name).</summary>
    FriendlyName,

    /// <summary>Maker.</summary>
    Vendor,

    /// <summary>Model.</summary>
    Model,

    /// <summary>Device type, an API value of the taxonomy such as <c>infusion-pump</c>.</summary>
    Type,

    /// <summary>Serial number.</summary>
    SerialNumber,

    /// <summary>Operating system or kernel.</summary>
    OperatingSystem,

    /// <summary>Software product and version.</summary>
    Software,

    /// <summary>Firmware version.</summary>
    Firmware,

    /// <summary>Free description (SNMP sysDescr, LLDP system description).</summary>
    Description,

    /// <summary>Where it stands (SNMP sysLocation).</summary>
    Location,

    /// <summary>Whom to ask (SNMP sysContact).</summary>
    Contact,

    /// <summary>A role in the network or the clinic: router, dhcp-server, dns-server, access-point, dicom-scu, dicom-scp, hl7-sender, hl7-receiver …</summary>
    Role,

    /// <summary>DICOM application entity title the subject used for itself.</summary>
    AeTitle,

    /// <summary>DICOM application entity title by which others called the subject and it answered.</summary>
    CalledAeTitle,

    /// <summary>DICOM Implementation Class UID.</summary>
    ImplementationUid,

    /// <summary>DICOM Implementation Version Name.</summary>
    ImplementationVersion,

    /// <summary>DICOM SOP class used, with the role, for example <c>1.2.840.10008.5.1.4.1.1.2 scu</c>.</summary>
    SopClass,

    /// <summary>DICOM modality.</summary>
    Modality,

    /// <summary>HL7 sending or receiving application.</summary>
    HlApplication,

    /// <summary>HL7 sending or receiving facility.</summary>
    HlFacility,

    /// <summary>HL7 message type sent or received, for example <c>ORU^R01 sends</c>.</summary>
    HlMessageType,

    /// <summary>DHCP option 55 in order, comma separated.</summary>
    DhcpParameterList,

    /// <summary>DHCP option 60, vendor class.</summary>
    DhcpVendorClass,

    /// <summary>TLS client fingerprint JA3.</summary>
    Ja3,

    /// <summary>TLS client fingerprint JA4.</summary>
    Ja4,

    /// <summary>User agent.</summary>
    UserAgent,

    /// <summary>Traits of the TCP stack, from a SYN.</summary>
    TcpStack,

    /// <summary>Subject or issuer of a certificate it showed.</summary>
    Certificate,

    /// <summary>A service type it announced (mDNS, SSDP, WS-Discovery).</summary>
    AnnouncedService,

    /// <summary>SNMP sysObjectID.</summary>
    SnmpObjectId,

    /// <summary>Something a well-behaved subject does not do, for example sending other content for the same bytes of a stream.</summary>
    Anomaly,

    /// <summary>A switch and port it is attached to, or what it says of its own port (LLDP).</summary>
    SwitchPort,

    /// <summary>Version of the hardware.</summary>
    HardwareVersion,

    /// <summary>What the device does at this moment, by its own word: <c>infusing</c>, <c>standby</c>, <c>stopped</c>, <c>monitoring</c>, <c>examining</c>. The claim's time and origin say when and by what.</summary>
    InUse,

    /// <summary>A tool by which the device is reached from elsewhere, or reaches others: <c>AnyDesk</c>, <c>TeamViewer</c>, <c>Tor</c>.</summary>
    RemoteAccess,

    /// <summary>A password that crossed the network readable, was taken, and breaks a rule: the user and the rule, for example <c>admin: guessable</c>. The password itself is nowhere kept.</summary>
    WeakPassword,

    /// <summary>What a DICOM requestor proposes: its largest PDU, the number of its contexts, and the transfer syntaxes of the first.</summary>
    DicomProposal,

    /// <summary>A name that it asked DNS for. The ledger keeps those that knowledge of devices speaks of, and no other.</summary>
    AskedName,

    /// <summary>A protocol by which it speaks to everybody: <c>mDNS</c>, <c>LLMNR</c>, <c>NetBIOS</c>, <c>SSDP</c>, <c>WS-Discovery</c>. The ledger does not keep it.</summary>
    GroupProtocol,
}
