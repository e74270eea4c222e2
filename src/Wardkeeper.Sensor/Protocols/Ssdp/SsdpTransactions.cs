using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ssdp;

/// <summary>One SSDP datagram: a search, an answer or an announcement (UPnP Device Architecture 2.0, section 1).</summary>
/// <param name="At">Time of its packet.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record SsdpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ssdp";

    /// <summary><c>search</c>, <c>response</c>, <c>alive</c>, <c>byebye</c>, <c>update</c>, or <c>notify</c> for an announcement of another kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Search target (ST): what is searched for or answers.</summary>
    public string? St { get; init; }

    /// <summary>Notification type (NT): what is announced.</summary>
    public string? Nt { get; init; }

    /// <summary>Unique service name (USN).</summary>
    public string? Usn { get; init; }

    /// <summary>URL of the device description.</summary>
    public string? Location { get; init; }

    /// <summary>SERVER field: operating system, UPnP version and product.</summary>
    public string? Server { get; init; }

    /// <summary>MAN field of a search, without its quotes.</summary>
    public string? Man { get; init; }

    /// <summary>Seconds within which a search is to be answered (MX).</summary>
    public long? Mx { get; init; }

    /// <summary>Seconds for which the announcement holds (CACHE-CONTROL max-age).</summary>
    public long? MaxAge { get; init; }

    /// <summary>USER-AGENT field of a search.</summary>
    public string? UserAgent { get; init; }

    /// <summary>UUID of the device, lower case without prefix, from the USN.</summary>
    public string? Uuid { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("st"u8, St);
        row.Text("nt"u8, Nt);
        row.Text("usn"u8, Usn);
        row.Text("location"u8, Location);
        row.Text("server"u8, Server);
        row.Text("man"u8, Man);
        row.Number("mx"u8, Mx);
        row.Number("max_age"u8, MaxAge);
        row.Text("user_agent"u8, UserAgent);
        row.Text("uuid"u8, Uuid);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side);
        if (Kind == "search")
        {
            into.Claim(sender, ClaimKind.UserAgent, UserAgent, "USER-AGENT");
            return;
        }
        if (Kind == "byebye") return;
        if (Kind == "response") into.Service(Server);
        into.Claim(sender, ClaimKind.Software, Server, "SERVER");
        into.Claim(sender, ClaimKind.OperatingSystem, OperatingSystem(Server), "SERVER", Server is null ? null : TextPlace.Of(Places, Server));
        into.Claim(sender, ClaimKind.AnnouncedService, ServiceType(Nt ?? St), Nt is null ? "ST" : "NT");
    }

    /// <summary>The field's first word is by definition the operating system with its version; some products leave it out.</summary>
    private static string? OperatingSystem(string? server)
    {
        if (server is null) return null;
        int upnp = server.IndexOf("UPnP/", StringComparison.OrdinalIgnoreCase);
        if (upnp <= 0) return null;
        string system = server[..upnp].Trim(' ', ',').Replace('/', ' ');
        return system.Length is 0 or > 64 || !char.IsAsciiLetter(system[0]) || system.StartsWith("Unknown", StringComparison.OrdinalIgnoreCase)
            || system.StartsWith("Unspecified", StringComparison.OrdinalIgnoreCase) ? null : system;
    }

    private static string? ServiceType(string? target) =>
        target is null || target.StartsWith("uuid:", StringComparison.OrdinalIgnoreCase) || target is "ssdp:all" ? null : target;
}
