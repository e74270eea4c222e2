using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ipmi;

/// <summary>One step of talking to a baseboard management controller, which rules a server below its operating system. Passwords and keys are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record IpmiExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ipmi";

    /// <summary>What is done: <c>presence_ping</c>, <c>auth_capabilities</c>, <c>session_challenge</c>, <c>activate_session</c>, <c>open_session</c>, <c>rakp</c>, <c>device_id</c>, or function and command as two hexadecimal numbers.</summary>
    public required string Kind { get; init; }

    /// <summary>Version of the session's frame, <c>1.5</c> or <c>2.0</c>; absent for a presence ping.</summary>
    public string? Version { get; init; }

    /// <summary>Completion code or status: 0 is success. IPMI 2.0, 5.2 and 13.24.</summary>
    public int? Status { get; init; }

    /// <summary>User who logs in.</summary>
    public string? User { get; init; }

    /// <summary>Privilege that is asked for: <c>callback</c>, <c>user</c>, <c>operator</c>, <c>administrator</c>, <c>oem</c>.</summary>
    public string? Privilege { get; init; }

    /// <summary>Ways of logging in that the controller offers: <c>none</c>, <c>md2</c>, <c>md5</c>, <c>password</c>, <c>oem</c>.</summary>
    public IReadOnlyList<string>? AuthTypes { get; init; }

    /// <summary>Whether logins without any name and password are open.</summary>
    public bool? AnonymousLogin { get; init; }

    /// <summary>Whether there are users without a name.</summary>
    public bool? NullUsers { get; init; }

    /// <summary>How a session of version 2.0 is authenticated: <c>none</c>, <c>hmac-sha1</c>, <c>hmac-md5</c>, <c>hmac-sha256</c>. IPMI 2.0, 13.28.</summary>
    public string? AuthAlgorithm { get; init; }

    /// <summary>How its messages are kept whole. IPMI 2.0, 13.28.4.</summary>
    public string? IntegrityAlgorithm { get; init; }

    /// <summary>How its messages are encrypted. IPMI 2.0, 13.28.5.</summary>
    public string? ConfidentialityAlgorithm { get; init; }

    /// <summary>Whether a session without any authentication was agreed (cipher suite 0).</summary>
    public bool CipherZero { get; init; }

    /// <summary>Maker by its enterprise number.</summary>
    public string? Vendor { get; init; }

    /// <summary>IANA enterprise number of the maker.</summary>
    public long? Enterprise { get; init; }

    /// <summary>The maker's number of the product.</summary>
    public int? Product { get; init; }

    /// <summary>Firmware of the controller.</summary>
    public string? Firmware { get; init; }

    /// <summary>Whether the controller says that it speaks IPMI.</summary>
    public bool? SupportsIpmi { get; init; }

    /// <summary>Whether an answer was seen.</summary>
    internal bool IsAnswered { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("version"u8, Version);
        row.Number("status"u8, Status);
        row.Text("user"u8, User);
        row.Text("privilege"u8, Privilege);
        row.Texts("auth_types"u8, AuthTypes);
        row.Flag("anonymous_login"u8, AnonymousLogin);
        row.Flag("null_users"u8, NullUsers);
        row.Text("auth_algorithm"u8, AuthAlgorithm);
        row.Text("integrity_algorithm"u8, IntegrityAlgorithm);
        row.Text("confidentiality_algorithm"u8, ConfidentialityAlgorithm);
        row.Flag("cipher_zero"u8, CipherZero ? true : null);
        row.Text("vendor"u8, Vendor);
        row.Number("enterprise"u8, Enterprise);
        row.Number("product"u8, Product);
        row.Text("firmware"u8, Firmware);
        row.Flag("supports_ipmi"u8, SupportsIpmi);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (!IsAnswered) return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "management-controller", Kind);
        if (Kind == "device_id")
        {
            into.Claim(flow.Server, ClaimKind.Vendor, Vendor, "Get Device ID");
            into.Claim(flow.Server, ClaimKind.Firmware, Firmware, "Get Device ID");
        }
        if (CipherZero) into.Claim(flow.Server, ClaimKind.Anomaly, "session without authentication agreed (cipher suite 0)", "Open Session");
    }
}
