using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Radius;

/// <summary>One request with its answer: who asked to join where, and what was decided. Passwords and keys are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record RadiusExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "radius";

    /// <summary>User name; with MAC authentication an address.</summary>
    public string? Username { get; init; }

    /// <summary>Hardware address of who asks (Calling-Station-Id), where it is one.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Address given to who asks.</summary>
    public Address FramedAddr { get; init; }

    /// <summary>Far end of a tunnel.</summary>
    public string? TunnelClient { get; init; }

    /// <summary>How the connection is made, as the switch says.</summary>
    public string? ConnectInfo { get; init; }

    /// <summary>Text of the server.</summary>
    public string? ReplyMsg { get; init; }

    /// <summary><c>success</c> or <c>failed</c>; absent when no decision was seen.</summary>
    public string? Result { get; init; }

    /// <summary>Time between the request and its answer, in seconds.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>What was asked: <c>access</c>, <c>accounting</c>, <c>disconnect</c>, <c>coa</c>, <c>status</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the server asked back; the conversation goes on.</summary>
    public bool IsChallenged { get; init; }

    /// <summary>How who asks is known: <c>pap</c>, <c>chap</c>, <c>ms-chap</c>, <c>eap</c>.</summary>
    public string? Method { get; init; }

    /// <summary>Name of the switch or access point.</summary>
    public string? Nas { get; init; }

    /// <summary>Its port.</summary>
    public string? NasPort { get; init; }

    /// <summary>Its hardware address, with the network's name behind it on Wi-Fi (Called-Station-Id).</summary>
    public string? CalledStation { get; init; }

    /// <summary>VLAN that the server puts it in.</summary>
    public string? Vlan { get; init; }

    /// <summary><c>start</c>, <c>stop</c> or <c>interim</c> of an accounting.</summary>
    public string? Status { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("username"u8, Username);
        row.Mac("mac"u8, Mac);
        row.Address("framed_addr"u8, FramedAddr);
        row.Text("tunnel_client"u8, TunnelClient);
        row.Text("connect_info"u8, ConnectInfo);
        row.Text("reply_msg"u8, ReplyMsg);
        row.Text("result"u8, Result);
        row.Elapsed("ttl"u8, Ttl);
        row.Text("kind"u8, Kind);
        row.Flag("is_challenged"u8, IsChallenged ? true : null);
        row.Text("method"u8, Method);
        row.Text("nas"u8, Nas);
        row.Text("nas_port"u8, NasPort);
        row.Text("called_station"u8, CalledStation);
        row.Text("vlan"u8, Vlan);
        row.Text("status"u8, Status);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Ttl is not null) into.Service();
        into.Claim(flow.Client, ClaimKind.HostName, Kind is "access" or "accounting" ? Nas : null, "NAS-Identifier");
        if (Mac == default) return;
        // What the switch says of the device at its port: only after the server let it in is it there.
        Subject device = new(Mac, default);
        if (Result == "success" || Status is "start" or "interim") into.Claim(device, ClaimKind.SwitchPort, NasPort is null ? null : Nas is null ? NasPort : $"{Nas} {NasPort}", "NAS-Port-Id");
    }
}
