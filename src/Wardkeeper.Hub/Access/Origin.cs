using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.Hub.Access;

/// <summary>Where a request comes from.</summary>
/// <param name="Address">Address of the peer, or null.</param>
/// <param name="Agent">What the browser calls itself, or null.</param>
public sealed record Origin(IPAddress? Address, string? Agent)
{
    /// <summary>What failures are counted by: the IPv4 address, or the /64 of an IPv6 address, since one host has as many of those as it likes.</summary>
    public string Key
    {
        get
        {
            if (Address is null) return "none";
            if (Address.IsIPv4MappedToIPv6) return Address.MapToIPv4().ToString();
            if (Address.AddressFamily == AddressFamily.InterNetwork) return Address.ToString();
            byte[] bytes = Address.GetAddressBytes();
            bytes.AsSpan(8).Clear();
            return new IPAddress(bytes) + "/64";
        }
    }

    /// <summary>The address as the audit log writes it.</summary>
    public string? Text => Address is { IsIPv4MappedToIPv6: true } ? Address.MapToIPv4().ToString() : Address?.ToString();
}
