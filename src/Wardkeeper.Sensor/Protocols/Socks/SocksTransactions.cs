using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Socks;

/// <summary>A request to a proxy with its answer; what follows behind it in the stream is recognised afresh. Fields have Zeek's names.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record SocksRequest(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "socks";

    /// <summary>Version, 4 or 5.</summary>
    public int Version { get; init; }

    /// <summary>User, of version 4 as the client calls itself.</summary>
    public string? User { get; init; }

    /// <summary><c>&lt;hidden&gt;</c> when a password was sent, readable for everybody on the way.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>What the client wants: <c>connect</c>, <c>bind</c>, <c>udp-associate</c>; absent when it did not come so far.</summary>
    public string? Command { get; init; }

    /// <summary>How the client was to prove itself: <c>none</c>, <c>gssapi</c>, <c>password</c>, <c>no acceptable method</c>. RFC 1928, section 3.</summary>
    public string? AuthMethod { get; init; }

    /// <summary>Whether the proxy took the user; absent when it did not ask.</summary>
    public bool? AuthSuccess { get; init; }

    /// <summary>The proxy's answer, for example <c>succeeded</c>; absent when none was seen.</summary>
    public string? Status { get; init; }

    /// <summary>Address that is asked for.</summary>
    public Address RequestHost { get; init; }

    /// <summary>Name that is asked for.</summary>
    public string? RequestName { get; init; }

    /// <summary>Port that is asked for.</summary>
    public int? RequestPort { get; init; }

    /// <summary>Address that the proxy uses.</summary>
    public Address BoundHost { get; init; }

    /// <summary>Name that the proxy uses.</summary>
    public string? BoundName { get; init; }

    /// <summary>Port that the proxy uses.</summary>
    public int? BoundPort { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("user"u8, User);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
        row.Text("command"u8, Command);
        row.Text("auth_method"u8, AuthMethod);
        row.Flag("auth_success"u8, AuthSuccess);
        row.Text("status"u8, Status);
        row.Address("request.host"u8, RequestHost);
        row.Text("request.name"u8, RequestName);
        row.Number("request_p"u8, RequestPort);
        row.Address("bound.host"u8, BoundHost);
        row.Text("bound.name"u8, BoundName);
        row.Number("bound_p"u8, BoundPort);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is null && AuthMethod is null) return;
        into.Service($"SOCKS {Version}");
        into.Claim(flow.Server, ClaimKind.Role, "proxy", "SOCKS answer");
        if (AuthSuccess == true) into.WeakPassword(flow.Server, User, PasswordRule, "user/password");
    }
}
