using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>What a Telnet connection shows: the greeting, each login, the serial line behind a device server, and the whole at its end. Passwords and what is typed are never kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where what completed it lies.</param>
public sealed record TelnetEvent(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "telnet";

    /// <summary><c>greeting</c> when the client first says something, <c>login</c>, <c>com_port</c>, or <c>session</c> at the end.</summary>
    public required string Kind { get; init; }

    /// <summary>User of a login, or the one that the client's environment names. RFC 1572.</summary>
    public string? User { get; init; }

    /// <summary><c>seen</c> when a password was sent; it crossed the network readable.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Whether the login succeeded, as far as the server's text tells.</summary>
    public bool? Success { get; init; }

    /// <summary>What the server said first, at most 1,024 characters.</summary>
    public string? Banner { get; init; }

    /// <summary>Host name in the login prompt.</summary>
    public string? HostName { get; init; }

    /// <summary>Maker of a device server, by its greeting.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model that the greeting names.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number that the greeting names.</summary>
    public string? Serial { get; init; }

    /// <summary>Version of the firmware that the greeting names.</summary>
    public string? Firmware { get; init; }

    /// <summary>Hardware address that the greeting names.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Type of the client's terminal. RFC 1091.</summary>
    public string? Terminal { get; init; }

    /// <summary>Display of the client. RFC 1096.</summary>
    public string? Display { get; init; }

    /// <summary>Options that the client performs or offers.</summary>
    public IReadOnlyList<string>? ClientOptions { get; init; }

    /// <summary>Options that the server performs or offers.</summary>
    public IReadOnlyList<string>? ServerOptions { get; init; }

    /// <summary>Speed of the serial line, bits a second. RFC 2217.</summary>
    public long? Baud { get; init; }

    /// <summary>Data bits, parity (N, O, E, M, S) and stop bits of the serial line, for example <c>8N1</c>.</summary>
    public string? Framing { get; init; }

    /// <summary>What the device server calls itself. RFC 2217, SIGNATURE.</summary>
    public string? Signature { get; init; }

    /// <summary>What passes over the serial line, by its first bytes: <c>hl7</c>, <c>astm</c> and <c>poct1a</c>, whose messages have rows of their own, <c>text</c> or <c>binary</c>.</summary>
    public string? Payload { get; init; }

    /// <summary>Logins in the session.</summary>
    public long? Logins { get; init; }

    /// <summary>Lines that the client sent, logins included.</summary>
    public long? Lines { get; init; }

    /// <summary>Whether the rest is encrypted. RFC 2946.</summary>
    public bool? Encrypted { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("user"u8, User);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
        row.Flag("success"u8, Success);
        row.Text("banner"u8, Banner);
        row.Text("host_name"u8, HostName);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("serial"u8, Serial);
        row.Text("firmware"u8, Firmware);
        row.Mac("mac"u8, Mac);
        row.Text("terminal"u8, Terminal);
        row.Text("display"u8, Display);
        row.Texts("client_options"u8, ClientOptions);
        row.Texts("server_options"u8, ServerOptions);
        row.Number("baud"u8, Baud);
        row.Text("framing"u8, Framing);
        row.Text("signature"u8, Signature);
        row.Text("payload"u8, Payload);
        row.Number("logins"u8, Logins);
        row.Number("lines"u8, Lines);
        row.Flag("encrypted"u8, Encrypted);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        switch (Kind)
        {
            case "greeting":
                into.Service(Banner);
                into.Claim(flow.Server, ClaimKind.HostName, HostName, "login prompt");
                into.Claim(flow.Server, ClaimKind.Description, Banner, "greeting");
                into.Claim(flow.Server, ClaimKind.OperatingSystem, TelnetNames.OperatingSystem(Banner), "greeting");
                into.Claim(flow.Server, ClaimKind.Type, Vendor is null ? null : "serial-device-server", "greeting");
                into.Claim(flow.Server, ClaimKind.Vendor, Vendor, "greeting");
                into.Claim(flow.Server, ClaimKind.Model, Model, "greeting");
                into.Claim(flow.Server, ClaimKind.SerialNumber, Serial, "greeting");
                into.Claim(flow.Server, ClaimKind.Firmware, Firmware, "greeting");
                if (!Mac.IsNone && Mac != flow.Server.Mac) into.Claim(flow.Server, ClaimKind.OtherMac, Mac.ToString(), "greeting");
                break;
            case "com_port":
                into.Service(Signature);
                into.Claim(flow.Server, ClaimKind.Type, "serial-device-server", "com port control");
                into.Claim(flow.Server, ClaimKind.Software, Signature, "com port control, signature");
                break;
            case "login" when Success == true: into.WeakPassword(flow.Server, User, PasswordRule, "login"); break;
            case "session" when ServerOptions is not null: into.Service(); break;
            default: break;
        }
    }
}
