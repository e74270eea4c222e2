using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.NetBiosDatagram;

/// <summary>
/// One datagram of NetBIOS with the names at both ends, and what a machine announces of itself to its workgroup. The same announcement
/// is told once in ten minutes.
/// </summary>
/// <param name="At">Time of the packet.</param>
/// <param name="Bytes">Where the datagram lies.</param>
public sealed record NetBiosDatagramSeen(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "nbdgm";

    /// <summary>What is said: <c>host announcement</c>, <c>domain announcement</c>, <c>local master announcement</c>, <c>election</c>, <c>announcement request</c>, <c>backup list request</c>, <c>logon request</c> …; <c>datagram</c> when it is none of these. MS-BRWS, section 2.2.</summary>
    public required string Kind { get; init; }

    /// <summary>NetBIOS name of the sender.</summary>
    public string? Source { get; init; }

    /// <summary>NetBIOS name it is meant for, often a workgroup's.</summary>
    public string? Destination { get; init; }

    /// <summary>Mailslot it is put into.</summary>
    public string? Mailslot { get; init; }

    /// <summary>Name that is announced: a machine's, or a workgroup's in a domain announcement.</summary>
    public string? Name { get; init; }

    /// <summary>Version of Windows that is announced, as <c>6.1</c>; Samba states one too.</summary>
    public string? Version { get; init; }

    /// <summary>What the machine is: <c>workstation</c>, <c>server</c>, <c>domain-controller</c>, <c>print-server</c>, <c>master-browser</c> … MS-BRWS, section 2.2.1.</summary>
    public IReadOnlyList<string>? ServerType { get; init; }

    /// <summary>Comment that somebody gave the machine; in a domain announcement the master browser's name.</summary>
    public string? Comment { get; init; }

    /// <summary>User who asks for a log-on.</summary>
    public string? User { get; init; }

    /// <summary>Whether the destination is a workgroup or domain.</summary>
    internal bool IsToGroup { get; init; }

    /// <summary>Whether the sender says that it is a Windows of NT's line, and not some Unix with the same version.</summary>
    internal bool IsWindows { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("source"u8, Source);
        row.Text("destination"u8, Destination);
        row.Text("mailslot"u8, Mailslot);
        row.Text("name"u8, Name);
        row.Text("version"u8, Version);
        row.Texts("server_type"u8, ServerType);
        row.Text("comment"u8, Comment);
        row.Text("user"u8, User);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side);
        into.Claim(sender, ClaimKind.HostName, Source, "NetBIOS datagram, source name");
        if (Kind == "domain announcement") into.Claim(sender, ClaimKind.DomainName, Name, Kind);
        else if (IsToGroup) into.Claim(sender, ClaimKind.DomainName, Destination, "NetBIOS datagram, destination name");
        if (Kind is not ("host announcement" or "local master announcement")) return;
        into.Claim(sender, ClaimKind.Description, Comment, Kind);
        if (Version is not null && IsWindows) into.Claim(sender, ClaimKind.OperatingSystem, "Windows NT " + Version, Kind);
        foreach (string role in ServerType ?? [])
        {
            if (role is "domain-controller" or "print-server" or "sql-server") into.Claim(sender, ClaimKind.Role, role, Kind);
        }
    }
}
