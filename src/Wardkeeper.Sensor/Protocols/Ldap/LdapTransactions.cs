using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>One operation on a directory with its result, searches excepted. Fields have Zeek's names.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record LdapOperation(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ldap";

    /// <summary>Number of the message.</summary>
    public long MessageId { get; init; }

    /// <summary>Version of the protocol, in a log-in.</summary>
    public long? Version { get; init; }

    /// <summary><c>bind simple</c>, <c>bind SASL</c>, <c>bind NTLM</c>, <c>unbind</c>, <c>add</c>, <c>modify</c>, <c>modify DN</c>, <c>delete</c>, <c>compare</c>, <c>abandon</c>, <c>extended</c>.</summary>
    public required string Opcode { get; init; }

    /// <summary>Result. RFC 4511, appendix A.</summary>
    public string? Result { get; init; }

    /// <summary>What the server says of it.</summary>
    public string? DiagnosticMessage { get; init; }

    /// <summary>Who logs in, which entry is changed, or which extended operation is asked for.</summary>
    public string? ObjectName { get; init; }

    /// <summary>Mechanism of a log-in; of a modification its kinds and attributes, never their values.</summary>
    public string? Argument { get; init; }

    /// <summary><c>&lt;hidden&gt;</c> when a password crossed the network readable.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks: <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("message_id"u8, MessageId);
        row.Number("version"u8, Version);
        row.Text("opcode"u8, Opcode);
        row.Text("result"u8, Result);
        row.Text("diagnostic_message"u8, DiagnosticMessage);
        row.Text("object"u8, ObjectName);
        row.Text("argument"u8, Argument);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Result is null || Opcode is not ("bind simple" or "bind SASL" or "bind NTLM")) return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "directory-server", Opcode);
        if (Result == "success") into.WeakPassword(flow.Server, ObjectName, PasswordRule, "bind");
    }
}

/// <summary>One search in a directory with what came of it. Fields have Zeek's names; of what was found only what the server says of itself is kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record LdapSearch(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ldap_search";

    /// <summary>Number of the message.</summary>
    public long MessageId { get; init; }

    /// <summary>How far it goes: <c>base</c>, <c>single</c>, <c>tree</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>Which aliases it follows: <c>never</c>, <c>searching</c>, <c>finding</c>, <c>always</c>.</summary>
    public string? DerefAliases { get; init; }

    /// <summary>Entry at which it begins; absent for the server's own entry.</summary>
    public string? BaseObject { get; init; }

    /// <summary>Entries found.</summary>
    public long? ResultCount { get; init; }

    /// <summary>Result. RFC 4511, appendix A.</summary>
    public string? Result { get; init; }

    /// <summary>What the server says of it.</summary>
    public string? DiagnosticMessage { get; init; }

    /// <summary>Filter as RFC 4515 writes it; values that may name a person are question marks.</summary>
    public string? Filter { get; init; }

    /// <summary>Attributes asked for, at most 16.</summary>
    public IReadOnlyList<string>? Attributes { get; init; }

    /// <summary>Full name of the server, by its own entry or its answer to a log-on over UDP. MS-ADTS, sections 3.1.1.3.2 and 6.3.</summary>
    public string? ServerName { get; init; }

    /// <summary>NetBIOS name of the server.</summary>
    public string? ServerNetbiosName { get; init; }

    /// <summary>Domain that the server holds.</summary>
    public string? Domain { get; init; }

    /// <summary>Forest of that domain.</summary>
    public string? Forest { get; init; }

    /// <summary>Site that the server stands in.</summary>
    public string? Site { get; init; }

    /// <summary>Maker and version that the server states, or the Windows Server whose functional level it has.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Name that the client gives itself when it looks for a domain over UDP.</summary>
    public string? ClientHost { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("message_id"u8, MessageId);
        row.Text("scope"u8, Scope);
        row.Text("deref_aliases"u8, DerefAliases);
        row.Text("base_object"u8, BaseObject);
        row.Number("result_count"u8, ResultCount);
        row.Text("result"u8, Result);
        row.Text("diagnostic_message"u8, DiagnosticMessage);
        row.Text("filter"u8, Filter);
        row.Texts("attributes"u8, Attributes);
        row.Text("server_name"u8, ServerName);
        row.Text("server_netbios_name"u8, ServerNetbiosName);
        row.Text("domain"u8, Domain);
        row.Text("forest"u8, Forest);
        row.Text("site"u8, Site);
        row.Text("server_version"u8, ServerVersion);
        row.Text("client_host"u8, ClientHost);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.HostName, ClientHost, "LDAP ping, Host");
        if (Result is null) return;
        if (ServerName is not null || Domain is not null || ServerVersion is not null) into.Service(ServerVersion);
        into.Claim(flow.Server, ClaimKind.HostName, ServerName ?? ServerNetbiosName, "LDAP server entry");
        into.Claim(flow.Server, ClaimKind.DomainName, Domain, "LDAP server entry");
        bool isWindows = ServerVersion?.StartsWith("Windows", StringComparison.Ordinal) == true;
        into.Claim(flow.Server, isWindows ? ClaimKind.OperatingSystem : ClaimKind.Software, ServerVersion, isWindows ? "LDAP functional level" : "LDAP vendorVersion");
        if (Domain is not null && (isWindows || ServerNetbiosName is not null)) into.Claim(flow.Server, ClaimKind.Role, "domain-controller", "LDAP server entry");
    }
}
