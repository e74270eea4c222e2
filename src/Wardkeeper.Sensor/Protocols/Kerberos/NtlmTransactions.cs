using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>
/// One authentication by NTLM inside SMB, LDAP, HTTP or DCE/RPC: who logged in from where, and what both machines say of themselves.
/// No challenge, response or key is kept. Fields have Zeek's names.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where its first message lies in the stream.</param>
public sealed record NtlmAuthentication(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ntlm";

    /// <summary>User who logs in; absent when nobody is named. MS-NLMP, section 2.2.1.3.</summary>
    public string? Username { get; init; }

    /// <summary>Name of the client's machine.</summary>
    public string? Hostname { get; init; }

    /// <summary>Domain or machine that knows the user.</summary>
    public string? Domainname { get; init; }

    /// <summary>Domain or machine that the server names first. MS-NLMP, section 2.2.1.2.</summary>
    public string? ServerTargetName { get; init; }

    /// <summary>NetBIOS name of the server. MS-NLMP, section 2.2.2.1.</summary>
    public string? ServerNbComputerName { get; init; }

    /// <summary>NetBIOS name of the server's domain.</summary>
    public string? ServerNbDomainName { get; init; }

    /// <summary>Full name of the server.</summary>
    public string? ServerDnsComputerName { get; init; }

    /// <summary>Full name of the server's domain.</summary>
    public string? ServerDnsDomainName { get; init; }

    /// <summary>Name of the forest that the server's domain belongs to.</summary>
    public string? ServerTreeName { get; init; }

    /// <summary>The server's clock.</summary>
    public CaptureTime? ServerTime { get; init; }

    /// <summary>Version of Windows that the server states, as <c>10.0.17763</c>; programs that are no Windows state what they like. MS-NLMP, section 2.2.2.10.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Version of Windows that the client states.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>How the client proved itself: <c>NTLMv2</c>, <c>NTLM2 session</c>, <c>NTLMv1</c>, <c>LM</c> (the last three are broken), <c>anonymous</c>.</summary>
    public string? Response { get; init; }

    /// <summary>Service that the client means to reach, as <c>cifs/server</c>.</summary>
    public string? Target { get; init; }

    /// <summary>Whether the server let the user in; absent when it was not seen.</summary>
    public bool? Success { get; init; }

    internal override string Protocol => "ntlm";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("username"u8, Username);
        row.Text("hostname"u8, Hostname);
        row.Text("domainname"u8, Domainname);
        row.Text("server_target_name"u8, ServerTargetName);
        row.Text("server_nb_computer_name"u8, ServerNbComputerName);
        row.Text("server_nb_domain_name"u8, ServerNbDomainName);
        row.Text("server_dns_computer_name"u8, ServerDnsComputerName);
        row.Text("server_dns_domain_name"u8, ServerDnsDomainName);
        row.Text("server_tree_name"u8, ServerTreeName);
        row.Time("server_time"u8, ServerTime);
        row.Text("server_version"u8, ServerVersion);
        row.Text("client_version"u8, ClientVersion);
        row.Text("response"u8, Response);
        row.Text("target"u8, Target);
        row.Flag("success"u8, Success);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Server, ClaimKind.HostName, ServerDnsComputerName ?? ServerNbComputerName, "NTLM challenge, computer name");
        // A machine without a domain gives its own name for one.
        if (ServerDnsDomainName != ServerDnsComputerName) into.Claim(flow.Server, ClaimKind.DomainName, ServerDnsDomainName, "NTLM challenge, domain name");
        into.Claim(flow.Server, ClaimKind.OperatingSystem, WindowsVersion.Named(ServerVersion), "NTLM challenge, version");
        into.Claim(flow.Client, ClaimKind.HostName, Hostname, "NTLM workstation");
        into.Claim(flow.Client, ClaimKind.OperatingSystem, WindowsVersion.Named(ClientVersion), "NTLM version");
    }
}
