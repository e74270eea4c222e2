namespace Wardkeeper.Hub.Identification;

/// <summary>Kinds of things that a device shows and that knowledge can speak of. Files name them in kebab case.</summary>
public enum Trait
{
    /// <summary>Organisation that a MAC prefix is registered to, or a maker that the device names itself.</summary>
    Maker,

    /// <summary>Hexadecimal digits of a hardware address.</summary>
    Mac,

    /// <summary>A host name or a name for people.</summary>
    Named,

    /// <summary>A DICOM application entity title.</summary>
    AeTitle,

    /// <summary>A DICOM Implementation Class UID.</summary>
    ImplementationUid,

    /// <summary>A DICOM Implementation Version Name.</summary>
    ImplementationVersion,

    /// <summary>What a DICOM association proposed: contexts and largest PDU.</summary>
    Association,

    /// <summary>A DICOM SOP class with the role in which it was used.</summary>
    SopClass,

    /// <summary>A DICOM modality.</summary>
    Modality,

    /// <summary>An HL7 application or facility.</summary>
    Application,

    /// <summary>An HL7 message type with <c>sends</c> or <c>receives</c>.</summary>
    Message,

    /// <summary>DHCP option 55, comma separated.</summary>
    DhcpOrder,

    /// <summary>DHCP option 60.</summary>
    DhcpClass,

    /// <summary>JA3 of a TLS client.</summary>
    Ja3,

    /// <summary>JA4 of a TLS client.</summary>
    Ja4,

    /// <summary>Traits of the TCP stack.</summary>
    Stack,

    /// <summary>A user agent.</summary>
    Agent,

    /// <summary>Subject and issuer of a certificate that it showed.</summary>
    Certificate,

    /// <summary>A type of service that it announced.</summary>
    Announces,

    /// <summary>SNMP sysObjectID.</summary>
    ObjectId,

    /// <summary>What it says of itself in free text: descriptions, page titles, banners, names of programs.</summary>
    Says,

    /// <summary>The operating system that it states.</summary>
    System,

    /// <summary>The model that it states.</summary>
    Model,

    /// <summary>The type that its protocol states.</summary>
    Type,

    /// <summary>A role in the network or the clinic.</summary>
    Role,

    /// <summary>A service that it offers: a protocol's name, and <c>tcp/80</c>.</summary>
    Offers,

    /// <summary>A service that it uses: a protocol's name, and <c>tcp/80</c>.</summary>
    Uses,

    /// <summary>A name that it asks DNS for.</summary>
    Asks,

    /// <summary>The set of its lasting traits, see <see cref="Fingerprint"/>.</summary>
    Fingerprint,
}

/// <summary>
/// Kinds of evidence that arise from one another: within a family only the strongest voice counts, families are taken as independent
/// of each other. A host name and an application entity title are one administrator's word; a UID and its version one toolkit's.
/// </summary>
public enum EvidenceFamily
{
    /// <summary>The hardware address.</summary>
    Hardware,

    /// <summary>What it was named.</summary>
    Names,

    /// <summary>What it is called in messages.</summary>
    Messages,

    /// <summary>How its DICOM software presents itself.</summary>
    Dicom,

    /// <summary>How it asks for an address.</summary>
    Addressing,

    /// <summary>Whose cloud it asks for.</summary>
    Cloud,

    /// <summary>How its stacks build packets: TCP, TLS.</summary>
    Stack,

    /// <summary>What it announces, and its banners and texts.</summary>
    Words,

    /// <summary>What it does: roles, messages, services offered and used.</summary>
    Behaviour,

    /// <summary>What it states in a field made for it: model, maker, type.</summary>
    OwnWords,

    /// <summary>Likeness to a device that a person named.</summary>
    Site,
}

/// <summary>What is decided about a device's identity.</summary>
public enum IdentityField
{
    /// <summary>Type in the taxonomy.</summary>
    Type,

    /// <summary>Maker.</summary>
    Vendor,

    /// <summary>Model.</summary>
    Model,

    /// <summary>Operating system.</summary>
    OperatingSystem,

    /// <summary>Software and version of the device as a whole.</summary>
    Software,
}
