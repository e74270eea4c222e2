namespace Wardkeeper.Lab.Day;

/// <summary>A page or an interface is asked over HTTP or HTTPS.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whom.</param>
/// <param name="Port">Port.</param>
/// <param name="Tls">Whether HTTPS.</param>
/// <param name="Path">Path and query.</param>
/// <param name="UserAgent">User agent.</param>
/// <param name="Login">User and password of basic authentication, or null.</param>
public sealed record PageVisited(TimeSpan At, string Actor, string Server, int Port, bool Tls, string Path, string UserAgent, string? Login = null) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => Tls ? [new("ssl", "connection", Actor, Server)] : [new("http", "GET", Actor, Server)];
}

/// <summary>A person or a program logs in to a shell.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whom.</param>
/// <param name="Protocol"><c>ssh</c> or <c>telnet</c>.</param>
/// <param name="Command">What is done there.</param>
public sealed record ShellOpened(TimeSpan At, string Actor, string Server, string Protocol, string Command) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new(Protocol, "connection", Actor, Server)];
}

/// <summary>A file is put on or taken from a server.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whom.</param>
/// <param name="Protocol"><c>smb</c> or <c>ftp</c>.</param>
/// <param name="Name">Name of the file.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Put">Whether it is put there; taken otherwise.</param>
public sealed record FileCopied(TimeSpan At, string Actor, string Server, string Protocol, string Name, int Size, bool Put) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new(Protocol, Put ? "put" : "get", Actor, Server)];
}

/// <summary>A database is asked.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whom.</param>
/// <param name="Kind"><c>mysql</c>, <c>postgresql</c> or <c>redis</c>.</param>
/// <param name="Statement">What is asked.</param>
public sealed record DatabaseAsked(TimeSpan At, string Actor, string Server, string Kind, string Statement) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new(Kind, "connection", Actor, Server)];
}

/// <summary>An agent is asked over SNMP v2c for its system group.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Manager.</param>
/// <param name="Agent">Agent.</param>
public sealed record AgentPolled(TimeSpan At, string Actor, string Agent) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("snmp", "get-request", Actor, Agent)];
}

/// <summary>A clock is asked over NTP.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whom.</param>
public sealed record ClockAsked(TimeSpan At, string Actor, string Server) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("ntp", "client", Actor, Server)];
}

/// <summary>A name is looked up in the DNS.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whom.</param>
/// <param name="Name">Which name.</param>
public sealed record NameAsked(TimeSpan At, string Actor, string Server, string Name) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("dns", Name, Actor, Server)];
}

/// <summary>A device asks for its address by DHCP.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Router with the DHCP server.</param>
public sealed record AddressAsked(TimeSpan At, string Actor, string Server) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("dhcp", "DISCOVER", Actor, Server)];
}

/// <summary>A camera's stream is watched over RTSP.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Camera">Camera.</param>
public sealed record StreamWatched(TimeSpan At, string Actor, string Camera) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("rtsp", "DESCRIBE", Actor, Camera)];
}

/// <summary>A screen is watched over VNC.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Server">Whose screen.</param>
public sealed record ScreenWatched(TimeSpan At, string Actor, string Server) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("vnc", "connection", Actor, Server)];
}

/// <summary>A page is printed (raw, TCP 9100).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Printer">Printer.</param>
/// <param name="Text">What is printed.</param>
public sealed record PagePrinted(TimeSpan At, string Actor, string Printer, string Text) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("jetdirect", "job", Actor, Printer)];
}

/// <summary>A vendor's engineer comes in through a VPN and works on a device.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">The vendor's machine, outside.</param>
/// <param name="Gateway">VPN gateway.</param>
/// <param name="Device">Device that is serviced, over SSH inside the tunnel.</param>
public sealed record VendorConnected(TimeSpan At, string Actor, string Gateway, string Device) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("openvpn", "session", Actor, Gateway)];
}
