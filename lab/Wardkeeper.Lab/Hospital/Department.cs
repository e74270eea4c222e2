namespace Wardkeeper.Lab.Hospital;

/// <summary>A department: it has its own virtual LAN and subnet.</summary>
/// <param name="Key">Short name, lower case, for example <c>icu</c>.</param>
/// <param name="English">Name in English.</param>
/// <param name="Chinese">Name in Chinese.</param>
/// <param name="Vlan">Virtual LAN, 1 to 4094; its subnet is 10.77.VLAN.0/24 and its router 10.77.VLAN.1.</param>
public sealed record Department(string Key, string English, string Chinese, int Vlan);
