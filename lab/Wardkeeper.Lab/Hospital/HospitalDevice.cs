using System.Net;
using System.Net.NetworkInformation;

namespace Wardkeeper.Lab.Hospital;

/// <summary>One device as it truly is. The lab plays it; nothing but tests compares with this.</summary>
public sealed record HospitalDevice
{
    /// <summary>Short name, unique, lower case with digits, at most 9 characters: it is part of the namespace's name. For example <c>ct1</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Type in the API's words, for example <c>infusion-pump</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Department it stands in.</summary>
    public required Department Department { get; init; }

    /// <summary>Maker.</summary>
    public required string Vendor { get; init; }

    /// <summary>Model.</summary>
    public required string Model { get; init; }

    /// <summary>Software version that it shows where its protocols carry one.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>Serial number.</summary>
    public required string Serial { get; init; }

    /// <summary>Asset tag.</summary>
    public required string AssetTag { get; init; }

    /// <summary>Person responsible.</summary>
    public required string Owner { get; init; }

    /// <summary>Telephone of that person.</summary>
    public required string Contact { get; init; }

    /// <summary>Hardware address, with a prefix that its maker (or its board's maker) owns.</summary>
    public required PhysicalAddress Mac { get; init; }

    /// <summary>Address, 10.77.VLAN.x.</summary>
    public required IPAddress Ip { get; init; }

    /// <summary>Name by which DNS and DHCP know it.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether it asks for its address by DHCP (it always gets <see cref="Ip"/>), with which options.</summary>
    public DhcpTraits? Dhcp { get; init; }

    /// <summary>Bed at which it stands, or null.</summary>
    public string? Bed { get; init; }

    /// <summary>What it can do of its own accord, for example <c>dicom</c>, <c>pcd</c>, <c>data-export</c>, <c>sdc</c>, <c>astm</c>.</summary>
    public IReadOnlyList<string> Speaks { get; init; } = [];

    /// <summary>DICOM: root under which it makes UIDs of its own, or null.</summary>
    public string? UidRoot { get; init; }

    /// <summary>DICOM: its AE title.</summary>
    public string? AeTitle { get; init; }

    /// <summary>DICOM: Implementation Class UID of its own software.</summary>
    public string? ImplementationUid { get; init; }

    /// <summary>DICOM: Implementation Version Name of its own software.</summary>
    public string? ImplementationVersion { get; init; }

    /// <summary>HL7: MSH-3.</summary>
    public string? HlApplication { get; init; }

    /// <summary>HL7: MSH-4.</summary>
    public string? HlFacility { get; init; }

    /// <summary>Services it offers, by the words of <c>Programs</c>, for example <c>ssh</c>, <c>http</c>, <c>snmp</c>, <c>smb</c>.</summary>
    public IReadOnlyList<string> Offers { get; init; } = [];
}

/// <summary>How a device asks for its address.</summary>
/// <param name="VendorClass">Option 60, or null.</param>
/// <param name="Parameters">Option 55 in order.</param>
public sealed record DhcpTraits(string? VendorClass, IReadOnlyList<byte> Parameters);
