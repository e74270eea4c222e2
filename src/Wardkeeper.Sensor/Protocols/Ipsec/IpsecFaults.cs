namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>Every way to be wrong.</summary>
internal static class IpsecFaults
{
    /// <summary>A payload whose length does not fit into its message.</summary>
    public static readonly Fault MalformedPayload = new("ipsec.malformed-payload", "RFC 7296 3.2");

    /// <summary>Proposals or transforms whose lengths do not fit.</summary>
    public static readonly Fault MalformedProposal = new("ipsec.malformed-proposal", "RFC 7296 3.3");

    /// <summary>A datagram that is neither a message nor ESP nor a keep-alive.</summary>
    public static readonly Fault NoMessage = new("ipsec.no-message", "RFC 3948 2");
}
